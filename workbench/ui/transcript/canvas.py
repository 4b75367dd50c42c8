"""The canvas of a transcript: where its document lies in the viewport, and which parts have to be repainted."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from .document import Document, Place
from .message import HEADER
from .spacing import MARGIN


class Hit(NamedTuple):
    """What lies under a point: a message, -1 for none, and its block, -1 for its header, footer and padding. ``at``
    is the point in the coordinates of the block, or of the message when there is no block."""

    message: int
    block: int
    at: QPoint


class Canvas:
    """The document as it is seen through the viewport, from height ``top`` on (which counts the margin above the
    first message). Points and rectangles are in the viewport's coordinates, in pixels."""

    def __init__(self, viewport: QWidget, document: Document) -> None:
        self.viewport = viewport  # asking the view for it each time costs as much as drawing a line
        self.document = document
        self.context = document.context
        self.top = 0
        self.overlays: list[QWidget] = []  # what lies over the viewport, near its upper or its lower edge

    def fit_width(self) -> None:
        """Makes the column as wide as the viewport, up to what is comfortable to read."""
        style = self.context.style
        self.context.width = max(style.px(160), min(style.column, self.viewport.width() - 2 * style.px(16)))

    # --- where things are -----------------------------------------------------------------------

    @property
    def left(self) -> int:
        """The left edge of the column."""
        return (self.viewport.width() - self.context.width) // 2

    @property
    def shift(self) -> int:
        """The difference between a height in the document and its y in the viewport."""
        return MARGIN - self.top

    def message_top(self, index: int) -> int:
        return self.document.heights.offset(index) + self.shift

    def block_origin(self, index: int, block: int) -> QPoint:
        """Returns the upper left corner of a block."""
        message, style = self.document.messages[index], self.context.style
        return QPoint(self.left + message.inset(style), self.message_top(index) + message.block_top(style, block))

    def caret_rect(self, place: Place) -> QRect:
        """Returns where a place in the text is."""
        block = self.document.block(place)
        if block is None:
            return QRect(self.left, 0, 1, self.context.style.line)
        return block.caret(place.offset).translated(self.block_origin(place.message, place.block))

    def hit(self, point: QPoint) -> Hit:
        """Returns what lies under a point."""
        document, style = self.document, self.context.style
        y = point.y() - self.shift
        if not document.messages or y < 0 or y >= document.total():
            return Hit(-1, -1, point)
        index = document.heights.find(y)
        message = document.messages[index]
        inside = QPoint(point.x() - self.left, y - document.heights.offset(index))
        top = message.content_top(style)
        if not message.views or not top <= inside.y() < top + message.heights.total():
            return Hit(index, -1, inside)
        block = message.block_at(style, inside.y())
        return Hit(index, block, inside - QPoint(message.inset(style), message.block_top(style, block)))

    def place_at(self, point: QPoint) -> Place:
        """Returns the place in the text that is nearest to a point."""
        document = self.document
        y = point.y() - self.shift
        if not document.messages or y < 0:
            return Place(0, 0, 0)
        if y >= document.total():
            return document.end()
        hit = self.hit(point)
        message = document.messages[hit.message]
        if hit.block >= 0:
            return Place(hit.message, hit.block, message.views[hit.block].offset_at(self.context, hit.at))
        if hit.at.y() < message.content_top(self.context.style) or not message.views:
            return Place(hit.message, 0, 0)
        return Place(hit.message, len(message.views) - 1, message.views[-1].length())

    # --- repainting -----------------------------------------------------------------------------

    def repaint(self) -> None:
        """Has everything repainted."""
        self.viewport.update()

    def repaint_block(self, index: int, block: int) -> None:
        message = self.document.messages[index]
        y = self.message_top(index) + message.block_top(self.context.style, block)
        self.viewport.update(0, y, self.viewport.width(), message.views[block].height)

    def repaint_header_footer(self, index: int) -> None:
        y, message = self.message_top(index), self.document.messages[index]
        header, footer = self.context.style.px(HEADER), message.footer(self.context.style)
        self.viewport.update(0, y, self.viewport.width(), header)
        self.viewport.update(0, y + message.height - footer, self.viewport.width(), footer)

    def move_picture(self, shift: int, dirty_from: int) -> None:
        """Moves what is painted by ``shift`` pixels and has everything from ``dirty_from`` on repainted. So are the
        strips under the overlays, where a picture cannot be moved."""
        viewport = self.viewport
        width, height = viewport.width(), viewport.height()
        top, bottom = self._free_strip() if shift else (0, height)
        if abs(shift) >= bottom - top:
            viewport.update()
            return
        if shift:
            viewport.scroll(0, shift, QRect(0, top, width, bottom - top))
            viewport.update(QRect(0, 0, width, top))
            viewport.update(QRect(0, bottom, width, height - bottom))
        if dirty_from < height:
            viewport.update(QRect(0, max(0, dirty_from), width, height))

    def _free_strip(self) -> tuple[int, int]:
        """Returns the top and the bottom of the part of the viewport that no overlay covers."""
        top, bottom = 0, self.viewport.height()
        for overlay in self.overlays:
            if not overlay.isVisible():
                continue
            area = overlay.geometry()
            if area.center().y() < self.viewport.height() // 2:
                top = max(top, area.bottom() + 1)
            else:
                bottom = min(bottom, area.top())
        return top, bottom
