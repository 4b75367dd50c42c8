"""Finding by a few letters in order, as command palettes do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def score(letters: str, text: str) -> int | None:
    """Returns how well ``letters`` (lower case, without blanks) occur in order in ``text`` (lower case); None when
    they do not. Letters at the start of a word, and runs of letters, count more; long texts a little less."""
    points, at, run = 0, -1, 0
    for letter in letters:
        found = text.find(letter, at + 1)
        if found < 0:
            return None
        run = run + 1 if found == at + 1 else 0
        starts_word = found == 0 or not text[found - 1].isalnum()
        points += 8 if starts_word else 1 + 4 * min(run, 3)
        points -= min(found - at - 1, 8) // 2
        at = found
    return points * 4 - min(len(text), 80) // 8


def best(query: str, texts: Iterable[tuple[str, T]], most: int) -> list[T]:
    """Returns the values whose texts (lower case) fit the query best, best first; equals keep their order."""
    letters = "".join(query.casefold().split())
    scored = [(points, value) for text, value in texts if (points := score(letters, text)) is not None]
    scored.sort(key=lambda pair: -pair[0])
    return [value for _, value in scored[:most]]
