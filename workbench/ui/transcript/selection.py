"""The selection: two places in the text, across blocks and messages, and what lies between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .blocks import BlockView
from .document import Place
from .text_layout import Wash

if TYPE_CHECKING:
    from .view import TranscriptView


class Selection:
    """From ``anchor``, where it began, to ``cursor``, where it is now."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self.anchor = Place(0, 0, 0)
        self.cursor = Place(0, 0, 0)
        self._all = False

    @property
    def empty(self) -> bool:
        return self.anchor == self.cursor

    @property
    def start(self) -> Place:
        return min(self.anchor, self.cursor)

    @property
    def end(self) -> Place:
        return max(self.anchor, self.cursor)

    def clear(self) -> None:
        self.anchor = self.cursor = Place(0, 0, 0)
        self._view.port.update()

    def set(self, anchor: Place, cursor: Place) -> None:
        if (anchor, cursor) != (self.anchor, self.cursor):
            self.anchor, self.cursor = anchor, cursor
            self._view.port.update()

    def clip(self) -> None:
        """Blocks came or went: a place that is not there any more ends the selection."""
        document = self._view.document
        if not self.empty and (document.block(self.anchor) is None or document.block(self.cursor) is None):
            self.clear()

    def move(self, cursor: Place) -> None:
        self.set(self.anchor, cursor)

    def select_all(self) -> None:
        self.set(Place(0, 0, 0), self._view.document.end())

    def span(self, place: Place, length: int) -> tuple[int, int]:
        """The selected stretch of a block with ``length`` offsets."""
        here = place[:2]
        if self.empty or not self.start[:2] <= here <= self.end[:2]:
            return 0, 0
        start = self.start.offset if self.start[:2] == here else 0
        end = self.end.offset if self.end[:2] == here else length
        return min(start, length), min(end, length)

    def washes(self, place: Place, block: BlockView) -> list[Wash]:
        """How a block is coloured by what was found in it and by the selection."""
        style = self._view.context.style
        out = []
        if not self.empty and self.start[:2] <= place[:2] <= self.end[:2]:
            start, end = self.span(place, block.length())
            if start < end:
                out.append(Wash(start, end, style.background(style.selection)))
        return out + self._view.finder.washes(place, block)

    def stretches(self) -> Iterator[tuple[int, BlockView, int, int]]:
        """The selected parts of blocks in reading order: message, block, start and end."""
        if self.empty:
            return
        document = self._view.document
        for index in range(self.start.message, self.end.message + 1):
            for number, block in enumerate(document.messages[index].views):
                start, end = self.span(Place(index, number, 0), block.length())
                if start < end:
                    yield index, block, start, end
