"""Rows of GitHub's tables."""

from __future__ import annotations

import re

from .blocks import Align

_DELIMITER = re.compile(r"[ \t]*\|?(?:[ \t]*:?-+:?[ \t]*\|)*(?:[ \t]*:?-+:?[ \t]*)?$")
_CELL_BREAK = re.compile(r"\\.|\|", re.DOTALL)
_CELL_OR_CODE = re.compile(
    r"\\.|\||(?<!`)(`+)(?!`)|(\$\$(?:[^$\\]|\\.)+\$\$|\$(?![\s$])(?:[^$\\]|\\.)*?(?<!\s)\$(?![\d$]))", re.DOTALL)


def split_row(line: str, width: int = 0) -> list[str]:
    """Returns the cells of a row; ``\\|`` becomes ``|``.

    With a ``width`` the row has exactly that many cells: missing ones are empty. When there are too many, the bars
    inside code spans and formulas do not count (models forget to escape them), and what is still too much joins the
    last cell: nothing is lost.
    """
    cells = _split(line, _CELL_BREAK)
    if width and len(cells) > width:
        cells = _split(line, _CELL_OR_CODE)
        cells[width - 1 :] = [" | ".join(cells[width - 1 :])]
    return cells + [""] * (width - len(cells))


def alignments(line: str) -> tuple[Align, ...] | None:
    """Returns the alignments that a delimiter row gives; None for any other line."""
    if "-" not in line or not ("|" in line or ":" in line) or not _DELIMITER.match(line):
        return None
    return tuple(_alignment(cell) for cell in split_row(line))


def _alignment(cell: str) -> Align:
    left, right = cell.startswith(":"), cell.endswith(":")
    if left and right:
        return "center"
    return "left" if left else "right" if right else ""


def _split(line: str, breaks: re.Pattern[str]) -> list[str]:
    line = line.strip(" \t")
    start = 1 if line.startswith("|") else 0
    cells: list[str] = []
    pos = start
    while match := breaks.search(line, pos):
        pos = match.end()
        if match.group() == "|":
            cells.append(line[start : match.start()])
            start = pos
        elif match.group().startswith("`"):
            closing = re.compile(rf"(?<!`){match.group()}(?!`)").search(line, pos)
            pos = closing.end() if closing else pos
    if start < len(line) or not cells:
        cells.append(line[start:])
    return [cell.strip(" \t").replace("\\|", "|") for cell in cells]
