"""The places of fields in a plan's file: the line that a mistake is in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_HEADER = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?")
_KEY = re.compile(r"""^\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
_QUOTES = re.compile(r'"""|' + "'''")


def line_of(text: str, path: Sequence[str | int]) -> int:
    """Returns the number, from 1, of the line of a TOML file that defines most of a path such as ``("checks", 2,
    "text")`` (the third check's text); 0 where nothing does."""
    wanted = [*path]
    best, found = 0, 0
    table: list[str | int] = []
    seen = Counter[str]()
    inside = ""  # the quotes of a text of several lines
    for number, line in enumerate(text.split("\n"), 1):
        if inside:
            inside = "" if inside in line else inside
            continue
        if header := _HEADER.match(line):
            table = list(_names(header[2]))
            if header[1] == "[[":
                name = header[2]
                table.append(seen[name])
                seen[name] += 1
            here = table
        elif key := _KEY.match(line):
            here = [*table, *_names(key[1])]
        else:
            here = []
        if best < len(here) and here == wanted[: len(here)]:
            best, found = len(here), number
        quotes = _QUOTES.findall(line)
        inside = quotes[-1] if len(quotes) % 2 else ""
    return found


def _names(dotted: str) -> list[str]:
    return [name.strip().strip("\"'") for name in dotted.split(".")]
