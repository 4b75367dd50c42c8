"""The painting of the visible part of a transcript."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from .blocks import BlockView, PaintOptions
from .canvas import Canvas
from .document import Place
from .message import Message
from .message_header_footer import paint_header_footer
from .targets import Targets
from .text_layout import Highlight

Highlighter = Callable[[Place, BlockView], list[Highlight]]


class TranscriptPainter:
    """Paints messages with what is highlighted in them; of two highlights the later one lies above."""

    def __init__(self, canvas: Canvas, targets: Targets, highlighters: Sequence[Highlighter]) -> None:
        self._canvas, self._targets, self._highlighters = canvas, targets, highlighters

    def paint(self, painter: QPainter, clip: QRect) -> None:
        """Paints what intersects ``clip``, in the viewport's coordinates."""
        canvas = self._canvas
        painter.fillRect(clip, QColor(canvas.context.style.theme.background))
        left, shift = canvas.left, canvas.shift
        document = canvas.document
        for index in document.visible(clip.top() - shift, clip.bottom() - shift):
            origin = QPoint(left, document.heights.offset(index) + shift)
            painter.translate(origin)
            self._paint_message(painter, clip.translated(-origin), index)
            painter.translate(-origin)

    def _paint_message(self, painter: QPainter, clip: QRect, index: int) -> None:
        targets, message = self._targets, self._canvas.document.messages[index]
        hovered_rect, active = targets.hovered_rect(index, -1), targets.is_active(index)
        around = targets.around(index)
        paint_header_footer(painter, clip, message, self._canvas.context, around, hovered_rect, active=active)
        if hovered_rect is not None:
            self._paint_focus(painter, index, -1)
        if message.built:
            self._paint_blocks(painter, clip, index, message)

    def _paint_blocks(self, painter: QPainter, clip: QRect, index: int, message: Message) -> None:
        context, style, targets = self._canvas.context, self._canvas.context.style, self._targets
        width, inset = message.inner_width(context), message.inset(style)
        number = message.block_at(style, clip.top())
        while number < len(message.views):
            y = message.block_top(style, number)
            block = message.views[number]
            if y - block.gap > clip.bottom():
                break
            message.lay_out_block(context, block, width, clip.top() - y, clip.bottom() - y)
            hovered_rect, place = targets.hovered_rect(index, number), Place(index, number, 0)
            hovered = hovered_rect is not None or targets.hover[:2] == (index, number)
            highlights: list[Highlight] = []
            for highlighter in self._highlighters:
                highlights += highlighter(place, block)
            painter.translate(inset, y)
            painter.save()  # marks that stand one on another reach far beyond their line
            painter.setClipRect(QRect(clip.x() - inset, -block.gap, clip.width(), block.gap + block.height),
                                Qt.ClipOperation.IntersectClip)
            block.paint(painter, context, PaintOptions(clip.translated(-inset, -y), highlights, hovered_rect, hovered))
            painter.restore()
            if hovered_rect is not None:
                self._paint_focus(painter, index, number)
            painter.translate(-inset, -y)
            number += 1

    def _paint_focus(self, painter: QPainter, index: int, block: int) -> None:
        """Frames the clickable with the keyboard focus: a colour alone is hard to see."""
        rect = self._targets.focus_rect(index, block)
        if rect is not None:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QColor(self._canvas.context.style.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(-0.5, 1.5, 0.5, -1.5), 4, 4)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
