"""The colours of a code block, line by line, kept up while the code grows."""

from __future__ import annotations


class Colours:
    """Which parts of which line play which role in a language."""

    def __init__(self, language: str, text: str) -> None:
        self._lines: list[list[tuple[int, int, str]]] = []

    def extend(self, more: str) -> None:
        """Takes in more code."""

    def finish(self) -> None:
        """The code is complete."""

    def line(self, number: int) -> list[tuple[int, int, str]]:
        """``(start, length, role)`` of each coloured part of a line."""
        return self._lines[number] if number < len(self._lines) else []
