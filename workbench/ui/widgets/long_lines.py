"""Long lines of texts that are edited: a text field lays out a paragraph of megabytes at every letter, for seconds."""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST = 10_000
"""Characters of a line in a text field."""
_LONG = re.compile(rf"[^\n]{{{MOST + 1}}}")


def folded(text: str) -> str:
    """Returns text whose lines are short enough to be edited. Nothing but line feeds is added, behind a blank where
    there is one."""
    if not _LONG.search(text):
        return text
    return "\n".join(piece for line in text.split("\n") for piece in _pieces(line))


def _pieces(line: str) -> Iterator[str]:
    begin = 0
    while len(line) - begin > MOST:
        end = line.rfind(" ", begin + MOST // 2, begin + MOST) + 1 or begin + MOST
        yield line[begin:end]
        begin = end
    yield line[begin:]
