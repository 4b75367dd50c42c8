"""The text sink: collects the text of a document up to a limit."""

from __future__ import annotations


class Full(Exception):
    """The sink has taken as much as it may: the rest of the document need not be read."""


class TextSink:
    """Takes ``most`` characters. Blank lines at the beginning, and more than one in a row, are left out."""

    def __init__(self, most: int) -> None:
        self.room = most  # characters that still fit
        self._pieces: list[str] = []
        self._breaks = 2  # ends of line at the end of what is there
        self.notes: list[str] = []  # sentences for the user

    def write(self, text: str) -> None:
        """Adds text within a line. Raises ``Full``."""
        if text:
            self._put(text)
            self._breaks = 0

    def write_space(self) -> None:
        """Adds a space, unless the line has just begun."""
        if not self._breaks:
            self._put(" ")

    def end_line(self) -> None:
        """Ends the line, unless nothing is on it."""
        if not self._breaks:
            self._put("\n")
            self._breaks = 1

    def end_paragraph(self) -> None:
        """Ends the line, and leaves one line empty."""
        self.end_line()
        if self._breaks < 2:
            self._put("\n")
            self._breaks = 2

    def lines(self, text: str) -> None:
        """Adds lines as they are, and ends the last one."""
        self.end_line()
        self.write(text.rstrip("\n"))
        self.end_line()

    @property
    def text(self) -> str:
        return "".join(self._pieces).rstrip()

    def _put(self, text: str) -> None:
        self._pieces.append(text[: self.room])
        self.room -= len(text)
        if self.room < 0:
            raise Full
