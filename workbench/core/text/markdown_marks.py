"""The marks of Markdown in short texts: taken out where the first words of a message stand in a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PAIRS = re.compile(
    r"(?P<image>!?)\[(?P<text>[^\[\]\n]*)\]\([^()\s]*\)"  # a link, or an image
    r"|(?<!`)(?P<code>`+)(?!`)(?P<in_code>[^`\n]+)(?P=code)(?!`)"
    r"|(?P<strong>\*\*|__|~~)(?=\S)(?P<in_strong>[^\n]+?)(?<=\S)(?P=strong)"
    r"|(?<![\w*])(?P<em>[*_])(?=[^\s*_])(?P<in_em>[^\n*_]+?)(?<=[^\s*_])(?P=em)(?![\w*])"
)
_LINE_STARTS = re.compile(
    r"^(?:[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*+][ \t]+(?:\[[ xX]\][ \t]+)?|(?:```|~~~)\w*[ \t]*\n?))+"
    r"|^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)+\|?[ \t]*(?:\n|\Z)"  # below the header of a table
    r"|^[ \t]*-{3,}[ \t]*(?:\n|\Z)", re.MULTILINE)


def without_marks(text: str) -> str:
    """Returns the words of a short text as a reader would see them. Marks that are cut off, or that are no pairs, such
    as those of a calculation, stay."""
    return without_marks_at(text, ())[0]


def without_marks_at(text: str, places: Iterable[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Returns the same, and where (start, length) in ``text`` lie in it then."""
    kept = [True] * len(text)
    for match in _LINE_STARTS.finditer(text):
        _drop(kept, match.start(), match.end())
    _drop_pairs(text, 0, len(text), kept)
    moved = [0]
    for each in kept:
        moved.append(moved[-1] + each)
    found = ((moved[start], moved[min(start + length, len(text))] - moved[start]) for start, length in places)
    return "".join(letter for letter, each in zip(text, kept, strict=True) if each), tuple(
        (start, length) for start, length in found if length)


def _drop_pairs(text: str, start: int, end: int, kept: list[bool]) -> None:
    """Drops marks around text, and within it those of other kinds; code is as it is."""
    for match in _PAIRS.finditer(text, start, end):
        name = next(each for each in ("text", "in_code", "in_strong", "in_em") if match[each] is not None)
        inner, outer = match.span(name), match.span()
        _drop(kept, outer[0], inner[0])
        _drop(kept, inner[1], outer[1])
        if name != "in_code":
            _drop_pairs(text, *inner, kept)


def _drop(kept: list[bool], start: int, end: int) -> None:
    kept[start:end] = [False] * (end - start)

