"""The selection of a transcript: two places in the text, across blocks and messages, and all between them."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.ui.widgets.clipboard import copy_text

from .blocks import BlockView
from .canvas import Canvas
from .copying import SelectedRange, as_text, to_clipboard
from .document import Place
from .text_layout import Highlight


class Selection:
    """The text from ``anchor``, where the selection began, to ``cursor``, where it is now."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.anchor = Place(0, 0, 0)
        self.cursor = Place(0, 0, 0)

    @property
    def empty(self) -> bool:
        return self.anchor == self.cursor

    @property
    def start(self) -> Place:
        return min(self.anchor, self.cursor)

    @property
    def end(self) -> Place:
        return max(self.anchor, self.cursor)

    # --- changing -------------------------------------------------------------------------------

    def clear(self) -> None:
        self.anchor = self.cursor = Place(0, 0, 0)
        self._canvas.repaint()

    def set(self, anchor: Place, cursor: Place) -> None:
        if (anchor, cursor) != (self.anchor, self.cursor):
            self.anchor, self.cursor = anchor, cursor
            self._canvas.repaint()

    def extend_to(self, cursor: Place) -> None:
        self.set(self.anchor, cursor)

    def select_all(self) -> None:
        self.set(Place(0, 0, 0), self._canvas.document.end())

    def clear_if_gone(self) -> None:
        """Clears the selection when one of its ends is in a block that is no longer there."""
        document = self._canvas.document
        if not self.empty and (document.block(self.anchor) is None or document.block(self.cursor) is None):
            self.clear()

    # --- what is selected -----------------------------------------------------------------------

    def span(self, place: Place, length: int) -> tuple[int, int]:
        """Returns the start and end of what is selected in the block at ``place``, which has ``length`` offsets."""
        here = place[:2]
        if self.empty or not self.start[:2] <= here <= self.end[:2]:
            return 0, 0
        start = self.start.offset if self.start[:2] == here else 0
        end = self.end.offset if self.end[:2] == here else length
        return min(start, length), min(end, length)

    def highlights(self, place: Place, block: BlockView) -> list[Highlight]:
        """Returns the background of what is selected in a block."""
        if self.empty or not self.start[:2] <= place[:2] <= self.end[:2]:
            return []
        start, end = self.span(place, block.length())
        style = self._canvas.context.style
        return [Highlight(start, end, style.background(style.selection))] if start < end else []

    def selected_ranges(self) -> Iterator[SelectedRange]:
        """Yields the selected parts of blocks in reading order."""
        if self.empty:
            return
        messages = self._canvas.document.messages
        for index in range(self.start.message, self.end.message + 1):
            for number, block in enumerate(messages[index].views):
                start, end = self.span(Place(index, number, 0), block.length())
                if start < end:
                    yield SelectedRange(index, block, start, end)

    def copy(self) -> None:
        """Copies what is selected, as plain text and as Markdown."""
        if not self.empty:
            to_clipboard(self.selected_ranges(), self._canvas.document.messages)

    def copy_markdown(self) -> None:
        """Copies what is selected, as Markdown only."""
        text = as_text(self.selected_ranges(), self._canvas.document.messages, markdown=True)
        copy_text(text)
