"""The speculative tail: the end of a text that still streams, shown as what it will most likely become.

``**bol`` is shown bold before its closing stars come, and a link before its address is complete; otherwise a
reader would see the marks appear and vanish all the time. Only the last open block is treated so, and only
for what was opened a short way back; the finished text is parsed strictly.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .emphasis import Run, pair

REACH = 300  # characters from the end within which a mark is expected to be closed

_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,2000}$")
_OPENER = re.compile(r"(?:^|(?<=\s))[*_~]+$")


def trim(text: str) -> str:
    """Returns the text without a mark at its end that cannot mean anything yet."""
    if text.endswith("~") and not text.endswith("~~"):
        text = text[:-1]
    if text.endswith(("*", "_", "~")):
        return _OPENER.sub("", text)
    if "](" in text[-REACH:]:
        return _LINK.sub(r"\1", text)
    return text


def pair_unfinished(runs: Sequence[Run], length: int) -> Run | None:
    """Pairs the runs of a text of that length, and closes the openers that still wait for their closing run. Returns
    that run, for the end of the text; None when there is nothing to close."""
    *before, last = runs
    if last.start + last.length < length:
        openers = pair(runs)
    else:
        openers = pair(before)
        if openers and openers[-1].character == last.character and openers[-1].count >= last.count:
            last.count = 0  # the closing run itself, of which more may come
        else:
            openers = pair([*openers, last])
    closer = Run("", 0, opens=False, closes=True, start=length)
    for opener in reversed(openers):
        if opener.opens and not opener.closes and opener.count <= 3 and length - opener.start <= REACH:
            closer.count = opener.count
            while opener.count:
                opener.enclose(closer)
    return closer if closer.closing else None
