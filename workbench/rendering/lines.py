"""Lines of Markdown under a cursor that counts columns, so that tabs indent as CommonMark says."""

from __future__ import annotations

import re

_BLANKS = re.compile(r"[ \t]*")


class Line:
    """A line without its newline. ``long`` marks the head of a line too long to be anything but text."""

    __slots__ = ("blank", "column", "indent", "long", "next", "pos", "text")

    def __init__(self, text: str, long: bool = False) -> None:
        self.text = text
        self.long = long
        self.pos = 0
        self.column = 0
        self.look()

    def look(self) -> None:
        """Finds the next character that is not a blank, and the columns of indentation before it."""
        match = _BLANKS.match(self.text, self.pos)
        assert match is not None
        self.next = match.end()
        self.blank = self.next == len(self.text)
        width = self.next - self.pos
        if "\t" in match.group():
            column = self.column
            for character in match.group():
                column += 4 - column % 4 if character == "\t" else 1
            width = column - self.column
        self.indent = width

    def strip(self, columns: int) -> None:
        """Consumes up to that many columns of indentation; the rest of a tab becomes spaces."""
        text = self.text
        while columns > 0 and self.pos < self.next:
            if text[self.pos] == "\t":
                width = 4 - self.column % 4
                if width > columns:
                    text = self.text = text[: self.pos] + " " * width + text[self.pos + 1 :]
                    self.next += width - 1
                    continue
            else:
                width = 1
            self.pos += 1
            self.column += width
            columns -= width
        self.look()

    def skip(self, characters: int) -> None:
        """Consumes the indentation and that many characters after it."""
        self.column += self.indent + characters
        self.pos = self.next + characters
        self.look()

    @property
    def character(self) -> str:
        """The first character that is not a blank; empty at the end."""
        return self.text[self.next : self.next + 1]

    @property
    def rest(self) -> str:
        """What is left, with its indentation."""
        return self.text[self.pos :]

    @property
    def content(self) -> str:
        """What is left, without its indentation."""
        return self.text[self.next :]
