"""Text to tokens: words, digits and signs, each with the space before it. Joined again they are the text."""

from __future__ import annotations

import re

_EAST_ASIAN = "぀-ヿ㐀-鿿가-힯"  # kana, Chinese characters, Hangul: a token each
_LETTER = rf"(?![{_EAST_ASIAN}])\w"
_WORD = rf"(?!\d){_LETTER}(?:{_LETTER})*(?:[-'’](?:{_LETTER})+)*"  # also top_p, don't, n-gram
_TOKEN = re.compile(rf" ?(?:[{_EAST_ASIAN}]|{_WORD}|\d|[^\w\s])|\n+|[^\S\n]+(?=[^\S\n])|[^\S\n]")


def split(text: str) -> list[str]:
    """The tokens of a text; ``"".join`` of them is the text again."""
    return _TOKEN.findall(text)


def count(text: str) -> int:
    return len(split(text))
