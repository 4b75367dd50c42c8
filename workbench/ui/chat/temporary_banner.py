"""The banner of a temporary chat, below the header."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from workbench.ui.theme import style
from workbench.ui.widgets import Button, ElidedLabel, IconLabel, Label


class TemporaryStrip(QWidget):
    """A badge, what it means, and the way to keep the chat all the same."""

    keep_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("This chat is temporary")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 6, 14, 6)
        row.setSpacing(8)
        row.addWidget(IconLabel("eye-off", "accent", parent=self))
        row.addWidget(Label("Temporary", "strong", parent=self))
        row.addWidget(ElidedLabel("Never on disk, in no list and no backup. It is gone when you leave it.", "dim",
                                  parent=self), 1)
        keep = Button("Keep this chat", "link", parent=self)
        keep.clicked.connect(self.keep_requested)
        row.addWidget(keep)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(style.theme().accent_soft))
