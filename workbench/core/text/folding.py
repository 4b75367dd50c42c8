"""Folding: texts in the form in which words are compared, without accents, vowel signs, widths and case."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

_SAME = {"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-",
         "\u0640": "", "\u00ad": "", "\u200c": "", "\u200d": "", "ı": "i", "ø": "o", "ł": "l", "đ": "d", "й": "й"}
_LATER: Mapping[str, str] = {
    "æ": "ae", "œ": "oe", "ð": "d", "þ": "th", "ħ": "h", "ŧ": "t",
    **dict.fromkeys("\u034f\u061c\u180e\u200b\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff"
                    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufe0e\ufe0f", "")}
"""Ligatures, and characters that nobody sees, which indexes of the database's second format hold as they are."""
_FIRST_ACCENT = 10
"""Marks of lower combining classes are parts of letters: nuktas, viramas, voiced kana."""
_TONES = range(103, 130)  # of Thai, Lao and Tibetan: other words without them




class _Letters(dict[int, str]):
    """The folded form of each letter, made when it is first met."""

    def __init__(self, further: Mapping[str, str]) -> None:
        super().__init__()
        self._further = str.maketrans(dict(further))

    def __missing__(self, code: int) -> str:
        letter = chr(code)
        pieces = unicodedata.normalize("NFD", letter)
        plain = "".join(piece for piece in pieces if not _is_accent(piece))
        self[code] = _SAME.get(letter, unicodedata.normalize("NFC", plain)).translate(self._further)
        return self[code]


def _is_accent(letter: str) -> bool:
    order = unicodedata.combining(letter)
    return order >= _FIRST_ACCENT and order not in _TONES


_LETTERS = _Letters(_LATER)
_LETTERS_OF_FORMAT_2 = _Letters({})


def fold(text: str) -> str:
    """Returns the text in which ``Café``, ``cafe`` and the full-width form are the same, ``ß`` is ``ss``, ``æ`` is
    ``ae`` and ``ё`` is ``е``; characters that nobody sees are not there."""
    return _folded(text, _LETTERS)


def fold_of_format_2(text: str) -> str:
    """Returns the text as indexes of the database's second format hold it."""
    return _folded(text, _LETTERS_OF_FORMAT_2)


def _folded(text: str, letters: _Letters) -> str:
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(letters)


def without_case(text: str) -> str:
    """Returns the text in which all ways to write the same letters are one, in any case; accents count."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


def find_folded(text: str, word: str) -> list[tuple[int, int]]:
    """Returns where a folded word is in a text: starts and ends in the text as it is."""
    places: list[int] = []  # of the letters of the folded text in the text
    folded: list[str] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        piece = fold(text[start:end])
        folded.append(piece)
        places += [start] * len(piece)
        start = end
    places.append(len(text))
    found, whole, at = [], "".join(folded), 0
    while word and (at := whole.find(word, at)) >= 0:
        last = places[at + len(word) - 1]
        stop = next((place for place in places[at + len(word):] if place > last), len(text))
        found.append((places[at], stop))
        at += len(word)
    return found
