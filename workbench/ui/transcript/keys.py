"""The keys of a transcript: going from message to message, selecting text, reaching what can be clicked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from .canvas import Canvas
from .cursor_moves import CursorMoves, Move
from .document import Place
from .scroller import Scroller
from .selection import Selection
from .spacing import MARGIN
from .targets import Targets

_MOVES: dict[int, Move] = {
    Qt.Key.Key_Left.value: "left", Qt.Key.Key_Right.value: "right", Qt.Key.Key_Up.value: "up",
    Qt.Key.Key_Down.value: "down", Qt.Key.Key_Home.value: "home", Qt.Key.Key_End.value: "end",
    Qt.Key.Key_PageUp.value: "page up", Qt.Key.Key_PageDown.value: "page down",
}  # fmt: skip


class Keyboard:
    """Handles the keys that move, select and click. Commands, such as finding and zooming, are the view's."""

    def __init__(self, canvas: Canvas, scroller: Scroller, selection: Selection, targets: Targets) -> None:
        self._canvas, self._scroller = canvas, scroller
        self._selection, self._targets = selection, targets
        self._moves = CursorMoves(canvas, scroller)

    def handle(self, event: QKeyEvent) -> bool:
        """Returns whether the key means something here."""
        key, modifiers = event.key(), event.modifiers()
        shift = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if event.matches(QKeySequence.StandardKey.Copy):
            self._selection.copy()
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._selection.select_all()
        elif shift and key in _MOVES:
            self._extend(_MOVES[key], control)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not control:
            self._step(1 if key == Qt.Key.Key_Down else -1)
        elif key == Qt.Key.Key_Home:
            self._scroller.to_message(0)
        elif key == Qt.Key.Key_End:
            self._scroller.follow()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Space):
            back = key == Qt.Key.Key_PageUp or (key == Qt.Key.Key_Space and shift)
            self._scroller.scroll_page(-1 if back else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (clickable := self._targets.focused()) is not None:
            clickable.run()
        elif key == Qt.Key.Key_Escape and not self._selection.empty:
            self._selection.clear()
        else:
            return False
        return True

    def _step(self, delta: int) -> None:
        """Goes to the next message, or moves by lines through one that is taller than the viewport."""
        canvas, targets = self._canvas, self._targets
        document, height = canvas.document, canvas.viewport.height()
        if not document.messages:
            return
        targets.clear_focus()
        if targets.current < 0:
            self._go_to(document.heights.find(canvas.top + height - MARGIN if delta < 0 else canvas.top))
            return
        top = canvas.message_top(targets.current)
        bottom = top + document.heights[targets.current]
        beyond = bottom > height + MARGIN if delta > 0 else top < 0
        if beyond:
            self._scroller.scroll_by(delta * 3 * canvas.context.style.line)
        elif 0 <= targets.current + delta < len(document.messages):
            self._go_to(targets.current + delta)

    def _go_to(self, index: int) -> None:
        self._targets.set_current(index)
        self._scroller.reveal_message(index)

    def tab(self, delta: int) -> bool:
        """Goes to the next clickable of the current message (1) or the previous one (-1); returns whether there is
        one."""
        found = self._targets.focus_next(delta)
        place = self._targets.focused_place()
        if found and place is not None:
            self._scroller.reveal(place)
        return found

    def _extend(self, move: Move, control: bool) -> None:
        """Moves the end of the selection; it starts at the current message when there is none."""
        selection, current = self._selection, self._targets.current
        if selection.empty and selection.cursor == Place(0, 0, 0) and current > 0:
            start = Place(current, 0, 0)
            selection.set(start, start)
        place = self._moves.moved(selection.cursor, move, control)
        selection.extend_to(place)
        self._scroller.reveal(place)
