"""The title above the conversation: read as a line, renamed in place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QWidget

from workbench.ui.theme import style
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import ElidedLabel, Field

_WIDEST = 420  # pixels that a title asks for


class Title(QWidget):
    """A double click or ``edit`` turns it into a field; Return or leaving keeps, Escape gives up."""

    renamed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._label = ElidedLabel()
        follow(self._label, lambda label: label.setFont(_title_font()))
        self._field = Field("Chat title")
        self._field.installEventFilter(self)
        self._field.editingFinished.connect(self._submit)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._label)
        self._stack.addWidget(self._field)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)  # a stretch would take its hint
        follow(self, lambda title: title.setFixedHeight(px(32)))

    def set_title(self, title: str) -> None:
        self._title = title
        self._label.setText(title or "New chat")
        self.updateGeometry()
        if self._stack.currentWidget() is self._label:
            self._field.setText(title)

    def sizeHint(self) -> QSize:
        """Asks for as much as the title takes, within limits: the badges beside it give way."""
        metrics = QFontMetrics(self._label.font())
        return QSize(min(_WIDEST, metrics.horizontalAdvance(self._label.text()) + 8), 32)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, 32)

    def edit(self) -> None:
        self._stack.setCurrentWidget(self._field)
        self._field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._field.selectAll()

    def _submit(self) -> None:
        if self._stack.currentWidget() is self._field:
            self._stack.setCurrentWidget(self._label)
            title = " ".join(self._field.text().split())
            if title and title != self._title:
                self.set_title(title)
                self.renamed.emit(title)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        pressed = event.type() == QEvent.Type.KeyPress
        if pressed and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            self._stack.setCurrentWidget(self._label)
            self._field.setText(self._title)
            return True
        return super().eventFilter(watched, event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.edit()


def _title_font() -> QFont:
    font = style.sized(style.control_font(), 15)
    font.setWeight(QFont.Weight.DemiBold)
    return font
