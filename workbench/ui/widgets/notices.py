"""Notices: a toast and its strip, a banner, and the text of an empty place."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from workbench.ui.theme import style
from workbench.ui.theme.tokens import RADIUS_CARD, RADIUS_CONTROL

from .buttons import Button, IconButton
from .labels import IconLabel, Label

SECONDS = 7
_WIDEST = 420  # pixels of a line of a toast
TONE_ICONS = {"info": "info", "ok": "check", "warn": "warning", "bad": "error"}


def announce(widget: QWidget, text: str) -> None:
    """Lets a screen reader say it."""
    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, text))


class ToastStrip(QWidget):
    """The place of toasts at the foot of a page. It takes room only while one is shown, so a toast covers nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 6, 12, 6)
        self.hide()

    def show_toast(self, toast: Toast) -> None:
        """Shows a toast in the place of the one before."""
        for old in self.findChildren(Toast, options=Qt.FindChildOption.FindDirectChildrenOnly):
            if old is not toast:
                old.dismiss()
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.addWidget(toast, 0, Qt.AlignmentFlag.AlignHCenter)
        self.show()


class Toast(QFrame):
    """A note in a strip that goes by itself, not while the pointer or the focus is on it.

    A new one takes the place of the old. ``action`` is a button (Undo) that calls ``act`` and closes it;
    ``lapsed`` is called when it goes without that. The focus goes back to where it was.
    """

    def __init__(
        self, strip: ToastStrip, text: str, action: str = "", act: Callable[[], object] | None = None,
        *, seconds: float = SECONDS, lapsed: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(strip)
        self._strip, self._lapsed = strip, lapsed
        self._before = QApplication.focusWidget()
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.setSpacing(8)
        row.addWidget(self._label(text), 1)
        if action and act is not None:
            button = Button(action, "link")
            button.clicked.connect(self._use)
            button.clicked.connect(lambda: act())
            row.addWidget(button)
        close = IconButton("x", "Dismiss", size=12)
        close.clicked.connect(self.dismiss)
        row.addWidget(close)
        self._timer = QTimer(self, singleShot=True, interval=round(seconds * 1000))
        self._timer.timeout.connect(self._on_timeout)
        strip.show_toast(self)
        self.show()
        self._timer.start()
        announce(self, text)

    def _label(self, text: str) -> Label:
        label = Label(text)
        page = self._strip.parentWidget() or self._strip
        room = min(max(page.width() - 140, 120), _WIDEST)
        if label.sizeHint().width() > room:
            label.setWordWrap(True)
            label.setFixedWidth(room)
        return label

    def _use(self) -> None:
        self._lapsed = None
        self.dismiss()

    def dismiss(self) -> None:
        lapsed, self._lapsed = self._lapsed, None
        if lapsed is not None:
            lapsed()
        self._timer.stop()
        if self._before is not None and isValid(self._before) and self._has_focus():
            self._before.setFocus()
        self.hide()
        if all(toast is self or toast.isHidden() for toast in self._strip.findChildren(Toast)):
            self._strip.hide()
        self.deleteLater()

    def _has_focus(self) -> bool:
        """Returns whether the keyboard is on one of the buttons."""
        focused = QApplication.focusWidget()
        return focused is not None and self.isAncestorOf(focused)

    def _on_timeout(self) -> None:
        if self.underMouse() or self._has_focus():
            self._timer.start()
        else:
            self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        _card(self, style.theme().background, style.theme().edge, RADIUS_CARD)


class Banner(QFrame):
    """A bar that stays until its cause is gone or it is closed. ``tone``: info, ok, warn or bad."""

    closed = Signal()

    def __init__(
        self, text: str = "", tone: str = "info", *, closable: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 8, 8, 8)
        self._row.setSpacing(8)
        self._icon = IconLabel("info")
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._label = Label(wrap=True, selectable=True)
        self._row.addWidget(self._label, 1)
        self._closable = closable
        if closable:
            close = IconButton("x", "Close", size=12)
            close.clicked.connect(self.hide)
            close.clicked.connect(self.closed)
            self._row.addWidget(close)
        self.set_text(text, tone)

    def set_text(self, text: str, tone: str = "info") -> None:
        self._tone = tone
        self._label.setText(text)
        self._icon.set_icon(TONE_ICONS[tone], "accent" if tone == "info" else tone)
        self.setAccessibleName(text)
        self.update()

    def text(self) -> str:
        return self._label.text()

    def add_button(self, text: str, act: Callable[[], object]) -> Button:
        button = Button(text, "link")
        button.clicked.connect(lambda: act())
        self._row.insertWidget(self._row.count() - (1 if self._closable else 0), button)
        return button

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = style.theme()
        edge = tokens.line if self._tone == "info" else getattr(tokens, self._tone)
        _card(self, tokens.code, edge, RADIUS_CONTROL)


class EmptyState(QWidget):
    """What a place without contents says, and what can be done about it."""

    def __init__(self, icon: str, title: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 24, 24, 24)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        if icon:
            picture = IconLabel(icon, "faint", size=28)
            self._column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
        for words, tone in ((title, "strong"), (text, "dim")):
            if words:
                label = Label(words, tone, wrap=True)
                label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
                self._column.addWidget(label)
        self._column.addStretch(1)
        self.setAccessibleName(f"{title} {text}".strip())

    def add_button(self, text: str, act: Callable[[], object], kind: str = "primary") -> Button:
        button = Button(text, kind)
        button.clicked.connect(lambda: act())
        self._column.insertWidget(self._column.count() - 1, button, 0, Qt.AlignmentFlag.AlignHCenter)
        return button


def _card(widget: QWidget, fill: str, edge: str, radius: int) -> None:
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(edge), 1))
    painter.setBrush(QColor(fill))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
