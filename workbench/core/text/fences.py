"""Fences of Markdown: which lines of a text are inside a block of code."""

from __future__ import annotations

_LOOKED_AT = 100


class Fences:
    """The state behind the text so far, which comes in any pieces. ``line`` is the beginning of its last line."""

    def __init__(self) -> None:
        self.line = ""
        self._fence = ""

    @property
    def inside(self) -> bool:
        """Whether the last line lies in a block of code."""
        return bool(self._fence)

    def feed(self, text: str) -> None:
        """Takes note of the text that follows."""
        first, *more = text.split("\n") if "\n" in text else (text,)
        self.line = (self.line + first)[:_LOOKED_AT]
        for line in more:
            self._end_line()
            self.line = line[:_LOOKED_AT]

    def _end_line(self) -> None:
        bare = self.line.strip()
        mark = bare[:len(bare) - len(bare.lstrip(bare[0]))] if bare.startswith(("```", "~~~")) else ""
        if not self._fence:
            self._fence = mark
        elif mark == bare and mark.startswith(self._fence):
            self._fence = ""
