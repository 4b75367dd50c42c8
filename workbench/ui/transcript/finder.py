"""The finder of a transcript: highlights matches, also in what is not laid out or not loaded yet."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable

from .blocks import BlockView
from .canvas import Canvas
from .document import Place
from .scroller import Scroller
from .text_layout import Highlight

Search = Callable[[str], Iterable[tuple[str, int]]]
"""Returns the keys of all messages whose text has the query, in order, and how often each has it."""


class Finder:
    """The matches of one query. They are counted for each message; where in the message they are is determined when
    one is gone to, so that a query costs a scan of the text and no layout."""

    def __init__(self, canvas: Canvas, scroller: Scroller) -> None:
        self._canvas, self._scroller = canvas, scroller
        self.query = ""
        self.search: Search | None = None  # for messages that are not loaded
        self._hits: list[tuple[int, int]] = []  # message and how many matches it has, in order
        self._current: tuple[int, int] | None = None  # message, number among its matches
        self._place: tuple[Place, int] | None = None  # of the current match, and its length
        self._awaited: tuple[int, int] | None = None  # a match in a message that is being loaded

    @property
    def count(self) -> int:
        return sum(count for _, count in self._hits)

    @property
    def number(self) -> int:
        """The number of the current match, from 1; 0 for none."""
        if self._current is None:
            return 0
        return sum(count for index, count in self._hits if index < self._current[0]) + self._current[1] + 1

    def find(self, query: str) -> int:
        """Looks for ``query``, ignoring case; returns the number of matches."""
        self.query = query.casefold()
        self._current = self._place = self._awaited = None
        self._hits = list(self._count()) if query else []
        self._canvas.repaint()
        return self.count

    def _count(self) -> Iterable[tuple[int, int]]:
        elsewhere = dict(self.search(self.query)) if self.search is not None else {}
        for index, message in enumerate(self._canvas.document.messages):
            count = elsewhere.get(message.key, 0) if message.entry is None else message.occurrences(self.query)
            if count:
                yield index, count

    def step(self, delta: int) -> bool:
        """Goes to the next match (1) or the previous one (-1), around the ends; returns whether there is one."""
        if not self._hits:
            return False
        message, number = self._next(delta)
        return self._go(message, number, delta)

    def step_to(self, message: int) -> bool:
        """Goes to the first match in a message; returns whether it has one that is known."""
        return any(index == message for index, _ in self._hits) and self._go(message, 0, 1)

    def recount(self) -> None:
        """Counts again after more of the conversation became known; the current match stays."""
        if self.query:
            self._hits = list(self._count())

    def index_with(self, query: str, key: str) -> int | None:
        """Returns the index of a message that has the query, or may have it because it is not loaded."""
        index, message = self._canvas.document.index(key), self._canvas.document.get(key)
        if message is None or (message.entry is not None and not message.occurrences(query.casefold())):
            return None
        return index

    def resume(self) -> None:
        """Goes to the match that was waiting for its message, if that is loaded now."""
        if self._awaited is not None and self._canvas.document.messages[self._awaited[0]].entry is not None:
            (message, number), self._awaited = self._awaited, None
            self._go(message, number, 1 if number >= 0 else -1)

    def _go(self, message: int, number: int, delta: int) -> bool:
        for _ in range(len(self._hits) + 1):
            places = self._places(message)
            if places:
                number = min(number, len(places) - 1) if number >= 0 else len(places) - 1
                self._current, self._place = (message, number), places[number]
                self._scroller.to_place(places[number][0])
                self._canvas.repaint()
                return True
            if self._canvas.document.messages[message].entry is None:
                self._current, self._awaited = (message, max(number, 0)), (message, number)
                return True
            at = bisect_left(self._hits, (message, 0)) + delta  # only its source has the query
            message, number = self._hits[at % len(self._hits)][0], 0 if delta > 0 else -1
        return False

    def _next(self, delta: int) -> tuple[int, int]:
        """Returns the message and the number of the match to go to; number -1 for the last in its message."""
        if self._current is None:
            top = self._canvas.document.heights.find(self._canvas.top)
            at = bisect_left(self._hits, (top, 0))
            at = at % len(self._hits) if delta > 0 else at - 1
            return self._hits[at][0], 0 if delta > 0 else -1
        message, number = self._current
        at = bisect_left(self._hits, (message, 0))
        if 0 <= number + delta < self._hits[at][1]:
            return message, number + delta
        at = (at + delta) % len(self._hits)
        return self._hits[at][0], 0 if delta > 0 else -1

    def _places(self, index: int) -> list[tuple[Place, int]]:
        """Returns the matches of a message with their lengths. The message is loaded, parsed and unfolded for that."""
        document = self._canvas.document
        if document.messages[index].entry is None:
            self._scroller.to_message(index)
        message = document.messages[index]
        if message.entry is None:
            return []
        document.build_whole(index)
        if sum(len(block.find(self.query)) for block in message.views) < message.occurrences(self.query):
            message.unfold(document.context)
            document.build_whole(index)
        found = [
            (Place(index, number, start), end - start)
            for number, block in enumerate(message.views)
            for start, end in block.find(self.query)
        ]
        at = bisect_left(self._hits, (index, 0))
        if at < len(self._hits) and self._hits[at][0] == index:
            self._hits[at] = (index, len(found) or self._hits[at][1])
        return found

    def highlights(self, place: Place, block: BlockView) -> list[Highlight]:
        """Returns the backgrounds of the matches in a block."""
        if not self.query:
            return []
        style = self._canvas.context.style
        now, length = self._place if self._place is not None else (None, 0)
        out = []
        for start, end in block.find(self.query):
            current = now == place._replace(offset=start) and end - start == length
            out.append(Highlight(start, end, style.background(style.found_now if current else style.found)))
        return out
