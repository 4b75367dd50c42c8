"""Code blocks: a header with what can be done, and rows of which only the visible ones are laid out."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTextLayout, QTextOption

from workbench.rendering.blocks import Code, Plain
from workbench.rendering.highlight import lexer_for
from workbench.ui.transcript.style import Style
from workbench.ui.transcript.text_layout import format_range, x_of

from .base import Containers, Context, Hot, Look
from .colours import Colours
from .contained import ContainedView
from .prose import occurrences
from .rows import LONGEST, TAB, Rows
from .sideways import BAR, Sideways

_WORD = re.compile(r"\w+|[^\w\s]+|[^\S\n]+|\n")
_AT_ONCE = 600  # characters coloured while painting: what a stream brings in a frame
_ROUND = 20  # pixels beyond which a corner does not reach
_KEPT = 300  # laid-out rows kept: several screens


class CodeView(ContainedView):
    """A code block, or with ``Plain`` text that is shown as it was written, without a header."""

    block: Code | Plain

    def __init__(self, block: Code | Plain, containers: Containers = ()) -> None:
        super().__init__(containers or block.containers)
        self.block = block
        self.language = block.language if isinstance(block, Code) else ""
        self._titled = isinstance(block, Code)
        self._wrap = not self._titled
        self._complete = not (isinstance(block, Code) and block.open)
        self._rows = Rows(block.text)
        self._colours = Colours("")
        self._asked = False  # for the lexer of the language
        self._seen = (0, 0)  # the lines that were visible when this was last painted
        self._laid: dict[int, QTextLayout] = {}
        self._side = Sideways()
        self._inner = QRect()
        self._style: Style | None = None

    @property
    def text(self) -> str:
        return self._rows.text

    def grow(self, more: str | tuple[tuple[str, ...], ...]) -> None:
        assert isinstance(more, str)
        self.stamp = None
        changed = self._rows.extend(more)
        if self._style is not None:
            row = self._body(self._style).y() + changed * self._style.code_line
            self.fresh = min(self.fresh or row, row)
        for row in [row for row in self._laid if row >= changed]:
            del self._laid[row]

    def become(self, block: object) -> bool:
        if not isinstance(block, Code) or not self._titled:
            return super().become(block)
        if block.language != self.language:
            return False
        if block.containers != self.block.containers or not block.text.startswith(self.text):
            return False
        if len(block.text) > len(self.text):
            self.grow(block.text[len(self.text) :])
        self.block, self._complete = block, not block.open
        self._colours.complete = self._complete
        return True

    # --- geometry -------------------------------------------------------------------------------

    def estimate(self, context: Context, width: int) -> int:
        return self._height(context.style)

    def _height(self, style: Style) -> int:
        bar = BAR if self._side.reach else 0
        return self._header(style) + len(self._rows) * style.code_line + 2 * style.px(10) + bar

    def _header(self, style: Style) -> int:
        return style.px(28) if self._titled else 0

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        style = context.style
        if style is not self._style:
            self._style = style
            self._laid.clear()
        pad = style.px(12)
        columns = max(10, int((width - 2 * pad) / style.mono_char)) if self._wrap else LONGEST
        if columns != self._rows.columns:
            self._rows = Rows(self._rows.text, columns)
            self._laid.clear()
        content = 0 if self._wrap else round(self._rows.widest * style.mono_char + 0.5)
        self._side.fit(content, width - 2 * pad)
        height = self._height(style)
        self._inner = QRect(0, 0, width, height)
        return height

    def release(self) -> None:
        self._laid.clear()

    def _body(self, style: Style) -> QPoint:
        return QPoint(style.px(12) - self._side.at, self._header(style) + style.px(10))

    def _track(self, style: Style) -> QRect:
        return QRect(style.px(6), self._inner.height() - BAR - 1, self._inner.width() - style.px(12), BAR)

    # --- painting -------------------------------------------------------------------------------

    def paint_content(self, painter: QPainter, context: Context, look: Look) -> None:
        style, theme = context.style, context.style.theme
        # Of a tall block only what is near the clip is drawn: corners further away would not be seen.
        near = self._inner.intersected(look.clip.adjusted(-_ROUND, -_ROUND, _ROUND, _ROUND))
        box = QRectF(0.5, near.top() + 0.5, self._inner.width() - 1, near.height() - 1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.code))
        painter.drawRoundedRect(box, 8, 8)
        painter.restore()
        if self._titled and look.clip.top() <= self._header(style):
            self._paint_header(painter, context, look)
        self._paint_rows(painter, context, look)
        self._side.paint(painter, style, self._track(style), look.hovered)

    def _paint_header(self, painter: QPainter, context: Context, look: Look) -> None:
        style, theme = context.style, context.style.theme
        header = self._header(style)
        painter.fillRect(1, header, self._inner.width() - 2, 1, QColor(theme.line))
        painter.setFont(style.small)
        painter.setPen(QColor(theme.dim))
        name = QRect(style.px(12), 0, self._inner.width() // 2, header)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, self.language or "text")
        for hot in () if look.still else self._tools(context):
            over = look.hot is not None and look.hot == hot.rect
            painter.setPen(QColor(theme.accent if over else theme.dim))
            painter.drawText(hot.rect, Qt.AlignmentFlag.AlignCenter, hot.label)

    def _paint_rows(self, painter: QPainter, context: Context, look: Look) -> None:
        style = context.style
        body = self._body(style)
        first = max(0, (look.clip.top() - body.y()) // style.code_line)
        last = min(len(self._rows), (look.clip.bottom() - body.y()) // style.code_line + 1)
        if len(self._laid) > _KEPT:
            self._laid.clear()
        if first < last:
            self._look_at(context, self._rows.lines[first], self._rows.lines[last - 1])
        painter.save()
        painter.setClipRect(QRect(1, self._header(style) + 1, self._inner.width() - 2, self._inner.height()),
                            Qt.ClipOperation.IntersectClip)
        painter.setPen(QColor(style.theme.text))
        for row in range(first, last):
            start, end = self._rows.starts[row], self._rows.ends[row]
            washes = [
                format_range(max(wash.start, start) - start,
                             min(wash.end, end + 1) - max(wash.start, start), wash.format)
                for wash in look.washes if wash.start <= end and wash.end > start
            ]
            at = QPointF(body.x(), body.y() + row * style.code_line)
            self._row(row, style).draw(painter, at, washes)
        painter.restore()

    def _look_at(self, context: Context, first: int, last: int) -> None:
        """Sees to it that the visible lines get their colours, once their lexer is there."""
        self._seen = (first, last)
        if self.language and not self._asked:
            self._asked = True
            context.worker.run(partial(lexer_for, self.language), partial(self._begin_colours, context))
        elif (behind := self._colours.behind(self._rows, first, last)) and (
            behind > _AT_ONCE or self._colour(first, last, 1.0) < first
        ):
            context.host.want_work(self)

    def _begin_colours(self, context: Context, lexer: object) -> None:
        if lexer is not None and not isinstance(lexer, BaseException):
            self._colours = Colours(self.language)
            self._colours.complete = self._complete
            context.host.want_work(self)

    def work(self, context: Context, seconds: float) -> bool:
        first, last = self._seen
        self._colour(first, last, seconds)
        return self._colours.behind(self._rows, first, last) > 0

    def _colour(self, first: int, last: int, seconds: float) -> int:
        """Colours on; the first line that changed."""
        changed = self._colours.work(self._rows, first, last, seconds)
        if changed is None:
            return last
        for row in [row for row in self._laid if self._rows.lines[row] >= changed]:
            del self._laid[row]
        return changed

    def _row(self, row: int, style: Style) -> QTextLayout:
        laid = self._laid.get(row)
        if laid is None:
            laid = self._laid[row] = self._lay_out_row(row, style)
        return laid

    def _lay_out_row(self, row: int, style: Style) -> QTextLayout:
        layout = QTextLayout(self._rows.slice(row), style.mono)
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.NoWrap)
        option.setTabStopDistance(TAB * style.mono_char)
        option.setTextDirection(Qt.LayoutDirection.LeftToRight)
        layout.setTextOption(option)
        layout.setCacheEnabled(True)
        start, end = self._rows.starts[row], self._rows.ends[row]
        number = self._rows.lines[row]
        line_start = self._rows.line_starts[number]
        formats = []
        for at, length, role in self._colours.line(number):
            a, b = max(line_start + at, start), min(line_start + at + length, end)
            if a < b:
                formats.append(format_range(a - start, b - a, style.code_format(role)))
        layout.setFormats(formats)
        layout.beginLayout()
        line = layout.createLine()
        line.setLineWidth(1e6)
        line.setPosition(QPointF(0, round((style.code_line - line.height()) / 2)))
        layout.endLayout()
        return layout

    # --- tools ----------------------------------------------------------------------------------

    def hots(self, context: Context) -> list[Hot]:
        return [Hot(self.place(hot.rect), hot.label, hot.run, hot.tip) for hot in self._tools(context)]

    def _tools(self, context: Context) -> list[Hot]:
        if not self._titled:
            return []
        style, host = context.style, context.host
        tools: list[tuple[str, str, Callable[[], None]]] = [
            ("Copy", "Copy this code", partial(host.copy_text, self.text)),
            ("Save", "Save this code to a file", partial(host.save_code, self.text, self.language)),
            ("Unwrap" if self._wrap else "Wrap", "Break long lines, or do not",
             partial(self._toggle_wrap, context)),
        ]
        out, right = [], self._inner.width() - style.px(8)
        for label, tip, run in tools:
            width = round(style.small_metrics.horizontalAdvance(label)) + style.px(12)
            right -= width
            out.append(Hot(QRect(right, 0, width, self._header(style)), label, run, tip))
        return out[::-1]

    def wrap(self) -> None:
        self._wrap, self.stamp = True, None

    def _toggle_wrap(self, context: Context) -> None:
        self._wrap = not self._wrap
        self.stamp = None
        context.host.changed(self.key)

    @property
    def reach(self) -> int:
        return self._side.reach

    def scroll_by(self, dx: int) -> bool:
        return self._side.by(dx)

    def grab(self, point: QPoint) -> Callable[[QPoint], None] | None:
        if self._style is None:
            return None
        return self._side.grab(self._track(self._style).translated(self._content), point)

    # --- text -----------------------------------------------------------------------------------

    def length(self) -> int:
        return len(self.text)

    def plain(self, start: int, end: int) -> str:
        return self.text[start:end]

    def markdown(self, start: int, end: int) -> str:
        if not self._titled or (start, end) != (0, self.length()):
            return self.text[start:end]
        fence = "```"
        while fence in self.text:
            fence += "`"
        return f"{fence}{self.language}\n{self.text}\n{fence}"

    def offset_in_content(self, point: QPoint) -> int:
        if self._style is None:
            return 0
        body = self._body(self._style)
        row = (point.y() - body.y()) // self._style.code_line
        if row < 0:
            return 0
        if row >= len(self._rows):
            return self.length()
        line = self._row(row, self._style).lineAt(0)
        return self._rows.starts[row] + line.xToCursor(point.x() - body.x())

    def caret(self, offset: int) -> QRect:
        if self._style is None:
            return super().caret(offset)
        row = self._rows.row_of(offset)
        x = x_of(self._row(row, self._style).lineAt(0), offset - self._rows.starts[row])
        body = self._body(self._style)
        line = self._style.code_line
        return self.place(QRect(body.x() + round(x), body.y() + row * line, 1, line))

    def word_at(self, offset: int) -> tuple[int, int]:
        start = self.text.rfind("\n", 0, offset) + 1
        for match in _WORD.finditer(self.text, start):
            if match.end() > offset:
                return match.span()
        return offset, offset

    def paragraph_at(self, offset: int) -> tuple[int, int]:
        end = self.text.find("\n", offset)
        return self.text.rfind("\n", 0, offset) + 1, self.length() if end < 0 else end

    def find(self, needle: str) -> list[tuple[int, int]]:
        return occurrences(self.text, needle)
