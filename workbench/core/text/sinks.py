"""Sinks of text that strangers wrote: what is taken out of it before a terminal, the clipboard or a line shows it.

Control characters act where text is shown: in a terminal they set its title, write the clipboard and move the cursor
(ECMA-48, OSC 52), pasted ones end a bracketed paste. Marks of direction let a line read as something else (Trojan
Source, CVE-2021-42574), and tag characters (U+E0000 to U+E007F) are read by models and seen by nobody. What is stored,
and exported to be imported again, stays as it came; each sink takes its own function.
"""

from __future__ import annotations

import re

MOST_LINE = 300
"""Characters of a line: a title, a name, a notice. Longer ones hold up every view that lays them out."""

_ACTING = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_DECEIVING = "\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f"
_CLIPBOARD = re.compile(f"[{_ACTING}]")
_TERMINAL = re.compile(f"[{_ACTING}{_DECEIVING}\ud800-\udfff]")
_LINE = re.compile(f"[{_ACTING}{_DECEIVING}\u2028\u2029\ud800-\udfff]")


def for_clipboard(text: str) -> str:
    """Returns text that can be pasted anywhere: no control characters but line feeds and tabs."""
    return _CLIPBOARD.sub("", text.replace("\r\n", "\n"))


def for_terminal(text: str) -> str:
    """Returns text that a terminal shows and does not act upon. Works on pieces of a stream too."""
    return _TERMINAL.sub("", text)


def for_file(text: str) -> str:
    """Returns text for a file that people read, which ``cat`` may show: no control characters but line feeds and tabs.
    Ends of lines of other systems become line feeds."""
    return _CLIPBOARD.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def for_line(text: str, most: int = MOST_LINE) -> str:
    """Returns text on one line of at most ``most`` characters, for titles, names, window titles, notifications and
    assistive technology. However long ``text`` is, only its beginning is looked at."""
    line = " ".join(_LINE.sub(" ", text[: most * 4]).split())
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"
