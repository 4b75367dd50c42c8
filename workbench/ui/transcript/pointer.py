"""The mouse in the transcript: what is under it, selecting by dragging, clicking what can be clicked."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from .blocks import Hot
from .document import Place
from .painting import MARGIN, hots_around

if TYPE_CHECKING:
    from .view import TranscriptView

_SCROLL_MS = 30  # while dragging beyond an edge


class Pointer(QObject):
    """``message``, ``block`` and ``hot`` say what the mouse is over; -1 and ``None`` for nothing, block -1
    for a message's header and footer."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self.message = -1
        self.block = -1
        self.hot: Hot | None = None
        self._pressed: Hot | None = None
        self._press_at = QPoint()
        self._press_in_block = QPoint()
        self._dragging = False
        self._follow: Callable[[QPoint], None] | None = None
        self._unit = ""  # what a drag after a double or a triple click selects by
        self._origin = (Place(0, 0, 0), Place(0, 0, 0))
        self._clicks = 0
        self._last_press = QPoint(-99, -99)
        self._drag_timer = QTimer(view)
        self._drag_timer.setInterval(_SCROLL_MS)
        self._drag_timer.timeout.connect(self._drag_on)
        view.port.setMouseTracking(True)
        view.port.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if isinstance(event, QMouseEvent):
            if kind == QEvent.Type.MouseMove:
                self._move(event)
            elif event.button() != Qt.MouseButton.LeftButton:
                return False
            elif kind == QEvent.Type.MouseButtonPress:
                self._press(event)
            elif kind == QEvent.Type.MouseButtonDblClick:
                self._double(event)
            else:
                self._release(event)
            return True
        if kind == QEvent.Type.Leave:
            self._point(-1, -1, None)
        elif isinstance(event, QHelpEvent) and kind == QEvent.Type.ToolTip:
            self._tool_tip(event)
            return True
        return False

    # --- what is where --------------------------------------------------------------------------

    def locate(self, point: QPoint) -> tuple[int, int, QPoint]:
        """Message, block and the point in the coordinates of the block, or of the message for block -1."""
        view = self._view
        document, style = view.document, view.context.style
        y = point.y() + view.scroller.top - MARGIN
        if not document.messages or y < 0 or y >= document.total():
            return -1, -1, point
        index = document.heights.find(y)
        message = document.messages[index]
        inside = QPoint(point.x() - view.left, y - document.heights.offset(index))
        top = message.top(style)
        if not message.views or not top <= inside.y() < top + message.heights.total():
            return index, -1, inside
        block = message.block_at(style, inside.y())
        return index, block, inside - QPoint(message.side(style), message.place(style, block))

    def place_at(self, point: QPoint) -> Place:
        """The place in the text nearest to a point."""
        view = self._view
        document, style = view.document, view.context.style
        y = point.y() + view.scroller.top - MARGIN
        if not document.messages or y < 0:
            return Place(0, 0, 0)
        if y >= document.total():
            return document.end()
        index, block, at = self.locate(point)
        message = document.messages[index]
        if block >= 0:
            found = message.views[block]
            return Place(index, block, found.offset_at(view.context, at))
        if at.y() < message.top(style) or not message.views:
            return Place(index, 0, 0)
        return Place(index, len(message.views) - 1, message.views[-1].length())

    def _hot_at(self, index: int, block: int, at: QPoint) -> Hot | None:
        if index < 0:
            return None
        view = self._view
        if block < 0:
            hots = hots_around(view, index)
        else:
            hots = view.document.messages[index].views[block].hots(view.context)
        return next((hot for hot in hots if hot.rect.contains(at)), None)

    def _point(self, index: int, block: int, hot: Hot | None) -> None:
        if (index, block, hot and hot.rect) == (self.message, self.block, self.hot and self.hot.rect):
            return
        before = self.hot.href if self.hot is not None else ""
        self._draw_pointed(with_footer=index != self.message)
        self.message, self.block, self.hot = index, block, hot
        self._draw_pointed(with_footer=True)
        href = hot.href if hot is not None else ""
        if href != before:
            self._view.link_hovered.emit(href)

    def _draw_pointed(self, *, with_footer: bool) -> None:
        """Has what the mouse is at painted again, and the actions that show below its message."""
        view = self._view
        if not 0 <= self.message < len(view.document.messages):
            return
        message = view.document.messages[self.message]
        if 0 <= self.block < len(message.views):
            view.draw_block(self.message, self.block)
        if with_footer or self.block < 0:
            view.draw_chrome(self.message)

    def refresh(self) -> None:
        """The document moved under a mouse that stands still."""
        if self._view.port.underMouse() and not self._dragging:
            self._look(self._view.port.mapFromGlobal(QCursor.pos()))

    def _look(self, point: QPoint) -> None:
        index, block, at = self.locate(point)
        hot = self._hot_at(index, block, at)
        self._point(index, block, hot)
        viewport = self._view.port
        if hot is not None:
            viewport.setCursor(Qt.CursorShape.PointingHandCursor)
        elif block >= 0 and self._view.document.messages[index].views[block].length():
            viewport.setCursor(Qt.CursorShape.IBeamCursor)
        else:
            viewport.setCursor(Qt.CursorShape.ArrowCursor)

    # --- pressing and dragging ------------------------------------------------------------------

    def _press(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        near = (point - self._last_press).manhattanLength() < QApplication.startDragDistance()
        self._clicks = self._clicks + 1 if near and self._clicks == 2 else 1
        self._last_press = self._press_at = point
        self._view.setFocus(Qt.FocusReason.MouseFocusReason)
        index, block, at = self.locate(point)
        self._pressed = self._hot_at(index, block, at)
        if index >= 0:
            self._view.set_current(index, reveal=False)
        if block >= 0 and (self._pressed is None or self._pressed.href):
            self._press_in_block = at
            self._follow = self._view.document.messages[index].views[block].grab(at)
            if self._follow is not None:
                self._view.port.update()
                return
        if self._pressed is not None and not self._pressed.href:
            return
        place = self.place_at(point)
        self._unit = "paragraph" if self._clicks == 3 else ""
        if self._unit:
            self._select_unit(place)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._view.selection.move(place)
        else:
            self._view.selection.set(place, place)
            self._origin = (place, place)
        self._dragging = True

    def _double(self, event: QMouseEvent) -> None:
        self._clicks = 2
        self._press_at = self._last_press = event.position().toPoint()
        index, block, at = self.locate(self._press_at)
        self._pressed = self._hot_at(index, block, at)
        if self._pressed is None or self._pressed.href:
            self._unit = "word"
            self._select_unit(self.place_at(self._press_at))
            self._dragging = True

    def _bounds(self, place: Place) -> tuple[Place, Place]:
        """The word or the paragraph around a place, by the unit of the drag."""
        block = self._view.document.block(place)
        if block is None or not self._unit:
            return place, place
        start, end = (block.word_at if self._unit == "word" else block.paragraph_at)(place.offset)
        return place._replace(offset=start), place._replace(offset=end)

    def _select_unit(self, place: Place) -> None:
        self._origin = self._bounds(place)
        self._view.selection.set(*self._origin)

    def _move(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._follow is not None:
            self._follow(point - self._press_at + self._press_in_block)
            self._view.port.update()
        elif self._dragging:
            self._drag_to(point)
            outside = not 0 <= point.y() < self._view.port.height()
            if outside and not self._drag_timer.isActive():
                self._drag_timer.start()
        else:
            self._look(point)

    def _drag_to(self, point: QPoint) -> None:
        start, end = self._bounds(self.place_at(point))
        first, last = self._origin
        if start < first:
            self._view.selection.set(last, start)
        else:
            self._view.selection.set(first, max(end, last))

    def _drag_on(self) -> None:
        """Scrolls while the mouse is held beyond an edge."""
        viewport = self._view.port
        point = viewport.mapFromGlobal(QCursor.pos())
        beyond = min(point.y(), 0) + max(point.y() - viewport.height(), 0)
        if not beyond or not self._dragging:
            self._drag_timer.stop()
            return
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + beyond // 2 + (1 if beyond > 0 else -1))
        self._drag_to(point)

    def _release(self, event: QMouseEvent) -> None:
        self._drag_timer.stop()
        point = event.position().toPoint()
        moved = (point - self._press_at).manhattanLength() >= QApplication.startDragDistance()
        pressed, self._pressed = self._pressed, None
        was_drag = self._follow is not None
        self._dragging, self._follow = False, None
        if pressed is not None and not moved and not was_drag:
            pressed.run()
        self._look(point)

    def menu_point(self, key: str) -> QPoint:
        """Where a message's menu opens: at the mouse when that is what opened it, else at its header."""
        view = self._view
        index = view.document.index(key)
        if index is None or index == self.message:
            return view.port.mapFromGlobal(QCursor.pos())
        top = view.document.heights.offset(index) + MARGIN - view.scroller.top
        return QPoint(view.left, max(0, top) + view.context.style.line)

    # --- wheel and tool tips --------------------------------------------------------------------

    def wheel(self, event: QWheelEvent) -> bool:
        """Scrolls a wide block sideways; whether there was one."""
        delta = event.angleDelta()
        dx = delta.x() or (delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if not dx or (abs(delta.x()) < abs(delta.y()) and delta.x()):
            return False
        index, block, _ = self.locate(event.position().toPoint())
        if block < 0 or not self._view.document.messages[index].views[block].scroll_by(-dx):
            return False
        event.accept()
        self._view.port.update()
        return True

    def _tool_tip(self, event: QHelpEvent) -> None:
        text = self.tip(self.hot) if self.hot is not None else ""
        QToolTip.showText(event.globalPos(), text, self._view.port)

    @staticmethod
    def tip(hot: Hot) -> str:
        """What a tool tip says. It guesses whether its text is HTML, so what a model wrote has no ``<``."""
        return "\n".join(part for part in (hot.tip, hot.href) if part).replace("<", "‹")
