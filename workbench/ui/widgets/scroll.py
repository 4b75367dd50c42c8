"""A column of widgets that scrolls up and down."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget


class ScrollColumn(QScrollArea):
    """Give widgets the parent ``inside`` and add them to ``column``; the ground is that of what lies behind.

    Widgets are cheaper to make with their place in the tree from the start: each change of parent has the
    style sheet looked through again for all that is below.
    """

    def __init__(self, parent: QWidget | None = None, *, margin: int = 12, gap: int = 12) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.inside = QWidget(self.viewport())
        self.setWidget(self.inside)
        self.viewport().setAutoFillBackground(False)
        self.inside.setAutoFillBackground(False)
        self.column = QVBoxLayout(self.inside)
        self.column.setContentsMargins(margin, margin, margin, margin)
        self.column.setSpacing(gap)
