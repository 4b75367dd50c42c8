"""Keys of TOML: what is looked at before a foreign text is parsed.

``tomllib`` and ``tomlkit`` take time and memory that grow with the square of the dots in one key: 40 kB took 14 seconds
and 1.6 GB.
"""

from __future__ import annotations

import re

_MOST = 100
"""Dots in one key: tables in tables."""
_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*"""
_ENDLESS = re.compile(rf"(?:^[ \t]*\[*|[{{,])[ \t]*(?:{_KEY}){{{_MOST}}}", re.MULTILINE)


class EndlessKey(ValueError):
    """A key that no reader should be given; ``str()`` says which."""


def check_keys(text: str) -> str:
    """Returns the text. Raises ``EndlessKey``."""
    if found := _ENDLESS.search(text):
        raise EndlessKey(f"a key in line {text.count(chr(10), 0, found.end()) + 1} has over {_MOST} dots")
    return text
