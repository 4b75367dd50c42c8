"""The frame of the conversation: a dashed edge while nothing of it is kept."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from workbench.ui.theme import style
from workbench.ui.theme.tokens import RADIUS_CARD

_EDGE = 4  # pixels


class ConversationFrame(QWidget):
    """Paints nothing, or a dashed edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dashed = False

    def set_dashed(self, dashed: bool) -> None:
        self._dashed = dashed
        edge = _EDGE if dashed else 0
        self.setContentsMargins(edge, edge, edge, edge)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._dashed:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(style.theme().accent), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 2, -2, -2), RADIUS_CARD, RADIUS_CARD)
