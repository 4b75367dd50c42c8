"""The button over the transcript that goes back to its end."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QToolButton, QWidget

from workbench.ui.theme.tokens import Theme
from workbench.ui.widgets.buttons import clicks

_MARGIN = 12


class LatestPill(QToolButton):
    """A button that is shown while the view does not follow the end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setText("↓ Latest")
        self.setAccessibleName("Latest")
        self.setObjectName("Latest")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.hide()

    def apply_theme(self, theme: Theme) -> None:
        self.setStyleSheet(
            f"QToolButton {{ background: {theme.background}; color: {theme.text}; font-size: 13px;"
            f" border: 1px solid {theme.line}; border-radius: 14px; padding: 5px 14px; }}"
            f"QToolButton:hover, QToolButton:focus {{ border-color: {theme.accent}; }}"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if clicks(event):
            self.click()
        else:
            super().keyPressEvent(event)

    def move_into(self, width: int, height: int) -> None:
        """Moves to the middle of the lower edge of an area of that size."""
        size = self.sizeHint()
        self.setGeometry((width - size.width()) // 2, height - size.height() - _MARGIN, size.width(), size.height())
