"""Tokens of the built-in models: words, digits and signs, each with the space before it."""

from __future__ import annotations

import re
from itertools import islice

_EAST_ASIAN = "぀-ヿ㐀-鿿가-힯"  # kana, Chinese characters, Hangul: a token each
_LETTER = rf"(?![{_EAST_ASIAN}])\w"
_WORD = rf"(?!\d){_LETTER}(?:{_LETTER})*(?:[-'’](?:{_LETTER})+)*"  # also top_p, don't, n-gram
_TOKEN = re.compile(rf" ?(?:[{_EAST_ASIAN}]|{_WORD}|\d|[^\w\s])|\n+|[^\S\n]+(?=[^\S\n])|[^\S\n]")


def split(text: str) -> list[str]:
    """Returns the tokens of a text; ``"".join`` of them is the text again."""
    return _TOKEN.findall(text)


def count(text: str, most: int) -> int:
    """Returns how many tokens a text has, up to ``most``: a text that is far too long costs no more time than that."""
    return sum(1 for _ in islice(_TOKEN.finditer(text), most))
