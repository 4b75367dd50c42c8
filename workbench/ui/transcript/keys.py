"""The keyboard in the transcript: going from message to message, selecting, reaching what can be clicked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from .blocks import Hot
from .document import Place
from .painting import MARGIN, hots_around

if TYPE_CHECKING:
    from .view import TranscriptView

_MOVES = {
    Qt.Key.Key_Left.value: "left", Qt.Key.Key_Right.value: "right", Qt.Key.Key_Up.value: "up",
    Qt.Key.Key_Down.value: "down", Qt.Key.Key_Home.value: "home", Qt.Key.Key_End.value: "end",
    Qt.Key.Key_PageUp.value: "page up", Qt.Key.Key_PageDown.value: "page down",
}  # fmt: skip


class Keyboard:
    """Handles keys for a view. ``focused`` is what Tab has come to in the current message: the block and
    the number among its hot spots, block -1 for the header and the footer."""

    def __init__(self, view: TranscriptView) -> None:
        self._view = view
        self.focused: tuple[int, int] | None = None
        self._column = -1  # where the cursor wants to be while it goes up and down

    def handle(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        view = self._view
        key, modifiers = event.key(), event.modifiers()
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            view.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            view.selection.select_all()
        elif shift and key in _MOVES:
            self._extend(_MOVES[key], control)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not control:
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Home:
            view.scroller.to_message(0)
        elif key == Qt.Key.Key_End:
            view.follow()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Space):
            back = key == Qt.Key.Key_PageUp or (key == Qt.Key.Key_Space and shift)
            bar = view.verticalScrollBar()
            bar.setValue(bar.value() + (-1 if back else 1) * (bar.pageStep() - 2 * view.context.style.line))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Menu:
            view.open_menu_of_current()
        elif event.matches(QKeySequence.StandardKey.Find):
            view.open_find()
        elif key == Qt.Key.Key_F3:
            view.find_next(-1 if shift else 1)
        elif control and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            view.zoom_by(1)
        elif control and key == Qt.Key.Key_Minus:
            view.zoom_by(-1)
        elif control and key == Qt.Key.Key_0:
            view.set_zoom(1.0)
        elif key == Qt.Key.Key_Escape and not view.selection.empty:
            view.selection.clear()
        else:
            return False
        return True

    # --- from message to message ----------------------------------------------------------------

    def _step(self, delta: int) -> None:
        """To the next message; through one that is taller than the view by lines."""
        view = self._view
        count = len(view.document.messages)
        if not count:
            return
        self.focused = None
        if view.current < 0:
            view.set_current(view.document.heights.find(view.scroller.top + view.port.height() - MARGIN)
                             if delta < 0 else view.document.heights.find(view.scroller.top))
            return
        top = view.document.heights.offset(view.current) + MARGIN - view.scroller.top
        bottom = top + view.document.heights[view.current]
        beyond = bottom > view.port.height() + MARGIN if delta > 0 else top < 0
        if beyond:
            bar = view.verticalScrollBar()
            bar.setValue(bar.value() + delta * 3 * view.context.style.line)
        elif 0 <= view.current + delta < count:
            view.set_current(view.current + delta)

    def tab(self, forward: bool) -> bool:
        """To the next thing in the current message that can be clicked; false when there is none left."""
        view = self._view
        if view.current < 0:
            if not view.document.messages:
                return False
            view.set_current(len(view.document.messages) - 1, reveal=False)
        spots = self._spots()
        if not spots:
            return False
        at = spots.index(self.focused) if self.focused in spots else (-1 if forward else len(spots))
        at += 1 if forward else -1
        if not 0 <= at < len(spots):
            self.focused = None
            view.port.update()
            return False
        self.focused = spots[at]
        hot = self.hot()
        view.link_hovered.emit(hot.href if hot is not None else "")
        if self.focused[0] >= 0:
            view.scroller.reveal(Place(view.current, self.focused[0], 0))
        view.port.update()
        return True

    def _spots(self) -> list[tuple[int, int]]:
        view = self._view
        message = view.document.messages[view.current]
        around = hots_around(view, view.current)
        top = [(-1, number) for number, hot in enumerate(around) if hot.rect.top() <= 0]
        bottom = [(-1, number) for number, hot in enumerate(around) if hot.rect.top() > 0]
        inside = [
            (index, number)
            for index, block in enumerate(message.views)
            for number in range(len(block.hots(view.context)))
        ]
        return top + inside + bottom

    def hot(self) -> Hot | None:
        """What has the keyboard's focus."""
        view = self._view
        if self.focused is None or not 0 <= view.current < len(view.document.messages):
            return None
        block, number = self.focused
        if block < 0:
            hots = hots_around(view, view.current)
        else:
            views = view.document.messages[view.current].views
            hots = views[block].hots(view.context) if block < len(views) else []
        return hots[number] if number < len(hots) else None

    def _enter(self) -> None:
        hot = self.hot()
        if hot is not None:
            hot.run()
        else:
            self._view.open_menu_of_current()

    # --- selecting ------------------------------------------------------------------------------

    def _extend(self, move: str, control: bool) -> None:
        view = self._view
        selection = view.selection
        if selection.empty and selection.cursor == Place(0, 0, 0) and view.current > 0:
            start = Place(view.current, 0, 0)
            selection.set(start, start)
        place = self._moved(selection.cursor, move, control)
        if move not in ("up", "down", "page up", "page down"):
            self._column = -1
        selection.move(place)
        view.scroller.reveal(place)

    def _moved(self, place: Place, move: str, control: bool) -> Place:
        if move in ("left", "right"):
            return self._across(place, 1 if move == "right" else -1, control)
        if move in ("home", "end"):
            if control:
                return Place(0, 0, 0) if move == "home" else self._view.document.end()
            return self._line_end(place, move == "end")
        if control and move in ("up", "down"):
            return self._paragraph(place, 1 if move == "down" else -1)
        height = self._view.port.height() if move.startswith("page") else 0
        return self._vertical(place, -1 if move.endswith("up") else 1, height)

    def _across(self, place: Place, delta: int, by_word: bool) -> Place:
        block = self._view.document.block(place)
        if block is None:
            return place
        offset = place.offset + delta
        if by_word and 0 <= offset <= block.length():
            start, end = block.word_at(place.offset if delta > 0 else max(0, place.offset - 1))
            offset = end if delta > 0 else start
            if offset == place.offset:
                offset += delta
        if 0 <= offset <= block.length():
            return place._replace(offset=offset)
        return self._neighbour(place, delta)

    def _neighbour(self, place: Place, delta: int) -> Place:
        """The nearest end of the next or the previous block that has text."""
        messages = self._view.document.messages
        index, number = place.message, place.block + delta
        while 0 <= index < len(messages):
            views = messages[index].views
            while 0 <= number < len(views):
                length = views[number].length()
                if length:
                    return Place(index, number, 0 if delta > 0 else length)
                number += delta
            index += delta
            number = 0 if delta > 0 else (len(messages[index].views) - 1 if index >= 0 else -1)
        return place

    def _paragraph(self, place: Place, delta: int) -> Place:
        block = self._view.document.block(place)
        end = block.length() if block is not None else 0
        if delta > 0:
            return place._replace(offset=end) if place.offset < end else self._neighbour(place, 1)
        return place._replace(offset=0) if place.offset else self._neighbour(place, -1)

    def _line_end(self, place: Place, end: bool) -> Place:
        caret = self._caret(place)
        x = self._view.port.width() * 2 if end else -self._view.port.width()
        return self._same_block(place, self._view.pointer.place_at(QPoint(x, caret.center().y())))

    @staticmethod
    def _same_block(place: Place, found: Place) -> Place:
        return found if found[:2] == place[:2] else place

    def _vertical(self, place: Place, delta: int, page: int) -> Place:
        caret = self._caret(place)
        if self._column < 0:
            self._column = caret.left()
        y = caret.center().y() + delta * (page or caret.height())
        found = self._view.pointer.place_at(QPoint(self._column, y))
        if found == place or (found < place) != (delta < 0):
            return self._neighbour(place, delta)
        return found

    def _caret(self, place: Place) -> QRect:
        self._view.scroller.reveal(place)
        return self._view.scroller.caret_rect(place)
