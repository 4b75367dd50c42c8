"""Tables: columns as wide as their content asks, rows laid out when they come into view."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from functools import partial
from html import unescape

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor, QPainter

from workbench.rendering.blocks import Table
from workbench.ui.transcript.heights import Heights
from workbench.ui.transcript.inline import Inline, parse_inline
from workbench.ui.transcript.style import Style
from workbench.ui.transcript.text_layout import Flow, Wash

from .base import Containers, Context, Hot, Look
from .contained import ContainedView
from .prose import occurrences
from .sideways import BAR, Sideways

ROW = 1 << 16  # offsets of one row: a place in a table is row × ROW + place in the row's text
_TAGS = re.compile(r"<[^>]*>")
_STEP = 24  # column widths grow in steps, so that a growing table is not measured anew at each row
_WIDEST = 360
_NARROWEST = 48
_KEPT = 200


class TableView(ContainedView):
    """A table; row 0 is its header."""

    block: Table
    partial = True

    def __init__(self, block: Table, containers: Containers = ()) -> None:
        super().__init__(containers or block.containers)
        self.block = block
        self._rows: list[tuple[str, ...]] = [block.header, *block.rows]
        self._wishes: list[int] = [0] * len(block.header)  # the width each column would like
        self._longest: list[int] = [0] * len(block.header)  # characters of its longest cell so far
        self._grown = False  # has rows that the block's source does not tell of
        self._measured = 0
        self._widths: list[int] = []
        self._heights = Heights()
        self._laid: dict[int, list[Flow]] = {}
        self._exact: set[int] = set()  # rows whose height is not a guess
        self._side = Sideways()
        self._style: Style | None = None
        self._inner = QRect()

    def grow(self, more: str | tuple[tuple[str, ...], ...]) -> None:
        assert not isinstance(more, str)
        self.stamp = None
        self._rows.extend(more)
        self._grown = True
        if len(self._heights):
            below = self._content.y() + self._heights.total()
            self.fresh = min(self.fresh or below, below)

    def become(self, block: object) -> bool:
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
        style = context.style
        if style is not self._style:
            self._style = style
            self._measured, self._longest = 0, [0] * len(self._longest)
            self._wishes = [0] * len(self._wishes)
            self._widths = []
        self._measure(style)
        self._set_widths(style, width)
        for row in range(len(self._heights), len(self._rows)):
            self._heights.append(self._guess(style, row))
        first, last = self._visible(top, bottom)
        row = first
        while row < last:
            self._cells(style, row)
            row += 1
            if row == last:
                last = self._visible(top, bottom)[1]
        self.partial = len(self._exact) < len(self._rows)
        bar = BAR if self._side.reach else 0
        height = self._heights.total() + 1 + bar + self._tools_height(style)
        self._inner = QRect(0, 0, width, height)
        return height

    def _visible(self, top: int, bottom: int) -> tuple[int, int]:
        count = len(self._rows)
        if bottom <= 0:
            return 0, 0
        return self._heights.find(max(0, top)), min(count, self._heights.find(max(0, bottom)) + 1)

    def _measure(self, style: Style) -> None:
        """The wishes of the columns, from rows that are new. Only a cell that may be the widest is
        measured; the others are known to be shorter."""
        for cells in self._rows[self._measured :]:
            for column, cell in enumerate(cells[: len(self._wishes)]):
                if len(cell) <= self._longest[column] * 0.7 or self._wishes[column] >= _WIDEST * style.zoom:
                    continue
                text = unescape(_TAGS.sub("", cell)) if "<" in cell or "&" in cell else cell
                self._longest[column] = max(self._longest[column], len(text))
                wish = style.metrics.horizontalAdvance(text[:400]) * 1.06 + 2 * style.px(10) + 2
                step = style.px(_STEP)
                wish = -(-round(wish) // step) * step
                self._wishes[column] = max(self._wishes[column], min(wish, style.px(_WIDEST)))
        self._measured = len(self._rows)

    def _set_widths(self, style: Style, width: int) -> None:
        widths = share(self._wishes, width - 1, style.px(_NARROWEST * 2))
        if widths != self._widths:
            self._widths = widths
            self.fresh = 0
            self._laid.clear()
            self._exact.clear()
            self._heights = Heights()
        self._side.fit(sum(widths) + 1, width)

    def _guess(self, style: Style, row: int) -> int:
        """The height of a row from its lengths alone."""
        lines = 1
        for cell, width in zip(self._rows[row], self._widths, strict=False):
            room = max(1, (width - 2 * style.px(10)) / style.char)
            if len(cell) > room:
                lines = max(lines, -(-len(cell) // int(room + 1)))
        return lines * style.line + style.px(8)

    def _cells(self, style: Style, row: int) -> list[Flow]:
        laid = self._laid.get(row)
        if laid is None:
            if len(self._laid) > _KEPT:
                self._laid.clear()
            font = style.format_font(bold=True) if row == 0 else style.font
            laid = []
            for column, cell in enumerate(self._rows[row][: len(self._widths)]):
                align = _ALIGN.get(self.block.align[column] if column < len(self.block.align) else "")
                room = self._widths[column] - 2 * style.px(10)
                laid.append(Flow(parse_inline(cell), style, room, font=font, align=align))
            self._laid[row] = laid
            self._exact.add(row)
            self._heights.set(row, max([flow.height for flow in laid] or [style.line]) + style.px(8))
        return laid

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

    def paint_content(self, painter: QPainter, context: Context, look: Look) -> None:
        style, theme = context.style, context.style.theme
        line = QColor(theme.line)
        painter.save()
        painter.setClipRect(QRect(0, 0, self._inner.width(), self._inner.height()),
                            Qt.ClipOperation.IntersectClip)
        painter.translate(-self._side.at, 0)
        total = sum(self._widths)
        first, last = self._visible(look.clip.top(), look.clip.bottom())
        for row in range(first, last):
            y, height = self._heights.offset(row), self._heights[row]
            if row == 0:
                painter.fillRect(0, y, total, height, QColor(theme.panel))
            x = 0
            for column, flow in enumerate(self._cells(style, row)):
                painter.setPen(QColor(theme.text))
                flow.paint(painter, x + style.px(10), y + style.px(4), self._washes(look.washes, row, column))
                painter.fillRect(x, y, 1, height, line)
                x += self._widths[column]
            painter.fillRect(total, y, 1, height, line)
            painter.fillRect(0, y, total, 1, line)
        end = self._heights.total()
        painter.fillRect(0, end, total + 1, 1, line)
        painter.restore()
        self._side.paint(painter, style, self._track(style), look.hovered)
        if look.hovered:
            painter.setFont(style.small)
            for hot in self._tools(context):
                over = look.hot is not None and look.hot == hot.rect
                painter.setPen(QColor(theme.accent if over else theme.faint))
                painter.drawText(hot.rect, Qt.AlignmentFlag.AlignCenter, hot.label)

    def _washes(self, washes: Sequence[Wash], row: int, column: int) -> list[Wash]:
        out = []
        for wash in washes:
            if wash.start >= (row + 1) * ROW or wash.end <= row * ROW:
                continue
            start, end = self._cell_span(row, column)
            a, b = max(wash.start - row * ROW, start), min(wash.end - row * ROW, end)
            if a < b:
                out.append(Wash(a - start, b - start, wash.format))
        return out

    def _track(self, style: Style) -> QRect:
        return QRect(0, self._heights.total() + 1, self._inner.width(), BAR)

    # --- tools ----------------------------------------------------------------------------------

    def _tools(self, context: Context) -> list[Hot]:
        style, host = context.style, context.host
        top = self._inner.height() - self._tools_height(style)
        out, right = [], min(sum(self._widths), self._inner.width())
        as_markdown = partial(self.markdown, 0, self.length())
        for label, make in (("Copy as CSV", self.as_csv), ("Copy as Markdown", as_markdown)):
            width = round(style.small_metrics.horizontalAdvance(label)) + style.px(12)
            right -= width
            out.append(Hot(QRect(right, top, width, self._tools_height(style)), label,
                           partial(_copy, host.copy_text, make), f"{label} to the clipboard"))
        return out[::-1]

    def hots(self, context: Context) -> list[Hot]:
        return [Hot(self.place(hot.rect), hot.label, hot.run, hot.tip) for hot in self._tools(context)]

    def as_csv(self) -> str:
        """The table as comma-separated values (RFC 4180), cells as plain text."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\r\n")
        for row in self._rows:
            writer.writerow([_plain(cell) for cell in row])
        return out.getvalue()

    @property
    def reach(self) -> int:
        return self._side.reach

    def scroll_by(self, dx: int) -> bool:
        return self._side.by(dx)

    def grab(self, point: QPoint) -> Callable[[QPoint], None] | None:
        if self._style is None:
            return None
        return self._side.grab(self._track(self._style).translated(self._content), point)

    # --- text: the cells of a row, with tabs between them ----------------------------------------

    def _inlines(self, row: int) -> list[Inline]:
        laid = self._laid.get(row)
        return [flow.inline for flow in laid] if laid else [parse_inline(cell) for cell in self._rows[row]]

    def _cell_span(self, row: int, column: int) -> tuple[int, int]:
        start = 0
        for number, inline in enumerate(self._inlines(row)):
            if number == column:
                return start, start + len(inline.text)
            start += len(inline.text) + 1
        return start, start

    def _row_plain(self, row: int, start: int, end: int) -> str:
        return "\t".join(inline.plain(0, len(inline.text)) for inline in self._inlines(row))[start:end]

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
        x, column = point.x() + self._side.at, 0
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
        return self.place(QRect(0, self._heights.offset(row), 1, self._heights[row]))

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


def share(wishes: list[int], width: int, least: int) -> list[int]:
    """Column widths for a table ``width`` pixels wide. All get their wish, and a part of what is left over;
    when there is not enough the wide ones give way, down to ``least``; then the table is wider."""
    total = sum(wishes)
    if not total:
        return list(wishes)
    if total <= width:
        extra = width - total
        widths = [wish + extra * wish // total for wish in wishes]
        widths[-1] += width - sum(widths)
        return widths
    widths, left, open_columns = list(wishes), width, sorted(range(len(wishes)), key=wishes.__getitem__)
    while open_columns:
        fair = left // len(open_columns)
        column = open_columns[0]
        if wishes[column] > fair:
            for wide in open_columns:
                widths[wide] = max(min(wishes[wide], least), fair)
            break
        left -= wishes[column]
        open_columns.pop(0)
    return widths
