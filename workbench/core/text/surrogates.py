"""Surrogate pairs: halves that came apart, which no file and no database can hold."""

from __future__ import annotations

import re

_HALVES = re.compile("[\ud800-\udfff]")


def join_surrogates(text: str) -> str:
    """Returns text that can be stored: surrogate halves joined (or replaced when alone), NUL characters removed."""
    if not text.isascii() and _HALVES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\0", "")
