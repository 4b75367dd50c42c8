"""The view of a thematic break."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPainter

from workbench.rendering.blocks import Rule

from .base import Containers, Context, PaintOptions
from .contained import ContainedView


class RuleView(ContainedView):
    block: Rule

    def __init__(self, block: Rule, containers: Containers = ()) -> None:
        super().__init__(containers or block.containers)
        self.block = block

    def estimate(self, context: Context, width: int) -> int:
        return context.style.px(9)

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        self._line = width
        return context.style.px(9)

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        painter.fillRect(0, self.height // 2, self._line, 1, QColor(context.style.theme.line))

    def length(self) -> int:
        return 1

    def plain(self, start: int, end: int) -> str:
        return "---" if end > start else ""
