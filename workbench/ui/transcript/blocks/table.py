"""The view of a table: columns as wide as their content asks, rows laid out when they come into view."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from functools import partial
from html import unescape

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from workbench.rendering.blocks import Table
from workbench.ui.transcript.heights import Heights
from workbench.ui.transcript.inline import Inline, parse_inline
from workbench.ui.transcript.style import Style
from workbench.ui.transcript.text_layout import Highlight, ParagraphLayout

from .base import Clickable, Containers, Context, PaintOptions, Pictures
from .prose import occurrences
from .scrollable import ScrollableView

ROW = 1 << 16  # offsets of one row: an offset in a table is row × ROW + the offset in the row's text
_TAGS = re.compile(r"<[^>]*>")
_STEP = 24  # column widths grow in steps, so that a growing table is not measured again for each row
_WIDEST = 360
_NARROWEST = 48
_KEPT = 200


class TableView(ScrollableView):
    """A table; row 0 is its header."""

    block: Table
    partial = True

    def __init__(self, block: Table, containers: Containers = ()) -> None:
        super().__init__(containers or block.containers)
        self.block = block
        self._rows: list[tuple[str, ...]] = [block.header, *block.rows]
        self._wanted: list[int] = [0] * len(block.header)  # the width of each column at which nothing wraps
        self._longest: list[int] = [0] * len(block.header)  # characters of its longest cell so far
        self._grown = False  # has rows that are not in the block's source
        self._measured = 0
        self._widths: list[int] = []
        self._heights = Heights()
        self._laid: dict[int, list[ParagraphLayout]] = {}
        self._exact: set[int] = set()  # rows whose height is not a guess
        self._style: Style | None = None
        self._pictures: Pictures | None = None  # where formulas come from
        self._without: set[int] = set()  # rows with a formula that has no picture (yet)
        self._inner = QRect()

    def grow(self, more: str | tuple[tuple[str, ...], ...]) -> None:
        assert not isinstance(more, str)
        self.layout_key = None
        self._rows.extend(more)
        self._grown = True
        if len(self._heights):
            below = self._content.y() + self._heights.total()
            self.dirty_from = min(self.dirty_from or below, below)

    def update_to(self, block: object) -> bool:
        if not isinstance(block, Table) or block.containers != self.block.containers:
            return False
        known = len(self._rows) - 1
        if (block.header, *block.rows[:known]) != tuple(self._rows) or block.align != self.block.align:
            return False
        self.grow(block.rows[known:])
        self.block, self._grown = block, False
        return True

    # --- geometry -------------------------------------------------------------------------------

    def estimate(self, context: Context, width: int) -> int:
        return self._tools_height(context.style) + len(self._rows) * self._row_line(context.style)

    def _row_line(self, style: Style) -> int:
        return style.line + style.px(8)

    def _tools_height(self, style: Style) -> int:
        return style.px(20)

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        style, self._pictures = context.style, context.pictures
        if style is not self._style:
            self._style = style
            self._measured, self._longest = 0, [0] * len(self._longest)
            self._wanted = [0] * len(self._wanted)
            self._widths = []
        self._measure(style)
        self._set_widths(style, width)
        for row in range(len(self._heights), len(self._rows)):
            self._heights.append(self._guess(style, row))
        for row in self._without:
            self._laid.pop(row, None)
            self._exact.discard(row)
        self._without.clear()
        first, last = self._visible(top, bottom)
        row = first
        while row < last:
            self._cells(style, row)
            row += 1
            if row == last:
                last = self._visible(top, bottom)[1]
        self.partial = len(self._exact) < len(self._rows)
        self.waiting = bool(self._without)
        height = self._heights.total() + 1 + self.bar_height + self._tools_height(style)
        self._inner = QRect(0, 0, width, height)
        return height

    def _visible(self, top: int, bottom: int) -> tuple[int, int]:
        count = len(self._rows)
        if bottom <= 0:
            return 0, 0
        return self._heights.find(max(0, top)), min(count, self._heights.find(max(0, bottom)) + 1)

    def _measure(self, style: Style) -> None:
        """Updates the wanted widths from the rows that are new. Only a cell that may be the widest is measured;
        the others are known to be shorter."""
        for cells in self._rows[self._measured :]:
            for column, cell in enumerate(cells[: len(self._wanted)]):
                if len(cell) <= self._longest[column] * 0.7 or self._wanted[column] >= _WIDEST * style.zoom:
                    continue
                text = unescape(_TAGS.sub("", cell)) if "<" in cell or "&" in cell else cell
                self._longest[column] = max(self._longest[column], len(text))
                width = style.metrics.horizontalAdvance(text[:400]) * 1.06 + 2 * style.px(10) + 2
                step = style.px(_STEP)
                width = -(-round(width) // step) * step
                self._wanted[column] = max(self._wanted[column], min(width, style.px(_WIDEST)))
        self._measured = len(self._rows)

    def _set_widths(self, style: Style, width: int) -> None:
        widths = share(self._wanted, width - 1, style.px(_NARROWEST * 2))
        if widths != self._widths:
            self._widths = widths
            self.dirty_from = 0
            self._laid.clear()
            self._exact.clear()
            self._heights = Heights()
        self._scroll.fit(sum(widths) + 1, width)

    def _guess(self, style: Style, row: int) -> int:
        """Estimates the height of a row from the lengths of its cells."""
        lines = 1
        for cell, width in zip(self._rows[row], self._widths, strict=False):
            room = max(1, (width - 2 * style.px(10)) / style.char)
            if len(cell) > room:
                lines = max(lines, -(-len(cell) // int(room + 1)))
        return lines * style.line + style.px(8)

    def _cells(self, style: Style, row: int) -> list[ParagraphLayout]:
        laid = self._laid.get(row)
        if laid is None:
            if len(self._laid) > _KEPT:
                self._laid.clear()
            font = style.format_font(bold=True) if row == 0 else style.font
            laid = []
            for column, cell in enumerate(self._rows[row][: len(self._widths)]):
                align = _ALIGN.get(self.block.align[column] if column < len(self.block.align) else "")
                room = self._widths[column] - 2 * style.px(10)
                laid.append(self._paragraph(style, row, cell, room, font, align))
            self._laid[row] = laid
            self._exact.add(row)
            self._heights.set(row, max([paragraph.height for paragraph in laid] or [style.line]) + style.px(8))
        return laid

    def _paragraph(
        self, style: Style, row: int, cell: str, room: int, font: QFont, align: Qt.AlignmentFlag | None
    ) -> ParagraphLayout:
        """Lays out a cell, its formulas drawn as far as there are pictures of them."""
        inline, pictures = parse_inline(cell), {}
        for run in inline.runs:
            if run.math and self._pictures is not None:
                picture = self._pictures.formula(run.math, font.pixelSize(), False)
                if picture is None:
                    self._without.add(row)
                    self.waiting = True
                else:
                    pictures[run.math] = picture
        if pictures:
            inline = parse_inline(cell, pictures)
        return ParagraphLayout(inline, style, room, font=font, align=align, pictures=pictures)

    def release(self) -> None:
        self._laid.clear()

    def anchor(self, y: int) -> object:
        y -= self._content.y()
        row = self._heights.find(max(0, y))
        return row, y - self._heights.offset(row)

    def y_of(self, anchor: object) -> int:
        match anchor:
            case (int(row), int(rest)):
                return self._content.y() + self._heights.offset(min(row, len(self._heights))) + rest
        return 0

    # --- painting -------------------------------------------------------------------------------

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        style, theme = context.style, context.style.theme
        line = QColor(theme.line)
        painter.save()
        painter.setClipRect(QRect(0, 0, self._inner.width(), self._inner.height()),
                            Qt.ClipOperation.IntersectClip)
        painter.translate(-self._scroll.offset, 0)
        total = sum(self._widths)
        first, last = self._visible(options.clip.top(), options.clip.bottom())
        for row in range(first, last):
            y, height = self._heights.offset(row), self._heights[row]
            if row == 0:
                painter.fillRect(0, y, total, height, QColor(theme.panel))
            x = 0
            for column, paragraph in enumerate(self._cells(style, row)):
                painter.setPen(QColor(theme.text))
                highlights = self._cell_highlights(options.highlights, row, column)
                paragraph.paint(painter, x + style.px(10), y + style.px(4), highlights)
                painter.fillRect(x, y, 1, height, line)
                x += self._widths[column]
            painter.fillRect(total, y, 1, height, line)
            painter.fillRect(0, y, total, 1, line)
        end = self._heights.total()
        painter.fillRect(0, end, total + 1, 1, line)
        painter.restore()
        self.paint_scroll_bar(painter, style, options.hovered)
        if options.hovered:
            painter.setFont(style.small)
            for tool in self.content_clickables(context):
                hovered = options.hovered_rect is not None and options.hovered_rect == tool.rect
                painter.setPen(QColor(theme.accent if hovered else theme.faint))
                painter.drawText(tool.rect, Qt.AlignmentFlag.AlignCenter, tool.label)

    def _cell_highlights(self, highlights: Sequence[Highlight], row: int, column: int) -> list[Highlight]:
        out = []
        for highlight in highlights:
            if highlight.start >= (row + 1) * ROW or highlight.end <= row * ROW:
                continue
            start, end = self._cell_span(row, column)
            a, b = max(highlight.start - row * ROW, start), min(highlight.end - row * ROW, end)
            if a < b:
                out.append(Highlight(a - start, b - start, highlight.format))
        return out

    def track(self) -> QRect:
        return QRect(0, self._heights.total() + 1, self._inner.width(), self.bar_height)

    # --- tools ----------------------------------------------------------------------------------

    def content_clickables(self, context: Context) -> list[Clickable]:
        style, host = context.style, context.host
        top = self._inner.height() - self._tools_height(style)
        out, right = [], min(sum(self._widths), self._inner.width())
        as_markdown = partial(self.markdown, 0, self.length())
        for label, make in (("Copy as CSV", self.as_csv), ("Copy as Markdown", as_markdown)):
            width = round(style.small_metrics.horizontalAdvance(label)) + style.px(12)
            right -= width
            out.append(Clickable(QRect(right, top, width, self._tools_height(style)), label,
                           partial(_copy, host.copy_text, make), f"{label} to the clipboard"))
        return out[::-1]

    def as_csv(self) -> str:
        """Returns the table as comma-separated values (RFC 4180), cells as plain text."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        for row in self._rows:
            writer.writerow([_plain(cell) for cell in row])
        return out.getvalue()

    # --- text: the cells of a row, with tabs between them ----------------------------------------

    def _inlines(self, row: int) -> list[Inline]:
        laid = self._laid.get(row)
        return [paragraph.inline for paragraph in laid] if laid else [parse_inline(cell) for cell in self._rows[row]]

    def _cell_span(self, row: int, column: int) -> tuple[int, int]:
        start = 0
        for number, inline in enumerate(self._inlines(row)):
            if number == column:
                return start, start + len(inline.text)
            start += len(inline.text) + 1
        return start, start

    def _row_plain(self, row: int, start: int, end: int) -> str:
        cells, at = [], 0
        for inline in self._inlines(row):
            if start <= at + len(inline.text) and at < end:
                plain = inline.plain(max(0, start - at), min(len(inline.text), end - at))
                cells.append(plain.replace("\n", " "))
            at += len(inline.text) + 1
        return "\t".join(cells)

    def length(self) -> int:
        return len(self._rows) * ROW

    def plain(self, start: int, end: int) -> str:
        out = []
        for row in range(start // ROW, min(len(self._rows), -(-end // ROW))):
            out.append(self._row_plain(row, max(0, start - row * ROW), min(ROW, end - row * ROW)))
        return "\n".join(out)

    def markdown(self, start: int, end: int) -> str:
        if start == 0 and end >= self.length() and not self._grown:
            return self.block.source
        rows = range(start // ROW, min(len(self._rows), -(-end // ROW)))
        if len(rows) <= 1:
            return self.plain(start, end)
        written = [
            "| " + " | ".join(inline.markdown(0, len(inline.text)) for inline in self._inlines(row)) + " |"
            for row in rows
        ]
        return "\n".join([written[0], "|" + " --- |" * len(self._rows[0]), *written[1:]])

    def offset_in_content(self, point: QPoint) -> int:
        if self._style is None or not len(self._heights):
            return 0
        row = self._heights.find(point.y())
        if point.y() >= self._heights.total():
            return self.length()
        x, column = point.x() + self._scroll.offset, 0
        while column < len(self._widths) - 1 and x >= self._widths[column]:
            x -= self._widths[column]
            column += 1
        cells = self._cells(self._style, row)
        if column >= len(cells):
            return row * ROW
        pad = self._style.px(4)
        inside = cells[column].offset_at(x - self._style.px(10), point.y() - self._heights.offset(row) - pad)
        return row * ROW + self._cell_span(row, column)[0] + inside

    def caret(self, offset: int) -> QRect:
        row = min(offset // ROW, len(self._heights) - 1)
        return self.from_content(QRect(0, self._heights.offset(row), 1, self._heights[row]))

    def word_at(self, offset: int) -> tuple[int, int]:
        row, inside = divmod(offset, ROW)
        for column in range(len(self._widths)):
            start, end = self._cell_span(row, column)
            if start <= inside <= end:
                return row * ROW + start, row * ROW + end
        return offset, offset

    def paragraph_at(self, offset: int) -> tuple[int, int]:
        row = offset // ROW
        return row * ROW, (row + 1) * ROW

    def find(self, needle: str) -> list[tuple[int, int]]:
        out = []
        for row in range(len(self._rows)):
            text = "\t".join(inline.text for inline in self._inlines(row))
            out += [(row * ROW + start, row * ROW + end) for start, end in occurrences(text, needle)]
        return out


_ALIGN = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "center": Qt.AlignmentFlag.AlignHCenter,
    "right": Qt.AlignmentFlag.AlignRight,
}


def _plain(cell: str) -> str:
    inline = parse_inline(cell)
    return inline.plain(0, len(inline.text))


def _copy(copy: Callable[[str], None], make: Callable[[], str]) -> None:
    copy(make())


def share(wanted: list[int], width: int, least: int) -> list[int]:
    """Returns the column widths of a table that is ``width`` pixels wide: the wanted widths, and a part of what is
    left over. Where that is too much, wide columns shrink down to ``least``; below that, the table is wider."""
    total = sum(wanted)
    if not total:
        return list(wanted)
    if total <= width:
        extra = width - total
        widths = [each + extra * each // total for each in wanted]
        widths[-1] += width - sum(widths)
        return widths
    widths, left, open_columns = list(wanted), width, sorted(range(len(wanted)), key=wanted.__getitem__)
    while open_columns:
        fair = left // len(open_columns)
        column = open_columns[0]
        if wanted[column] > fair:
            for wide in open_columns:
                widths[wide] = max(min(wanted[wide], least), fair)
            break
        left -= wanted[column]
        open_columns.pop(0)
    return widths
