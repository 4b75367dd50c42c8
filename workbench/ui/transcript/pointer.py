"""The mouse in a transcript: hovering, clicking, selecting by dragging, scrolling wide blocks, tool tips."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QCursor, QHelpEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QToolTip

from .blocks import Clickable
from .blocks.scrollable import ScrollableView
from .canvas import Canvas, Hit
from .document import Place
from .scroller import Scroller
from .selection import Selection
from .targets import Hover, Targets

_SCROLL_MS = 30  # between two steps of scrolling while the mouse is dragged beyond an edge


class Pointer(QObject):
    """Handles the mouse events of the viewport."""

    def __init__(self, canvas: Canvas, scroller: Scroller, selection: Selection, targets: Targets) -> None:
        super().__init__(canvas.viewport)
        self._canvas, self._viewport = canvas, canvas.viewport
        self._scroller, self._selection, self._targets = scroller, selection, targets
        self._pressed: Clickable | None = None
        self._press_at = QPoint()
        self._press_in_block = QPoint()
        self._drag_to: Callable[[QPoint], None] | None = None  # moves a scroll bar of a block
        self._selecting = False
        self._unit = ""  # what a drag selects by, after a double or a triple click
        self._origin = (Place(0, 0, 0), Place(0, 0, 0))
        self._clicks = 0
        self._last_press = QPoint(-99, -99)
        self._scroll_timer = QTimer(self)
        self._scroll_timer.setInterval(_SCROLL_MS)
        self._scroll_timer.timeout.connect(self._scroll_on)
        scroller.scrolled.connect(self._on_scrolled)
        self._viewport.setMouseTracking(True)
        self._viewport.installEventFilter(self)

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
                self._double_click(event)
            else:
                self._release(event)
            return True
        if kind == QEvent.Type.Leave:
            self._targets.set_hover(Hover())
        elif isinstance(event, QHelpEvent) and kind == QEvent.Type.ToolTip:
            self._show_tool_tip(event)
            return True
        return False

    # --- hovering -------------------------------------------------------------------------------

    def _on_scrolled(self) -> None:
        """Updates what is under a mouse that does not move."""
        if self._viewport.underMouse() and not self._selecting:
            self._hover_at(self._viewport.mapFromGlobal(QCursor.pos()))

    def _hover_at(self, point: QPoint) -> None:
        hit = self._canvas.hit(point)
        clickable = self._targets.at(hit)
        self._targets.set_hover(Hover(hit.message, hit.block, clickable))
        if clickable is not None:
            self._viewport.setCursor(Qt.CursorShape.PointingHandCursor)
        elif hit.block >= 0 and self._canvas.document.messages[hit.message].views[hit.block].length():
            self._viewport.setCursor(Qt.CursorShape.IBeamCursor)
        else:
            self._viewport.setCursor(Qt.CursorShape.ArrowCursor)

    # --- pressing and dragging ------------------------------------------------------------------

    def _press(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        near = (point - self._last_press).manhattanLength() < QApplication.startDragDistance()
        self._clicks = self._clicks + 1 if near and self._clicks == 2 else 1
        self._last_press = self._press_at = point
        self._viewport.setFocus(Qt.FocusReason.MouseFocusReason)
        hit = self._canvas.hit(point)
        self._pressed = self._targets.at(hit)
        if hit.message >= 0:
            self._targets.set_current(hit.message)
        if hit.block >= 0 and (self._pressed is None or self._pressed.href) and self._start_drag(hit):
            return
        if self._pressed is not None and not self._pressed.href:
            return
        place = self._canvas.place_at(point)
        self._unit = "paragraph" if self._clicks == 3 else ""
        if self._unit:
            self._select_unit(place)
        elif event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._selection.extend_to(place)
        else:
            self._selection.set(place, place)
            self._origin = (place, place)
        self._selecting = True

    def _start_drag(self, hit: Hit) -> bool:
        """Starts to move the scroll bar of a block; returns whether it is under the mouse."""
        block = self._canvas.document.messages[hit.message].views[hit.block]
        self._drag_to = block.start_drag(hit.at) if isinstance(block, ScrollableView) else None
        if self._drag_to is None:
            return False
        self._press_in_block = hit.at
        self._canvas.repaint()
        return True

    def _double_click(self, event: QMouseEvent) -> None:
        self._clicks = 2
        self._press_at = self._last_press = event.position().toPoint()
        self._pressed = self._targets.at(self._canvas.hit(self._press_at))
        if self._pressed is None or self._pressed.href:
            self._unit = "word"
            self._select_unit(self._canvas.place_at(self._press_at))
            self._selecting = True

    def _unit_around(self, place: Place) -> tuple[Place, Place]:
        """Returns the start and the end of the word or the paragraph around a place, by the unit of the drag."""
        block = self._canvas.document.block(place)
        if block is None or not self._unit:
            return place, place
        start, end = (block.word_at if self._unit == "word" else block.paragraph_at)(place.offset)
        return place._replace(offset=start), place._replace(offset=end)

    def _select_unit(self, place: Place) -> None:
        self._origin = self._unit_around(place)
        self._selection.set(*self._origin)

    def _move(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        if self._drag_to is not None:
            self._drag_to(point - self._press_at + self._press_in_block)
            self._canvas.repaint()
        elif self._selecting:
            self._select_to(point)
            outside = not 0 <= point.y() < self._viewport.height()
            if outside and not self._scroll_timer.isActive():
                self._scroll_timer.start()
        elif self._pressed is not None and self._pressed.attachment is not None and self._is_far(point):
            self._canvas.context.host.drag_attachment(self._pressed.attachment)
            self._pressed = None
        else:
            self._hover_at(point)

    def _is_far(self, point: QPoint) -> bool:
        """Returns whether the mouse has moved too far for a click."""
        return (point - self._press_at).manhattanLength() >= QApplication.startDragDistance()

    def _select_to(self, point: QPoint) -> None:
        start, end = self._unit_around(self._canvas.place_at(point))
        first, last = self._origin
        if start < first:
            self._selection.set(last, start)
        else:
            self._selection.set(first, max(end, last))

    def _scroll_on(self) -> None:
        """Scrolls while the mouse is held beyond an edge."""
        point = self._viewport.mapFromGlobal(QCursor.pos())
        beyond = min(point.y(), 0) + max(point.y() - self._viewport.height(), 0)
        if not beyond or not self._selecting:
            self._scroll_timer.stop()
            return
        self._scroller.scroll_by(beyond // 2 + (1 if beyond > 0 else -1))
        self._select_to(point)

    def _release(self, event: QMouseEvent) -> None:
        self._scroll_timer.stop()
        point = event.position().toPoint()
        moved = self._is_far(point)
        pressed, self._pressed = self._pressed, None
        dragged = self._drag_to is not None
        self._selecting, self._drag_to = False, None
        if pressed is not None and not moved and not dragged:
            pressed.run()
        self._hover_at(point)

    # --- wheel and tool tips --------------------------------------------------------------------

    def wheel(self, event: QWheelEvent) -> bool:
        """Scrolls a wide block sideways; returns whether there was one."""
        delta = event.angleDelta()
        dx = delta.x() or (delta.y() if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 0)
        if not dx or (abs(delta.x()) < abs(delta.y()) and delta.x()):
            return False
        hit = self._canvas.hit(event.position().toPoint())
        block = self._canvas.document.messages[hit.message].views[hit.block] if hit.block >= 0 else None
        if not isinstance(block, ScrollableView) or not block.scroll_by(-dx):
            return False
        event.accept()
        self._canvas.repaint()
        return True

    def _show_tool_tip(self, event: QHelpEvent) -> None:
        clickable = self._targets.hover.clickable
        text = tool_tip(clickable) if clickable is not None else ""
        QToolTip.showText(event.globalPos(), text, self._viewport)


def tool_tip(clickable: Clickable) -> str:
    """Returns the text of a tool tip. Qt guesses whether it is HTML, so what a model wrote must have no ``<``."""
    return "\n".join(part for part in (clickable.tip, clickable.href) if part).replace("<", "‹")
