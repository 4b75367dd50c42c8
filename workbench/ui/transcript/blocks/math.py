"""Displayed formulas: a picture when there is one, the source until then and when there cannot be one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from workbench.rendering.blocks import Math
from workbench.ui.transcript.inline import CODE, Inline, Run
from workbench.ui.transcript.text_layout import Flow, Picture

from .base import Containers, Context, Look
from .contained import ContainedView
from .prose import occurrences
from .sideways import BAR, Sideways


class MathView(ContainedView):
    block: Math

    def __init__(self, block: Math, containers: Containers = ()) -> None:
        super().__init__(containers or block.containers)
        self.block = block
        self._picture: Picture | None = None
        self._flow: Flow | None = None
        self._side = Sideways()
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
            self._flow = Flow(inline, style, width, colour=QColor(style.theme.dim))
            return self._flow.height
        self._flow = None
        self._side.fit(round(self._picture.width), width)
        bar = BAR if self._side.reach else 0
        height = round(self._picture.height) + 2 * style.px(6) + bar
        self._inner = QRect(0, 0, width, height)
        return height

    def release(self) -> None:
        self._flow = None

    def paint_content(self, painter: QPainter, context: Context, look: Look) -> None:
        style = context.style
        if self._picture is not None:
            painter.save()
            painter.setClipRect(self._inner, Qt.ClipOperation.IntersectClip)
            x = max(0, (self._inner.width() - self._picture.width) / 2) - self._side.at
            y = style.px(6)
            for wash in look.washes:
                if wash.end > wash.start:
                    box = QRectF(x - 2, y - 2, self._picture.width + 4, self._picture.height + 4)
                    painter.fillRect(box, wash.format.background())
            self._picture.paint(painter, x, y)
            painter.restore()
            self._side.paint(painter, style, self._track(), look.hovered)
        elif self._flow is not None:
            self._flow.paint(painter, 0, 0, look.washes)

    def _track(self) -> QRect:
        return QRect(0, self._inner.height() - BAR, self._inner.width(), BAR)

    @property
    def reach(self) -> int:
        return self._side.reach

    def scroll_by(self, dx: int) -> bool:
        return self._side.by(dx)

    def grab(self, point: QPoint) -> Callable[[QPoint], None] | None:
        return self._side.grab(self._track().translated(self._content), point)

    # --- text: a formula is selected as a whole --------------------------------------------------

    def length(self) -> int:
        return len(self.block.tex)

    def plain(self, start: int, end: int) -> str:
        return self.block.tex[start:end]

    def markdown(self, start: int, end: int) -> str:
        return self.block.source if start == 0 and end >= self.length() else self.block.tex[start:end]

    def offset_in_content(self, point: QPoint) -> int:
        if self._flow is not None:
            return self._flow.offset_at(point.x(), point.y())
        return 0 if point.x() < self._inner.width() // 2 else self.length()

    def find(self, needle: str) -> list[tuple[int, int]]:
        return occurrences(self.block.tex, needle)
