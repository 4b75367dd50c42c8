"""Snippets: a line of a text around what was found in it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from workbench.core.text.folding import find_folded, fold

_LENGTH = 160
_NEAR = 2000
_SPACE = re.compile(r"\s+")


def snippet(body: str, words: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Returns one line of some 160 characters around the first word found, and where the words are in it."""
    first = _first_place(body, words)
    start = max(0, first - _LENGTH // 4) if first >= 0 else 0
    if start:  # from the start of a word, if there is one near
        space = body.find(" ", start, start + 16)
        start = space + 1 if 0 <= space < first else start
    end = min(len(body), start + _LENGTH)
    text = _SPACE.sub(" ", body[start:end]).strip()
    text = ("…" if start else "") + text + ("…" if end < len(body) else "")
    return text, _marks(text, words)


def _pattern(words: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE) if words else None


def _first_place(body: str, words: Sequence[str]) -> int:
    """Returns where the first word is, as it was written if it is there so; -1 without words."""
    pattern = _pattern(words)
    if pattern is None:
        return -1
    if found := pattern.search(body):
        return found.start()
    folded = fold(body)
    places = [place for word in words if (place := folded.find(fold(word))) >= 0]
    if not places:
        return -1
    near = max(0, int(min(places) * len(body) / max(1, len(folded))) - _NEAR)
    spans = [span for word in words for span in find_folded(body[near:near + 2 * _NEAR], fold(word))]
    return near + min(spans)[0] if spans else near


def _marks(text: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    pattern = _pattern(words)
    if pattern is None:
        return ()
    if exact := tuple((found.start(), len(found[0])) for found in pattern.finditer(text)):
        return exact
    return tuple((start, end - start) for start, end in sorted(
        {span for word in words for span in find_folded(text, fold(word))}))
