"""Hidden characters: those that change what a text seems to say without being seen.

Overrides of direction make ``exe.jpg`` of what is ``gpj.exe``, in code they hide what runs (CVE-2021-42574), and tag
characters carry words to a model that no reader sees.
"""

from __future__ import annotations

import re

SIGN, WIDE_SIGN = "\u25af", "\U0001f3f7"
"""What is shown instead: as many units of UTF-16 as the character has."""

_IN_PROSE = re.compile("[\u202a-\u202e]|[\U000e0000-\U000e007f]")
_IN_CODE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
                      "|[\U000e0000-\U000e007f]")
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]+\U000e007f")
"""The flags of parts of countries, such as Scotland: the one use of tag characters that is seen."""


def reveal_in_prose(text: str) -> str:
    """Returns text in which overrides of direction and tag characters are seen. Marks and isolates stay, since Arabic
    and Hebrew need them; they change nothing beyond a paragraph."""
    if text.isascii():
        return text
    flags = [found.span() for found in _FLAG.finditer(text)]
    return _IN_PROSE.sub(lambda found: _sign(found, flags), text)


def reveal_in_code(text: str) -> str:
    """Returns code in which every character that has no width or turns the direction is seen."""
    return text if text.isascii() else _IN_CODE.sub(lambda found: _sign(found, []), text)


def _sign(found: re.Match[str], kept: list[tuple[int, int]]) -> str:
    if any(start <= found.start() < end for start, end in kept):
        return found[0]
    return WIDE_SIGN if found[0] > "\uffff" else SIGN
