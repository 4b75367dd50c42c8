"""The colours of a code block, line by line: made where they are looked at, and kept up while it grows.

Colouring costs some 5 ms per kB, so it goes in slices. A place far beyond what is coloured is not reached
by colouring all before it: a new stretch is begun a little above it, as if the language started there.
"""

from __future__ import annotations

from bisect import bisect_right
from time import perf_counter

from workbench.rendering.highlight import Highlighter, LineColours

from .rows import Rows

_PIECE = 1024  # characters coloured between two looks at the clock
_FAR = 60_000  # characters beyond which a new stretch is begun
_ABOVE = 60  # lines coloured above the place that is looked at


class _Stretch:
    """Lines from ``first`` on, coloured up to offset ``end`` of the text."""

    def __init__(self, language: str, first: int, offset: int) -> None:
        self.first = first
        self.end = offset
        self.lines: list[LineColours] = []
        self._highlighter = Highlighter(language)

    def feed(self, text: str) -> int:
        """Colours more; the first line whose colours are others now."""
        self.end += len(text)
        done = self._highlighter.feed(text)
        at = done.first
        for was, now in zip(self.lines[at:], done.lines, strict=False):
            if was != now:
                break
            at += 1
        self.lines[done.first :] = done.lines
        return self.first + at


class Colours:
    def __init__(self, language: str) -> None:
        self._language = language
        self._stretches: list[_Stretch] = []
        self.complete = False

    def line(self, number: int) -> LineColours:
        at = bisect_right(self._stretches, number, key=lambda stretch: stretch.first) - 1
        if at < 0:
            return ()
        stretch = self._stretches[at]
        index = number - stretch.first
        return stretch.lines[index] if index < len(stretch.lines) else ()

    def behind(self, rows: Rows, first: int, last: int) -> int:
        """How many characters up to the line ``last`` are not coloured yet."""
        if not self._language:
            return 0
        return max(0, self._end_of(rows, last) - self._stretch(rows, first).end)

    def work(self, rows: Rows, first: int, last: int, seconds: float) -> int | None:
        """Colours on for some time; the first line that changed, ``None`` when there was nothing to do."""
        stretch, goal = self._stretch(rows, first), self._end_of(rows, last)
        changed: int | None = None
        stop = perf_counter() + seconds
        while stretch.end < goal and perf_counter() < stop:
            line = stretch.feed(rows.text[stretch.end : min(stretch.end + _PIECE, goal)] or "\n")
            changed = line if changed is None else min(changed, line)
        return changed

    def _stretch(self, rows: Rows, line: int) -> _Stretch:
        at = bisect_right(self._stretches, line, key=lambda stretch: stretch.first) - 1
        begin = rows.line_starts[line]
        if at >= 0 and begin - self._stretches[at].end < _FAR:
            return self._stretches[at]
        first = 0 if at < 0 and begin < _FAR else max(0, line - _ABOVE)
        made = _Stretch(self._language, first, rows.line_starts[first])
        self._stretches.insert(at + 1, made)
        return made

    def _end_of(self, rows: Rows, line: int) -> int:
        """Where a line ends, its line break included. The last has one once the code is complete: some
        languages' patterns wait for it."""
        starts = rows.line_starts
        return starts[line + 1] if line + 1 < len(starts) else len(rows.text) + self.complete
