"""Variance between samples of one setting: which sentences recur, and which answers are alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from .statistics import mean
from .text_measures import agreement, bigrams, dice

ALIKE = 0.6
"""From this similarity on two sentences, or two answers, say the same for the view."""

MOST_SAMPLES, MOST_LETTERS = 30, 6_000
"""So much is looked at: comparing takes time with the square of it."""

_SENTENCE = re.compile(r"(?:[^.!?。！？…\n]|[.!?…](?=\w))*(?:[.!?。！？…]+[\"”’»)\]]*|\n|$)\s*")


@dataclass(frozen=True, slots=True)
class Sentence:
    """``share`` of the other samples, 0 to 1, that have a similar sentence; 1 where there is no other sample."""

    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Variance:
    """``samples`` as sentences whose texts add up to the answer; ``groups`` of indexes of similar answers, the largest
    first; ``left_out`` samples were not compared."""

    samples: Sequence[Sequence[Sentence]]
    groups: Sequence[Sequence[int]]
    agreement: float | None
    left_out: int = 0


def variance_of(texts: Sequence[str], rows: Sequence[str] = ()) -> Variance:
    """Compares texts. ``rows`` name what each text answers: only answers to the same row are compared; without rows all
    are."""
    shown = [text[:MOST_LETTERS] for text in texts[:MOST_SAMPLES]]
    samples: list[Sequence[Sentence]] = [()] * len(shown)
    alike: list[list[int]] = []
    agreements = []
    for places in _by_row(len(shown), rows):
        own = [shown[at] for at in places]
        for at, cut in zip(places, stable(own), strict=True):
            samples[at] = cut
        alike += [[places[at] for at in group] for group in groups(own)]
        agreements += [value for value in (agreement(own),) if value is not None]
    return Variance(samples, sorted(alike, key=lambda group: -len(group)), mean(agreements) if agreements else None,
                    len(texts) - len(shown))


def _by_row(count: int, rows: Sequence[str]) -> Iterable[list[int]]:
    found: dict[str, list[int]] = {}
    for at in range(count):
        found.setdefault(rows[at] if rows else "", []).append(at)
    return found.values()


def sentences(text: str) -> list[str]:
    """Splits a text after full stops (not inside 3.14 or e.g. names) and at line ends; the pieces add up to the
    text."""
    return [piece for piece in _SENTENCE.findall(text) if piece]


def stable(texts: Sequence[str]) -> list[list[Sentence]]:
    """Returns each text as sentences, with the share of the other texts that say the same."""
    cut = [sentences(text) for text in texts]
    bare = [{sentence.strip() for sentence in sample} for sample in cut]
    likes = _likes(set().union(*bare))
    others = max(len(texts) - 1, 1)

    def share(at: int, sentence: str) -> float:
        found = sum(not likes[sentence].isdisjoint(other) for number, other in enumerate(bare) if number != at)
        return found / others if len(texts) > 1 else 1.0

    return [[Sentence(piece, share(at, piece.strip())) for piece in sample] for at, sample in enumerate(cut)]


def _likes(said: Iterable[str]) -> Mapping[str, set[str]]:
    """Returns each sentence with those similar to it, itself included."""
    likes = {sentence: {sentence} for sentence in said}
    grams = [(sentence, own := bigrams(sentence), own.total()) for sentence in likes]
    for (one, first, size), (other, second, length) in combinations(grams, 2):
        if 2 * min(size, length) >= ALIKE * (size + length) and dice(first, second) >= ALIKE:
            likes[one].add(other)
            likes[other].add(one)
    return likes


def groups(texts: Sequence[str]) -> list[list[int]]:
    """Groups similar texts by the leader algorithm (Hartigan, Clustering Algorithms, 1975, chapter 3): each text joins
    the first group whose first text is similar, else it begins one. The largest group comes first."""
    grams = [bigrams(text) for text in texts]
    found: list[list[int]] = []
    for at in range(len(texts)):
        home = next((group for group in found if dice(grams[group[0]], grams[at]) >= ALIKE), None)
        if home is None:
            found.append([at])
        else:
            home.append(at)
    return sorted(found, key=lambda group: -len(group))
