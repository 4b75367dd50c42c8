"""The view of a displayed formula: its picture, or its source until there is one and when there cannot be one."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from workbench.rendering.blocks import Math
from workbench.ui.transcript.inline import CODE, Inline, Run
from workbench.ui.transcript.text_layout import ParagraphLayout, Picture

from .base import Containers, Context, PaintOptions
from .prose import occurrences
from .scrollable import ScrollableView


class MathView(ScrollableView):
    block: Math

    def __init__(self, block: Math, containers: Containers = ()) -> None:
        super().__init__(containers or block.containers)
        self.block = block
        self._picture: Picture | None = None
        self._paragraph: ParagraphLayout | None = None
        self._inner = QRect()

    def estimate(self, context: Context, width: int) -> int:
        return context.style.line * 2

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        style = context.style
        self._picture = context.pictures.formula(self.block.tex, style.px(17), True)
        self.waiting = self._picture is None
        if self._picture is None:
            text = self.block.tex.strip()
            inline = Inline(text.replace("\n", "\u2028"), (Run(0, len(text), CODE),) if text else ())
            self._paragraph = ParagraphLayout(inline, style, width, colour=QColor(style.theme.dim))
            return self._paragraph.height
        self._paragraph = None
        self._scroll.fit(round(self._picture.width), width)
        height = round(self._picture.height) + 2 * style.px(6) + self.bar_height
        self._inner = QRect(0, 0, width, height)
        return height

    def release(self) -> None:
        self._paragraph = None

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        style = context.style
        if self._picture is not None:
            painter.save()
            painter.setClipRect(self._inner, Qt.ClipOperation.IntersectClip)
            x = max(0, (self._inner.width() - self._picture.width) / 2) - self._scroll.offset
            y = style.px(6)
            box = QRectF(x - 2, y - 2, self._picture.width + 4, self._picture.height + 4)
            for highlight in options.highlights:
                if highlight.end > highlight.start:
                    painter.fillRect(box, highlight.format.background())
            self._picture.paint(painter, x, y)
            painter.restore()
            self.paint_scroll_bar(painter, style, options.hovered)
        elif self._paragraph is not None:
            self._paragraph.paint(painter, 0, 0, options.highlights)

    def track(self) -> QRect:
        return QRect(0, self._inner.height() - self.bar_height, self._inner.width(), self.bar_height)

    # --- text: a formula is selected as a whole --------------------------------------------------

    def length(self) -> int:
        return len(self.block.tex)

    def plain(self, start: int, end: int) -> str:
        return self.block.tex[start:end]

    def markdown(self, start: int, end: int) -> str:
        return self.block.source if start == 0 and end >= self.length() else self.block.tex[start:end]

    def offset_in_content(self, point: QPoint) -> int:
        if self._paragraph is not None:
            return self._paragraph.offset_at(point.x(), point.y())
        return 0 if point.x() < self._inner.width() // 2 else self.length()

    def find(self, needle: str) -> list[tuple[int, int]]:
        return occurrences(self.block.tex, needle)
