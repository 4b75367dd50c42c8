"""The views of blocks that are one line to click: the fold of reasoning, "Show all", a file, a tool's call."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from workbench.core.chat.parts import Part
from workbench.core.text.sinks import for_line
from workbench.ui.transcript.style import Style

from .base import Clickable, Containers, Context, PaintOptions
from .contained import ContainedView
from .prose import occurrences

_MOST = 1000
"""Characters of a label: no line has room for more, and addresses of megabytes take seconds to lay out."""


class LabelView(ContainedView):
    """A line of text, which a click runs. The text can be selected and found like any other."""

    def __init__(self, text: str, containers: Containers = ()) -> None:
        super().__init__(containers)
        self.label = text if len(text) <= _MOST else for_line(text, _MOST)
        self.run: Callable[[], None] | None = None
        self.attachment: Part | None = None
        self.tip = ""
        self._room = QRect()

    def estimate(self, context: Context, width: int) -> int:
        return context.style.px(26)

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        self._room = QRect(0, 0, width, context.style.px(26))
        return self._room.height()

    def lead(self, style: Style) -> int:
        """Returns the space before the text."""
        return 0

    def text_rect(self, style: Style) -> QRect:
        width = round(style.small_metrics.horizontalAdvance(self.label)) + 2
        return QRect(self.lead(style), 0, min(width, self._room.width() - self.lead(style)),
                     self._room.height())

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        style, theme = context.style, context.style.theme
        painter.setFont(style.small)
        rect = self.text_rect(style)
        for highlight in options.highlights:
            if highlight.start < highlight.end:
                painter.fillRect(rect.adjusted(0, 3, 0, -3), highlight.format.background())
        painter.setPen(QColor(theme.accent if options.hovered_rect is not None else theme.dim))
        text = style.small_metrics.elidedText(self.label, Qt.TextElideMode.ElideRight, rect.width() + 1)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)

    def content_clickables(self, context: Context) -> list[Clickable]:
        if self.run is None:
            return []
        rect = QRect(0, 0, self.text_rect(context.style).right() + 4, self._room.height())
        return [Clickable(rect, self.label, self.run, self.tip, attachment=self.attachment)]

    def length(self) -> int:
        return len(self.label)

    def plain(self, start: int, end: int) -> str:
        return self.label[start:end]

    def offset_in_content(self, point: QPoint) -> int:
        return 0 if point.x() < self._room.width() // 4 else self.length()

    def find(self, needle: str) -> list[tuple[int, int]]:
        return occurrences(self.label, needle)


class FoldView(LabelView):
    """A line that folds and unfolds what is below it, with a triangle that shows its state."""

    is_content = False

    def __init__(self, text: str, is_open: bool, containers: Containers = ()) -> None:
        super().__init__(text, containers)
        self.is_open = is_open

    def lead(self, style: Style) -> int:
        return style.px(14)

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        style = context.style
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(style.theme.dim))
        half = style.px(7) / 2
        painter.translate(half + 1, self._room.height() / 2)
        if self.is_open:
            painter.rotate(90)
        painter.drawPolygon(QPolygonF([QPointF(-half * 0.7, -half), QPointF(-half * 0.7, half),
                                       QPointF(half, 0)]))
        painter.restore()
        super().paint_content(painter, context, options)


class ChipView(LabelView):
    """A file or a sound that came with a message."""

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        self._room = QRect(0, 0, width, context.style.px(28))
        return self._room.height()

    def lead(self, style: Style) -> int:
        return style.px(10)

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        theme = context.style.theme
        rect = self.text_rect(context.style).adjusted(-context.style.px(10), 1, context.style.px(10), -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.background))
        painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.restore()
        super().paint_content(painter, context, options)
