"""Emphasis, strong emphasis and strikethrough by delimiter runs (CommonMark 0.31, section 6.2).

One rule is wider than the specification's: beside an East Asian character a run may open or close although
punctuation is on its other side, for ``**重点。**接着`` has no space that could tell.
(The idea is Tats U.'s "CommonMark CJK-friendly amendments".)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from .characters import CJK, CJK_PUNCTUATION, PUNCTUATION, SPACE, kind

_EDGE = (SPACE, PUNCTUATION, CJK, CJK_PUNCTUATION)
_TAGS = {("*", 1): "em", ("*", 2): "strong", ("_", 1): "em", ("_", 2): "strong", ("~", 2): "del"}


@dataclass(slots=True, eq=False)
class Run:
    """A run of one delimiter. ``closing`` and ``opening`` are the tags it became, in order of pairing; ``count``
    delimiters are left as text between them."""

    character: str
    count: int
    opens: bool
    closes: bool
    start: int  # in the text
    length: int = field(init=False)
    closing: list[str] = field(default_factory=list)
    opening: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.length = self.count

    def enclose(self, closer: Run) -> None:
        """Pairs this run with a later one, around what is between them."""
        used = 2 if self.count >= 2 and closer.count >= 2 else 1
        tag = _TAGS[self.character, used]
        self.opening.append(tag)
        closer.closing.append(tag)
        self.count -= used
        closer.count -= used


def read_run(text: str, start: int, end: int) -> Run:
    """Returns the run at ``text[start:end]``."""
    before, after = kind(text[start - 1 : start]), kind(text[end : end + 1])
    left = after != SPACE and (after != PUNCTUATION or before in _EDGE)
    right = before != SPACE and (before != PUNCTUATION or after in _EDGE)
    character, length = text[start], end - start
    if character == "_":
        opens = left and (not right or before in (PUNCTUATION, CJK_PUNCTUATION))
        closes = right and (not left or after in (PUNCTUATION, CJK_PUNCTUATION))
        return Run(character, length, opens, closes, start)
    if character == "~" and length != 2:  # one means "about", and three are a fence that is none
        left = right = False
    return Run(character, length, left, right, start)


def pair(runs: Sequence[Run]) -> list[Run]:
    """Pairs the runs, innermost first; returns the openers that are left. Linear: a search that failed is never
    repeated below its start."""
    openers: list[tuple[int, Run]] = []
    floor: dict[tuple[str, bool, int], int] = {}
    for serial, closer in enumerate(runs):
        while closer.closes and closer.count:
            key = (closer.character, closer.opens, closer.length % 3)
            bottom = floor.get(key, -1)
            at = len(openers) - 1
            while at >= 0 and openers[at][0] > bottom and not _match(openers[at][1], closer):
                at -= 1
            if at < 0 or openers[at][0] <= bottom:
                floor[key] = serial - 1
                break
            opener = openers[at][1]
            del openers[at + 1 :]
            opener.enclose(closer)
            if not opener.count:
                openers.pop()
        if closer.opens and closer.count:
            openers.append((serial, closer))
    return [opener for _, opener in openers]


def _match(opener: Run, closer: Run) -> bool:
    if opener.character != closer.character:
        return False
    if not (opener.closes or closer.opens) or opener.character == "~":
        return True
    return (opener.length + closer.length) % 3 != 0 or (opener.length % 3 == 0 and closer.length % 3 == 0)
