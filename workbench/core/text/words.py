"""The words of a message whose spelling can be judged: no code, no addresses, no names of variables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

_SKIPPED = re.compile(
    r"`+[^`]*`+"  # code
    r"|\b(?:https?|ftp|file|mailto):\S+|\bwww\.\S+|\S+@\S+"  # addresses
    r"|(?:[A-Za-z]:)?(?:[\w.~-]*[/\\])+[\w.~-]*"  # paths
    r"|\{\{.*?\}\}|\$[^$\s][^$]*\$|[@#]\w+"  # variables, formulas, handles
    r"|\w*[\d_]\w*"  # names and numbers
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SCRIPTS = {
    "be": "CYRILLIC", "bg": "CYRILLIC", "kk": "CYRILLIC", "mk": "CYRILLIC", "mn": "CYRILLIC", "ru": "CYRILLIC",
    "sr": "CYRILLIC", "uk": "CYRILLIC", "el": "GREEK", "he": "HEBREW", "ar": "ARABIC", "fa": "ARABIC",
    "ur": "ARABIC", "hi": "DEVANAGARI", "mr": "DEVANAGARI", "ne": "DEVANAGARI", "hy": "ARMENIAN", "ka": "GEORGIAN",
    "ko": "HANGUL", "bn": "BENGALI", "ta": "TAMIL", "te": "TELUGU", "th": "THAI",
}
"""The scripts of languages that are not written in Latin letters, as Unicode names their letters."""


def scripts_of(languages: Iterable[str]) -> frozenset[str]:
    """Returns the scripts that dictionaries of these languages (``en_US``) can judge."""
    return frozenset(_SCRIPTS.get(name[:2].lower(), "LATIN") for name in languages)


def words_to_judge(line: str, scripts: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yields the words of a line with where they start: those in one of the ``scripts``, of two letters or more, and
    neither in capitals nor with capitals inside."""
    at = 0
    for skipped in _SKIPPED.finditer(line):
        yield from _words(line, at, skipped.start(), scripts)
        at = skipped.end()
    yield from _words(line, at, len(line), scripts)


def _words(line: str, start: int, end: int, scripts: frozenset[str]) -> Iterator[tuple[int, str]]:
    for match in _WORD.finditer(line, start, end):
        word = match[0]
        if len(word) > 1 and word[1:] == word[1:].lower() and _script(word[0]) in scripts and (
                _script(word[-1]) in scripts):
            yield match.start(), word


def _script(letter: str) -> str:
    return "LATIN" if letter.isascii() else unicodedata.name(letter, "").partition(" ")[0]
