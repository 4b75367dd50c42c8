"""The base of views of blocks in lists, quotes and footnotes: their indent, the markers and lines beside them."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from workbench.rendering.blocks import Footnote, Item, Quote
from workbench.ui.transcript.style import Style

from .base import BlockView, Clickable, Containers, Context, PaintOptions, Thought, depth_of, indent_of

ALERTS = {
    "note": ("Note", "accent"), "tip": ("Tip", "ok"), "important": ("Important", "accent"),
    "warning": ("Warning", "warn"), "caution": ("Caution", "bad"),
}


class ContainedView(BlockView):
    """A block with containers around its content. Subclasses work in the content's coordinates, whose origin is at
    ``_content`` in the block."""

    rtl = False

    def __init__(self, containers: Containers = ()) -> None:
        self.containers = containers
        self._content = QPoint(0, 0)
        self._width = 0
        self._first_line = 22
        self._baseline = 16  # of the first line, for the marker beside it

    # --- for subclasses -------------------------------------------------------------------------

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        raise NotImplementedError

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        raise NotImplementedError

    def offset_in_content(self, point: QPoint) -> int:
        return 0

    def content_clickables(self, context: Context) -> list[Clickable]:
        return []

    def from_content(self, rect: QRect) -> QRect:
        """Converts from the content's coordinates to the block's."""
        return rect.translated(self._content)

    def inner_width(self, style: Style, width: int) -> int:
        """Returns the width that the containers leave for the content."""
        return max(style.px(80), width - indent_of(style, self.containers))

    # --- BlockView ------------------------------------------------------------------------------

    def lay_out(self, context: Context, width: int, top: int, bottom: int) -> int:
        style = context.style
        self._width = width
        lead = style.line if self._alert() else 0
        self._first_line = style.line
        self._baseline = (style.line + round(style.metrics.ascent() - style.metrics.descent())) // 2
        inner = self.inner_width(style, width)
        height = self.lay_out_content(context, inner, top - lead, bottom - lead)
        self._content = QPoint(0 if self.rtl else indent_of(style, self.containers), lead)
        return height + lead

    def paint(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        if self.containers:
            self._paint_containers(painter, context.style)
        origin = self._content
        hovered_rect = options.hovered_rect and options.hovered_rect.translated(-origin)
        inner = PaintOptions(
            options.clip.translated(-origin), options.highlights, hovered_rect, options.hovered, options.still)
        painter.translate(origin)
        self.paint_content(painter, context, inner)
        painter.translate(-origin)

    def offset_at(self, context: Context, point: QPoint) -> int:
        return self.offset_in_content(point - self._content)

    def clickables(self, context: Context) -> list[Clickable]:
        return [dataclasses.replace(each, rect=self.from_content(each.rect))
                for each in self.content_clickables(context)]

    # --- painting -------------------------------------------------------------------------------

    def _alert(self) -> Quote | None:
        for container in self.containers:
            if isinstance(container, Quote) and container.kind and container.first:
                return container
        return None

    def _paint_containers(self, painter: QPainter, style: Style) -> None:
        painter.save()
        x = 0
        for number, container in enumerate(self.containers):
            width = indent_of(style, (container,))
            gutter = QRect(self._width - x - width if self.rtl else x, 0, width, self.height)
            if isinstance(container, Quote):
                self._paint_quote(painter, style, container, gutter)
            elif isinstance(container, Thought):
                self._paint_bar(painter, style, gutter, QColor(style.theme.line), joined=True)
            elif container.first:
                self._paint_marker(painter, style, container, gutter, number)
            x += width
        painter.restore()

    def _paint_bar(
        self, painter: QPainter, style: Style, gutter: QRect, colour: QColor, joined: bool
    ) -> None:
        left = gutter.right() - 2 if self.rtl else gutter.left()
        above = self.gap if joined else 0
        painter.fillRect(left, -above, style.px(3), self.height + above, colour)

    def _paint_quote(self, painter: QPainter, style: Style, quote: Quote, gutter: QRect) -> None:
        title, token = ALERTS.get(quote.kind, ("", "line"))
        colour = QColor(getattr(style.theme, token))
        self._paint_bar(painter, style, gutter, colour, joined=not quote.first)
        if title and quote.first:
            font = style.format_font(bold=True)
            painter.setFont(font)
            painter.setPen(colour)
            text = QRect(gutter.left() + gutter.width(), 0, self._width, style.line)
            painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)

    def _paint_marker(
        self, painter: QPainter, style: Style, container: Item | Footnote, gutter: QRect, number: int
    ) -> None:
        colour = QColor(style.theme.dim)
        if isinstance(container, Item) and container.task is not None:
            self._paint_box(painter, style, container.task, gutter)
        elif isinstance(container, Item) and not container.ordered:
            self._paint_bullet(painter, style, gutter, depth_of(self.containers[:number]), colour)
        else:
            text = f"{container.number if isinstance(container, Item) else container.label}."
            small = isinstance(container, Footnote)
            painter.setFont(style.small if small else style.font)
            painter.setPen(colour)
            x = gutter.left() + style.px(7)
            if not self.rtl:
                metrics = style.small_metrics if small else style.metrics
                x = gutter.right() + 1 - style.px(7) - round(metrics.horizontalAdvance(text))
            painter.drawText(QPoint(x, self._content.y() + self._baseline), text)

    def _paint_bullet(
        self, painter: QPainter, style: Style, gutter: QRect, depth: int, colour: QColor
    ) -> None:
        """Draws a disc, a ring, then squares by depth: fonts disagree about the characters."""
        side = style.px(5)
        x = gutter.left() + style.px(9) if self.rtl else gutter.right() + 1 - style.px(9) - side
        y = self._content.y() + self._baseline - round(style.metrics.xHeight() / 2 + side / 2)
        box = QRectF(x + 0.5, y + 0.5, side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, depth < 2)
        painter.setPen(QPen(colour, 1.1) if depth == 1 else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if depth == 1 else colour)
        if depth < 2:
            painter.drawEllipse(box)
        else:
            painter.fillRect(QRect(x, y, side, side), colour)

    def _paint_box(self, painter: QPainter, style: Style, ticked: bool, gutter: QRect) -> None:
        side = style.px(13)
        left = gutter.left() + style.px(4) if not self.rtl else gutter.right() - style.px(4) - side
        box = QRectF(left + 0.5, self._content.y() + (self._first_line - side) // 2 + 0.5, side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(style.theme.accent if ticked else style.theme.edge))
        painter.setBrush(QColor(style.theme.accent) if ticked else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 3, 3)
        if ticked:
            painter.setPen(QPen(QColor(style.theme.accent_text), style.px(2) * 0.8))
            unit = side / 13
            corner = box.topLeft()
            painter.drawPolyline([
                corner + QPointF(3 * unit, 6.8 * unit), corner + QPointF(5.6 * unit, 9.4 * unit),
                corner + QPointF(10.2 * unit, 4 * unit),
            ])
