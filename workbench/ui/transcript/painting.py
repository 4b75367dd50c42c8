"""Draws the visible part of the transcript."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from .blocks import Hot, Look
from .document import Place
from .message import Message
from .message_header_footer import footer_hots, header_hots, paint_chrome

if TYPE_CHECKING:
    from .view import TranscriptView

MARGIN = 24  # pixels kept free above the first and below the last message


def paint_transcript(painter: QPainter, clip: QRect, view: TranscriptView) -> None:
    """Draws what ``clip``, in the viewport's coordinates, shows."""
    document = view.document
    painter.fillRect(clip, QColor(view.context.style.theme.background))
    shift = MARGIN - view.scroller.top
    for index in document.visible(clip.top() - shift, clip.bottom() - shift):
        origin = QPoint(view.left, document.heights.offset(index) + shift)
        painter.translate(origin)
        _paint_message(painter, clip.translated(-origin), view, index)
        painter.translate(-origin)


def hots_around(view: TranscriptView, index: int) -> list[Hot]:
    """What can be clicked in the header and the footer of a message, in its coordinates."""
    message, context = view.document.messages[index], view.context
    hots = header_hots(message, context, context.width, lambda delta: view.turn(message.key, delta))
    if view.shows_actions(index):
        hots += footer_hots(message, context, context.width)
    return hots


def _paint_message(painter: QPainter, clip: QRect, view: TranscriptView, index: int) -> None:
    message, context = view.document.messages[index], view.context
    active = index == view.current and view.hasFocus()
    hots = hots_around(view, index)
    paint_chrome(painter, clip, message, context, hots, view.lit(index, -1), active)
    _paint_focus(painter, view, index, -1)
    if message.built:
        _paint_blocks(painter, clip, view, index, message)


def _paint_blocks(
    painter: QPainter, clip: QRect, view: TranscriptView, index: int, message: Message
) -> None:
    context, style = view.context, view.context.style
    width = message.inner_width(context)
    number = message.block_at(style, clip.top())
    side = message.side(style)
    while number < len(message.views):
        y = message.place(style, number)
        block = message.views[number]
        if y - block.gap > clip.bottom():
            break
        message.fix(context, block, width, clip.top() - y, clip.bottom() - y)
        hovered = (view.pointer.message, view.pointer.block) == (index, number)
        lit = view.lit(index, number)
        look = Look(
            clip=clip.translated(-side, -y),
            washes=view.selection.washes(Place(index, number, 0), block),
            hot=lit,
            hovered=hovered or lit is not None,
        )
        painter.translate(side, y)
        block.paint(painter, context, look)
        _paint_focus(painter, view, index, number)
        painter.translate(-side, -y)
        number += 1


def _paint_focus(painter: QPainter, view: TranscriptView, index: int, block: int) -> None:
    """A frame around what Tab has come to: colour alone would not tell."""
    focused = view.keyboard.focused
    if index != view.current or focused is None or focused[0] != block or not view.hasFocus():
        return
    hot = view.keyboard.hot()
    if hot is not None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(view.context.style.theme.accent))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(hot.rect).adjusted(-0.5, 1.5, 0.5, -1.5), 4, 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
