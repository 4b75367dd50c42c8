"""Measures of texts: how alike they are in their wording, and how many words they have, in any script.

Two texts that Unicode calls canonically equivalent are one and the same here, whichever way their accents are written
(Unicode Standard Annex 15).
"""

from __future__ import annotations

import itertools
import math
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache

from .statistics import mean

_UNSPACED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u3038-\u303b\u3041-\u3096\u309d-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U0001aff0-\U0001b16f\U00020000-\U0003fffd"
)
"""Han and kana, a letter of which counts as a word, as text editors count them."""

_BY_DICTIONARY = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\ua9e0-\ua9ff\uaa60-\uaadf"
"""Thai, Lao, Burmese, Khmer, New Tai Lue and Tai Tham: words without spaces of several letters each (Unicode Standard
Annex 14, class SA)."""

LETTERS_OF_A_WORD = 4
"""That such a word has, about; only a dictionary could tell."""


def canonical(text: str) -> str:
    """Returns the one spelling of all texts that are canonically equivalent (normalization form C)."""
    return unicodedata.normalize("NFC", text)


def folded(text: str) -> str:
    """Returns the text for comparison without regard to case: a canonical caseless match (The Unicode Standard,
    definition D145)."""
    return canonical(unicodedata.normalize("NFD", text).casefold())


@cache
def _marks() -> str:
    """Returns the combining marks, as ranges of a character class: to ``re`` they are no part of a word."""
    marks = [code for code in range(0x300, 0x1F000) if unicodedata.category(chr(code)).startswith("M")]
    ranges: list[list[int]] = []
    for code in [*marks, sys.maxunicode]:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges[:-1])


@cache
def _word() -> re.Pattern[str]:
    """Returns the pattern of a word, or of a letter of a script that writes words without spaces, with its marks, or
    of another sign."""
    alone = f"{_UNSPACED}{_BY_DICTIONARY}"
    return re.compile(rf"[{alone}][{_marks()}]*|(?:[^\W{alone}]+[{_marks()}]*)+|[^\w\s]")


def words(text: str) -> list[str]:
    """Returns the words and signs of a text, without regard to case; in scripts without spaces, its letters."""
    return _word().findall(folded(text))


_LETTER, _OTHER = re.compile(f"[{_UNSPACED}]"), re.compile(rf"[^\s{_UNSPACED}]+")


def word_count(text: str) -> int:
    """Returns the number of words: of what stands between spaces, and in Chinese and Japanese of letters. In Thai,
    Lao, Burmese and Khmer every four letters count as a word."""
    count = 0
    for chunk in canonical(text).split():
        letters = len(_LETTER.findall(chunk))
        rest = [piece for piece in _OTHER.findall(chunk) if not letters or any(map(str.isalnum, piece))]
        count += letters + sum(map(_words_of, rest))
    return count


def _words_of(piece: str) -> int:
    letters = len(re.findall(f"(?=[{_BY_DICTIONARY}])\\w", piece))
    return max(1, math.ceil(letters / LETTERS_OF_A_WORD))


Bigrams = Counter[tuple[str, str]]


def bigrams(text: str) -> Bigrams:
    """Returns the pairs of neighbouring words of a text."""
    return Counter(itertools.pairwise(["", *words(text), ""]))  # the ends count, so that one word has bigrams too


def similarity(one: str, other: str) -> float:
    """Returns the Sørensen–Dice coefficient of the texts' word bigrams as multisets (Dice 1945); 1: equal texts.

    It says how much of the wording is the same, and nothing of the meaning: a “not” costs as much as any word.
    """
    return dice(bigrams(one), bigrams(other))


def words_per_change(similarity: float) -> float:
    """Returns in how many words one is another when texts are so similar: each word that is replaced takes two bigrams
    of about as many as there are words. Infinite for equal texts."""
    return 2 / (1 - similarity) if similarity < 1 else math.inf


def dice(first: Bigrams, second: Bigrams) -> float:
    """Returns what two multisets share of all they hold."""
    shared = sum(min(first[gram], second[gram]) for gram in first.keys() & second.keys())
    return 2 * shared / (first.total() + second.total())


def cosine(one: Sequence[float], other: Sequence[float]) -> float:
    """Returns the cosine of the angle between two vectors, neither of them 0: 1 for the same direction (Salton,
    Wong and Yang 1975, A vector space model for automatic indexing)."""
    return math.fsum(a * b for a, b in zip(one, other, strict=True)) / (math.hypot(*one) * math.hypot(*other))


MOST_PAIRS = 200
"""Of samples, whose similarity is averaged; with more, every k-th pair is taken."""


def agreement(texts: Sequence[str]) -> float | None:
    """Returns the mean ``similarity`` over the pairs of texts: 1 when all are the same. None for fewer than two."""
    pairs = len(texts) * (len(texts) - 1) // 2
    if not pairs:
        return None
    drawn = [_pair(number) for number in range(0, pairs, -(-pairs // MOST_PAIRS))]
    grams = {at: bigrams(texts[at]) for at in {at for pair in drawn for at in pair}}
    return mean([dice(grams[i], grams[j]) for i, j in drawn])


def _pair(number: int) -> tuple[int, int]:
    """Returns the pair of that number: (1, 0), (2, 0), (2, 1), (3, 0) …"""
    first = (1 + math.isqrt(8 * number + 1)) // 2
    return first, number - first * (first - 1) // 2


class Distinctness:
    """Distinct-2, text by text: different bigrams over all bigrams (Li et al. 2016)."""

    def __init__(self) -> None:
        self._seen: set[int] = set()  # hashes, which take a third of the room of the words
        self._all = 0

    def add(self, text: str) -> None:
        found = words(text)
        self._seen.update(map(hash, itertools.pairwise(found)))
        self._all += max(0, len(found) - 1)

    @property
    def value(self) -> float | None:
        """None without two words in a text."""
        return len(self._seen) / self._all if self._all else None
