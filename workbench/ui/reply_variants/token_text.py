"""A reply as a row of tokens, coloured by doubt; the keyboard and the mouse go from token to token."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from workbench.ui.reply_variants.diff_text import roomy, tint
from workbench.ui.theme import style
from workbench.ui.theme.scale import follow
from workbench.ui.theme.tokens import TRANSCRIPT_PX

from .confidence import Spot

_STEPS = 12  # shades, so that equal ones share a format


class TokenText(QTextEdit):
    """``pointed`` tells the token under the mouse or at the keyboard; ``chosen`` that its alternatives are wanted."""

    pointed = Signal(int)  # index of a Spot
    chosen = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Tokens")
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        follow(self, lambda view: view.setFont(style.sized(style.control_font(), TRANSCRIPT_PX)))
        self.viewport().setMouseTracking(True)
        self.setCursorWidth(0)  # the marked token is the cursor
        self._spots: Sequence[Spot] = ()
        self._by = "probability"
        self._lead = ""
        self._begin = 0  # where the first token begins; Qt counts in UTF-16
        self._ends: list[int] = []
        self.current = -1

    def show_spots(self, places: Sequence[Spot], lead: str, by: str) -> None:
        """Shows the tokens. ``lead`` is text before the first one, ``by`` what the colours say."""
        self._spots, self._lead, self._by = places, lead, by
        self._fill()

    def _fill(self) -> None:
        plain = QTextCharFormat()
        plain.setForeground(QColor(style.theme().dim))
        shades = _shades()
        self.clear()
        self._ends = []
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.setBlockFormat(roomy())
        cursor.insertText(self._lead, plain)
        self._begin = cursor.position()
        for spot in self._spots:
            cursor.insertText(spot.token.token, shades[round(spot.doubt(self._by) * _STEPS)])
            self._ends.append(cursor.position())
        cursor.endEditBlock()
        self._mark()

    def go_to(self, index: int) -> None:
        """Makes a token the current one and brings it into sight."""
        if 0 <= index < len(self._spots):
            self.current = index
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._start(index))
            self.setTextCursor(cursor)
            self.ensureCursorVisible()
            self._mark()
            self.pointed.emit(index)

    def _start(self, index: int) -> int:
        return self._ends[index - 1] if index else self._begin

    def _mark(self) -> None:
        marks = []
        if 0 <= self.current < len(self._ends):
            mark = QTextEdit.ExtraSelection()
            cursor = QTextCursor(self.document())
            cursor.setPosition(self._start(self.current))
            cursor.setPosition(self._ends[self.current], QTextCursor.MoveMode.KeepAnchor)
            mark.cursor = cursor
            mark.format.setBackground(QColor(style.theme().accent))
            mark.format.setForeground(QColor(style.theme().accent_text))
            marks.append(mark)
        self.setExtraSelections(marks)

    def _at(self, event: QMouseEvent) -> int:
        scrolled = QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        layout = self.document().documentLayout()
        position = layout.hitTest(event.position() + scrolled, Qt.HitTestAccuracy.ExactHit)
        if position < self._begin:
            return -1
        index = bisect_right(self._ends, position)
        return index if index < len(self._spots) else -1

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self._at(event)
        self.pointed.emit(index if index >= 0 else self.current)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        if (index := self._at(event)) >= 0 and not self.textCursor().hasSelection():
            self.go_to(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -len(self._spots),
                Qt.Key.Key_End: len(self._spots)}.get(Qt.Key(event.key()))
        if step is not None and not event.modifiers():
            self.go_to(max(0, min(self.current + step, len(self._spots) - 1)))
        elif event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not event.modifiers():
            self._move_line(QTextCursor.MoveOperation.Up if event.key() == Qt.Key.Key_Up
                            else QTextCursor.MoveOperation.Down)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.chosen.emit()
        else:
            super().keyPressEvent(event)

    def _move_line(self, move: QTextCursor.MoveOperation) -> None:
        cursor = self.textCursor()
        cursor.movePosition(move)
        self.go_to(min(bisect_right(self._ends, cursor.position()), len(self._spots) - 1))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._spots:
            self._fill()


def _shades() -> list[QTextCharFormat]:
    """Returns the shades from no colour (sure) to the strongest, each readable."""
    theme = style.theme()
    shades = []
    for step in range(_STEPS + 1):
        shade = QTextCharFormat()
        shade.setForeground(QColor(theme.text))
        if step:
            shade.setBackground(tint(theme.warn if step <= _STEPS // 2 else theme.bad, 0.06 + 0.4 * step / _STEPS))
        shades.append(shade)
    return shades
