"""Where the view stands in the document, and how it stays there while heights change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect

from .document import Hold, Place
from .painting import MARGIN

if TYPE_CHECKING:
    from .view import TranscriptView

AHEAD = 240  # pixels laid out above and below what is visible
NOTHING = 1 << 40  # a height below all contents: nothing has to be drawn again


class Scroller:
    """``top`` is the height of the document at the viewport's upper edge; ``following`` says that the end
    stays at the lower edge whatever happens."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self.top = 0
        self.following = True
        self.settling = False

    # --- staying --------------------------------------------------------------------------------

    def edge(self) -> Hold | None:
        """What is at the upper edge now."""
        return self._view.document.hold_at(self.top - MARGIN, 0)

    def settle(
        self, hold: Hold | None = None, edge: Hold | None = None, changed: Sequence[int] | None = None
    ) -> None:
        """Lays out what is visible and puts the scroll bar where it belongs. While following, the end stays
        at the lower edge; otherwise what is held stays where it is.

        With ``edge``, what was at the upper edge when this began, the picture is moved rather than painted
        again; drawn anew is only what is fresh in the ``changed`` messages, and what stands below it.
        """
        if self.settling:
            return
        self.settling = True
        view, document = self._view, self._view.document
        height = view.port.height()
        top = self.top
        fresh = NOTHING
        for _ in range(8):
            reach = max(0, document.total() + 2 * MARGIN - height)
            if self.following or not document.messages:
                top = reach
            elif hold is not None:
                top = min(max(0, document.y_of(hold) - hold.y + MARGIN), reach)
            above = top - MARGIN
            moved, missing = document.lay_out(above - AHEAD, above + height + AHEAD)
            if moved is not None:
                fresh = min(fresh, moved)
            if missing:
                view.fetch(missing)
                fresh = 0
            elif moved is None:
                break
        if top != self.top or fresh != NOTHING:  # other blocks than before may be visible
            document.trim(above - AHEAD, above + height + AHEAD)
        self.top = top
        self._set_bar(height)
        self.settling = False
        if edge is None or changed is None:
            view.port.update()
        else:
            fresh = min([fresh, *(document.fresh_from(index) for index in changed)])
            self._draw(document.y_of(edge) + MARGIN - top - edge.y, fresh + MARGIN - top)
        view.streamer.look(document.visible(above - AHEAD, above + height + AHEAD))

    def _set_bar(self, height: int) -> None:
        bar = self._view.verticalScrollBar()
        bar.setPageStep(height)
        if not bar.isSliderDown():
            bar.setRange(0, max(0, self._view.document.total() + 2 * MARGIN - height))
            bar.setValue(self.top)

    def _draw(self, shift: int, fresh: int) -> None:
        """Moves the picture by ``shift`` pixels, and has everything from ``fresh`` on painted again. The
        strips under the pill and the find bar are painted as a whole: a picture cannot be moved there."""
        port = self._view.port
        width, top, bottom = port.width(), 0, port.height()
        if shift and self._view.find_bar.isVisible():
            top = self._view.find_bar.geometry().bottom() + 1
        if shift and self._view.pill.isVisible():
            bottom = self._view.pill.geometry().top()
        if abs(shift) >= bottom - top:
            port.update()
            return
        if shift:
            port.scroll(0, shift, QRect(0, top, width, bottom - top))
            port.update(QRect(0, 0, width, top))
            port.update(QRect(0, bottom, width, port.height() - bottom))
        if fresh < port.height():
            port.update(QRect(0, max(0, fresh), width, port.height()))

    # --- moving ---------------------------------------------------------------------------------

    def scrolled_to(self, value: int) -> None:
        """The scroll bar was moved by the user, or by a key."""
        if self.settling:
            return
        view, before = self._view, self.top
        near = abs(value - before) <= 2 * view.port.height()
        edge = self.edge()
        hold = edge._replace(y=edge.y + before - value) if near and edge is not None else None
        if hold is None:
            hold = view.document.hold_at(value - MARGIN, 0)
        self.top = value
        self.set_following(value >= view.verticalScrollBar().maximum() - 2)
        self.settle(hold, edge if near else None, ())
        view.pointer.refresh()

    def set_following(self, on: bool) -> None:
        if on != self.following:
            self.following = on
            self._view.following_changed.emit(on)
        if self._view.pill.isVisible() == on:
            self._view.pill.setVisible(not on)

    def to_message(self, index: int) -> None:
        """The start of a message to the upper edge."""
        self.set_following(False)
        self.settle(Hold(index, -1, 0, MARGIN))
        self._stay_at_the_end()

    def to_place(self, place: Place, y: int) -> None:
        """A place in the text to ``y`` pixels below the upper edge."""
        self.set_following(False)
        self.settle(Hold(place.message, place.block, 0, y))
        block = self._view.document.block(place)
        if block is not None:
            caret = block.caret(place.offset).top()
            self.settle(Hold(place.message, place.block, block.anchor(caret), y))
        self._stay_at_the_end()

    def _stay_at_the_end(self) -> None:
        """What fits into the window is at its end wherever it was sent to."""
        if self._view.verticalScrollBar().maximum() == 0:
            self.set_following(True)

    def reveal(self, place: Place) -> None:
        """As far as is needed to make a place in the text visible."""
        caret, room = self.caret_rect(place), self._view.port.height()
        line = self._view.context.style.line
        if caret.top() < 0 or caret.bottom() > room:
            far = not -room < caret.top() < 2 * room
            self.to_place(place, room // 3 if far else line if caret.top() < 0 else room - line - caret.height())

    def caret_rect(self, place: Place) -> QRect:
        """Where a place in the text is, in the viewport's coordinates."""
        view = self._view
        block, style = view.document.block(place), view.context.style
        if block is None:
            return QRect(view.left, 0, 1, style.line)
        message = view.document.messages[place.message]
        y = view.document.heights.offset(place.message) + message.place(style, place.block)
        return block.caret(place.offset).translated(view.left + message.side(style), y + MARGIN - self.top)
