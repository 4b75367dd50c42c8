"""The colours of a code block, line by line: computed where they are visible, and extended while it grows.

Colouring costs some 5 ms per kB, so it is done in slices. A place far beyond what is coloured is not reached by
colouring all before it: a new segment begins a little above it, as if the language started there.
"""

from __future__ import annotations

from bisect import bisect_right
from time import perf_counter

from workbench.rendering.highlight import Highlighter, LineColours

from .rows import Rows

_PIECE = 1024  # characters coloured between two readings of the clock
_FAR = 60_000  # characters beyond which a new segment begins
_ABOVE = 60  # lines coloured above the first visible one


class _Segment:
    """Lines from ``first`` on, coloured up to offset ``end`` of the text."""

    def __init__(self, language: str, first: int, offset: int) -> None:
        self.first = first
        self.end = offset
        self.lines: list[LineColours] = []
        self._highlighter = Highlighter(language)

    def feed(self, text: str) -> int:
        """Colours more text; returns the first line whose colours changed."""
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
    """The colours of some segments of a text in ``language``. ``complete``: no more text will come."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._segments: list[_Segment] = []
        self.complete = False

    def line(self, number: int) -> LineColours:
        at = bisect_right(self._segments, number, key=lambda segment: segment.first) - 1
        if at < 0:
            return ()
        segment = self._segments[at]
        index = number - segment.first
        return segment.lines[index] if index < len(segment.lines) else ()

    def behind(self, rows: Rows, first: int, last: int) -> int:
        """Returns how many characters up to the line ``last`` are not coloured yet."""
        if not self._language:
            return 0
        return max(0, self._end_of(rows, last) - self._segment(rows, first).end)

    def colour(self, rows: Rows, first: int, last: int, seconds: float) -> int | None:
        """Colours for some time; returns the first line that changed, ``None`` when there was nothing to do."""
        segment, goal = self._segment(rows, first), self._end_of(rows, last)
        changed: int | None = None
        stop = perf_counter() + seconds
        while segment.end < goal and perf_counter() < stop:
            line = segment.feed(rows.text[segment.end : min(segment.end + _PIECE, goal)] or "\n")
            changed = line if changed is None else min(changed, line)
        return changed

    def _segment(self, rows: Rows, line: int) -> _Segment:
        """Returns the segment that has a line, or will have it; begins a new one where the others are far away."""
        at = bisect_right(self._segments, line, key=lambda segment: segment.first) - 1
        begin = rows.line_starts[line]
        if at >= 0 and begin - self._segments[at].end < _FAR:
            return self._segments[at]
        first = 0 if at < 0 and begin < _FAR else max(0, line - _ABOVE)
        segment = _Segment(self._language, first, rows.line_starts[first])
        self._segments.insert(at + 1, segment)
        return segment

    def _end_of(self, rows: Rows, line: int) -> int:
        """Returns where a line ends, its line break included. The last line has one once the code is complete: the
        patterns of some languages need it."""
        starts = rows.line_starts
        return starts[line + 1] if line + 1 < len(starts) else len(rows.text) + self.complete
