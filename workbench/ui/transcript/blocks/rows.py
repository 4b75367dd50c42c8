"""The rows of a code block as they are drawn: one for each line, more where a line is too long. No Qt.

All rows are equally high, so a block of 20,000 lines knows its height, the row at each pixel and the place of each
offset without laying out more than what is visible.
"""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_right

LONGEST = 2000  # columns: laying out a longer unbroken row costs more than a frame
TAB = 4


class Rows:
    """The rows of ``text``; ``columns`` is where a line wraps. Grows in time linear in what is added."""

    def __init__(self, text: str, columns: int = LONGEST) -> None:
        self.columns = min(columns, LONGEST)
        self.text = ""
        self.starts = array("q")
        self.ends = array("q")
        self.line_starts = array("q")
        self.lines = array("q")  # the line that a row belongs to
        self.widest = 0
        self.extend(text)

    def __len__(self) -> int:
        return len(self.starts)

    def extend(self, more: str) -> int:
        """Appends text; returns the first row that changed."""
        at = self.line_starts.pop() if self.line_starts else 0
        while self.starts and self.starts[-1] >= at:
            for column in (self.starts, self.ends, self.lines):
                column.pop()
        changed = len(self.starts)
        self.text += more
        for line in self.text[at:].split("\n"):
            self._add(line, at)
            at += len(line) + 1
        return changed

    def _add(self, line: str, start: int) -> None:
        number = len(self.line_starts)
        self.line_starts.append(start)
        simple = line.isascii() and "\t" not in line
        if simple and len(line) <= self.columns:
            self._row(start, start + len(line), number, len(line))
            return
        if simple:
            for at in range(0, len(line), self.columns):
                end = min(at + self.columns, len(line))
                self._row(start + at, start + end, number, end - at)
            return
        first, width = 0, 0
        for at, character in enumerate(line):
            step = columns_of(character, width)
            if width + step > self.columns and at > first:
                self._row(start + first, start + at, number, width)
                first, width = at, 0
            width += step
        self._row(start + first, start + len(line), number, width)

    def _row(self, start: int, end: int, line: int, width: int) -> None:
        self.starts.append(start)
        self.ends.append(end)
        self.lines.append(line)
        if width > self.widest:
            self.widest = width

    def row_of(self, offset: int) -> int:
        return max(0, bisect_right(self.starts, offset) - 1)

    def slice(self, row: int) -> str:
        return self.text[self.starts[row] : self.ends[row]]


def columns_of(character: str, at: int) -> int:
    """Returns the columns of a character: two for wide East Asian ones and emoji, none for combining marks."""
    if character == "\t":
        return TAB - at % TAB
    if character.isascii():
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
