"""The scroller of a transcript: which part of the document is visible, and how it stays so while heights change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QScrollBar

from .canvas import Canvas
from .document import Place, ScrollAnchor
from .spacing import MARGIN

AHEAD = 240  # pixels laid out above and below what is visible
NOWHERE = 1 << 40  # a height below all contents: nothing has to be painted again


class Scroller(QObject):
    """Moves the document under the viewport. While ``following``, the end stays at the lower edge whatever happens.

    ``load`` is called with the keys of messages that come near and are not loaded.
    """

    following_changed = Signal(bool)
    scrolled = Signal()  # the user moved the document
    settled = Signal(object)  # the range of the messages near the viewport

    def __init__(self, canvas: Canvas, bar: QScrollBar, load: Callable[[list[str]], None]) -> None:
        super().__init__(canvas.viewport)
        self._canvas, self._bar, self._load = canvas, bar, load
        self.following = True
        self.settling = False

    # --- staying --------------------------------------------------------------------------------

    def edge(self) -> ScrollAnchor | None:
        """Returns what is at the upper edge now."""
        return self._canvas.document.anchor_at(self._canvas.top - MARGIN, 0)

    @contextmanager
    def keeping_place(self) -> Iterator[None]:
        """Settles after the body of a ``with``, so that what the reader looks at does not move."""
        edge = self.edge()
        yield
        self.settle(edge)

    def settle(
        self, anchor: ScrollAnchor | None = None, edge: ScrollAnchor | None = None, changed: Sequence[int] | None = None
    ) -> None:
        """Lays out what is visible and sets the scroll bar. While following, the end stays at the lower edge;
        otherwise the anchor stays where it is.

        With ``edge``, what was at the upper edge when this began, the picture is moved rather than painted again:
        only what is new in the ``changed`` messages is painted, and what is below it.
        """
        if self.settling:
            return
        self.settling = True
        canvas, document = self._canvas, self._canvas.document
        height = canvas.viewport.height()
        top = canvas.top
        dirty_from = NOWHERE
        for _ in range(8):
            furthest = max(0, document.total() + 2 * MARGIN - height)
            if self.following or not document.messages:
                top = furthest
            elif anchor is not None:
                top = min(max(0, document.y_of(anchor) - anchor.y + MARGIN), furthest)
            above = top - MARGIN
            moved, missing = document.lay_out(above - AHEAD, above + height + AHEAD)
            if moved is not None:
                dirty_from = min(dirty_from, moved)
            if missing:
                self._load(missing)
                dirty_from = 0
            elif moved is None:
                break
        if top != canvas.top or dirty_from != NOWHERE:  # other blocks than before may be visible
            document.trim(above - AHEAD, above + height + AHEAD)
        canvas.top = top
        self._set_bar(height)
        self.settling = False
        if edge is None or changed is None:
            canvas.repaint()
        else:
            dirty_from = min([dirty_from, *(document.pop_dirty_y(index) for index in changed)])
            canvas.move_picture(document.y_of(edge) + MARGIN - top - edge.y, dirty_from + MARGIN - top)
        self.settled.emit(document.visible(above - AHEAD, above + height + AHEAD))

    def _set_bar(self, height: int) -> None:
        bar = self._bar
        bar.setPageStep(height)
        if not bar.isSliderDown():
            bar.setRange(0, max(0, self._canvas.document.total() + 2 * MARGIN - height))
            bar.setEnabled(bar.maximum() > 0)  # it keeps its room, so that nothing moves when it is needed
            bar.setValue(self._canvas.top)

    # --- moving ---------------------------------------------------------------------------------

    def on_bar_moved(self) -> None:
        """Goes where the user moved the scroll bar, by the mouse or by a key."""
        if self.settling:
            return
        canvas, value, before = self._canvas, self._bar.value(), self._canvas.top
        near = abs(value - before) <= 2 * canvas.viewport.height()
        edge = self.edge()
        anchor = edge._replace(y=edge.y + before - value) if near and edge is not None else None
        if anchor is None:
            anchor = canvas.document.anchor_at(value - MARGIN, 0)
        canvas.top = value
        self.set_following(value >= self._bar.maximum() - 2)
        self.settle(anchor, edge if near else None, ())
        self.scrolled.emit()

    def scroll_by(self, pixels: int) -> None:
        self._bar.setValue(self._bar.value() + pixels)

    def scroll_page(self, delta: int) -> None:
        """Moves by a page, less two lines, down for 1 and up for -1."""
        self.scroll_by(delta * (self._bar.pageStep() - 2 * self._canvas.context.style.line))

    def set_following(self, on: bool) -> None:
        if on != self.following:
            self.following = on
            self.following_changed.emit(on)

    def follow(self) -> None:
        """Goes to the end and stays there while text arrives."""
        self.set_following(True)
        self.settle()

    def reading_place(self) -> tuple[int, int] | None:
        """Returns the message at the upper edge and how many pixels of it are above that; None at the end."""
        heights = self._canvas.document.heights
        if self.following or not self._canvas.document.messages:
            return None
        y = max(0, self._canvas.top - MARGIN)
        index = heights.find(y)
        return index, y - heights.offset(index)

    def to_reading_place(self, index: int, above: int) -> None:
        """Brings what ``reading_place`` returned to the upper edge again."""
        self.set_following(False)
        self.settle(ScrollAnchor(index, -1, above, 0))
        self._follow_if_all_fits()

    def to_message(self, index: int) -> None:
        """Brings the start of a message to the upper edge."""
        self.set_following(False)
        self.settle(ScrollAnchor(index, -1, 0, MARGIN))
        self._follow_if_all_fits()

    def to_place(self, place: Place, y: int | None = None) -> None:
        """Brings a place in the text to ``y`` pixels below the upper edge, by default a third of the viewport."""
        if y is None:
            y = self._canvas.viewport.height() // 3
        self.set_following(False)
        self.settle(ScrollAnchor(place.message, place.block, 0, y))
        block = self._canvas.document.block(place)
        if block is not None:
            caret = block.caret(place.offset).top()
            self.settle(ScrollAnchor(place.message, place.block, block.anchor(caret), y))
        self._follow_if_all_fits()

    def _follow_if_all_fits(self) -> None:
        """Follows when there is nothing to scroll: any place is at the end then."""
        if self._bar.maximum() == 0:
            self.set_following(True)

    def reveal(self, place: Place) -> None:
        """Scrolls as far as needed to make a place in the text visible."""
        caret, room = self._canvas.caret_rect(place), self._canvas.viewport.height()
        line = self._canvas.context.style.line
        if caret.top() < 0 or caret.bottom() > room:
            far = not -room < caret.top() < 2 * room
            self.to_place(place, None if far else line if caret.top() < 0 else room - line - caret.height())

    def reveal_message(self, index: int) -> None:
        """Scrolls to the start of a message, unless as much of it as fits is visible."""
        top, room = self._canvas.message_top(index), self._canvas.viewport.height()
        if top < 0 or top + min(self._canvas.document.heights[index], room) > room:
            self.to_message(index)
