"""A panel that opens over the window, below the button that asked for it."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QContextMenuEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractItemView, QApplication, QFrame, QVBoxLayout, QWidget

from workbench.ui.theme import style
from workbench.ui.theme.tokens import RADIUS_CARD

SHADOW = 12
_MOVES = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


def _app() -> QApplication:
    return cast(QApplication, QApplication.instance())


class Popup(QFrame):
    """Put widgets into ``content``, then ``open_at(button)``. Escape, a click outside and leaving by Tab
    close it; the focus goes back to where it was.

    It is a child of the window, not a window of its own: rounded corners and shadow then need no compositor.
    """

    closed = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent.window())
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._listens = False
        self.hide()
        self._anchor: QWidget = parent
        self._field: QWidget | None = None
        self._list: QAbstractItemView | None = None
        self._with_control: tuple[Qt.Key, ...] = ()
        self._before: QWidget | None = None
        self.content = QVBoxLayout(self)
        self.content.setContentsMargins(SHADOW + 8, SHADOW + 8, SHADOW + 8, SHADOW + 8)
        self.content.setSpacing(8)

    def steer(self, field: QWidget, view: QAbstractItemView, *with_control: Qt.Key) -> None:
        """Lets arrow keys in ``field`` move through ``view`` while it is open, and Escape there close it at once. The
        menu key and keys ``with_control`` are the view's too."""
        self._field, self._list, self._with_control = field, view, with_control

    def open_at(self, anchor: QWidget, focus: QWidget | None = None) -> None:
        """Opens below ``anchor`` (above, where there is more room) and gives ``focus`` the focus."""
        self._anchor = anchor
        self._before = QApplication.focusWidget()
        self.setParent(anchor.window())
        for child in (self, *self.findChildren(QWidget)):
            child.ensurePolished()
        self.refit()
        self.show()
        self.raise_()
        (focus or self).setFocus(Qt.FocusReason.PopupFocusReason)
        _app().installEventFilter(self)
        _app().focusChanged.connect(self._focus_moved)
        self._listens = True

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._listens:  # Qt also tells of the hide before the first show
            self._listens = False
            _app().removeEventFilter(self)
            _app().focusChanged.disconnect(self._focus_moved)
            self.closed.emit()

    def close_popup(self) -> None:
        """Closes it and gives the focus back."""
        if not self.isVisible():
            return
        inside = self._holds(QApplication.focusWidget())
        self.hide()
        if inside and self._before is not None and self._before.isVisible():
            self._before.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.KeyPress and watched is self._field and isinstance(event, QKeyEvent):
            return self._steered(event)
        if kind == QEvent.Type.MouseButtonPress and isinstance(watched, QWidget):
            inside = self._holds(watched) or self._on_anchor(watched)
            if not inside and QApplication.activePopupWidget() is None and watched.window() is self.window():
                self.close_popup()
        elif kind == QEvent.Type.Hide and watched is self._anchor:
            self.close_popup()
        elif kind == QEvent.Type.Resize and watched is self.window():
            self.refit()
        return False

    def _steered(self, event: QKeyEvent) -> bool:
        """Returns whether a key in the field was not for the field."""
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if self._list is not None and (event.key() in _MOVES or (control and event.key() in self._with_control)):
            self._list.keyPressEvent(event)
        elif self._list is not None and event.key() == Qt.Key.Key_Menu:
            place = self._list.visualRect(self._list.currentIndex()).bottomLeft()
            QApplication.sendEvent(self._list.viewport(), QContextMenuEvent(
                QContextMenuEvent.Reason.Keyboard, place, self._list.viewport().mapToGlobal(place)))
        elif event.key() == Qt.Key.Key_Escape:
            self.close_popup()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close_popup()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # a click beside the widgets of the popup is not one on what lies below it

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = style.theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 14 if tokens.dark else 6))
        for spread in range(SHADOW - 2, 0, -2):
            grown = card.adjusted(-spread, -spread + 2, spread, spread + 2)
            painter.drawRoundedRect(grown, RADIUS_CARD + spread, RADIUS_CARD + spread)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(QColor(tokens.background))
        painter.drawRoundedRect(card.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS_CARD, RADIUS_CARD)

    def _holds(self, widget: QWidget | None) -> bool:
        return widget is not None and (widget is self or self.isAncestorOf(widget))

    def _on_anchor(self, widget: QWidget) -> bool:
        return widget is self._anchor or self._anchor.isAncestorOf(widget)

    def _focus_moved(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is not None and new.window() is self.window() and not self._holds(new):
            self.close_popup()

    def refit(self) -> None:
        """Takes the size that the contents want now, and the place for it."""
        window = self.window()
        anchor = self._anchor.rect().translated(self._anchor.mapTo(window, QPoint(0, 0)))
        size = self.sizeHint().boundedTo(window.size())
        mirrored = self._anchor.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = anchor.right() - size.width() + SHADOW if mirrored else anchor.left() - SHADOW
        left = min(max(left, 4 - SHADOW), window.width() - size.width() + SHADOW - 4)
        below, above = window.height() - anchor.bottom(), anchor.top()
        if size.height() - SHADOW <= below or below >= above:
            top = anchor.bottom() + 4 - SHADOW
            height = min(size.height(), below - 8 + SHADOW)
        else:
            height = min(size.height(), above - 8 + SHADOW)
            top = anchor.top() - 4 + SHADOW - height
        self.setGeometry(left, top, size.width(), height)
