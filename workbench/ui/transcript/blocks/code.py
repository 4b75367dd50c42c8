"""The view of a code block: a header with tools, and rows of which only the visible ones are laid out."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QTextLayout, QTextOption

from workbench.rendering.blocks import Code, Plain
from workbench.rendering.hidden_characters import reveal_in_code
from workbench.rendering.highlight import lexer_for
from workbench.ui.transcript.style import Style
from workbench.ui.transcript.text_layout import Highlight, format_range, x_of

from .base import Clickable, Containers, Context, PaintOptions
from .colours import Colours
from .prose import occurrences
from .rows import LONGEST, TAB, Rows
from .scrollable import ScrollableView

_WORD = re.compile(r"\w+|[^\w\s]+|[^\S\n]+|\n")
_AT_ONCE = 600  # characters coloured while painting: as many as are streamed in a frame
_CORNER = 20  # pixels around a clip beyond which a rounded corner is not visible
_KEPT = 300  # laid-out rows kept: several screens


def _drawn_in_browser(diagram: str) -> str:
    """Returns the address that draws a diagram. All of it is behind the ``#``, which no browser sends: the page reads
    it."""
    state = json.dumps({"code": diagram, "mermaid": '{"theme": "default"}'})
    return f"https://mermaid.live/view#base64:{base64.urlsafe_b64encode(state.encode()).decode().rstrip('=')}"


class CodeView(ScrollableView):
    """A code block, or with ``Plain`` text as it was written, without a header."""

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
        self._lexer_requested = False
        self._visible_lines = (0, 0)  # when this was last painted
        self._laid: dict[int, QTextLayout] = {}
        self._inner = QRect()
        self._style: Style | None = None

    @property
    def text(self) -> str:
        return self._rows.text

    def grow(self, more: str | tuple[tuple[str, ...], ...]) -> None:
        assert isinstance(more, str)
        self.layout_key = None
        changed = self._rows.extend(more)
        if self._style is not None:
            row = self._body(self._style).y() + changed * self._style.code_line
            self.dirty_from = min(self.dirty_from or row, row)
        for row in [row for row in self._laid if row >= changed]:
            del self._laid[row]

    def update_to(self, block: object) -> bool:
        if not isinstance(block, Code) or not self._titled:
            return super().update_to(block)
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
        return self._header(style) + len(self._rows) * style.code_line + 2 * style.px(10) + self.bar_height

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
        self._scroll.fit(content, width - 2 * pad)
        height = self._height(style)
        self._inner = QRect(0, 0, width, height)
        return height

    def release(self) -> None:
        self._laid.clear()

    def _body(self, style: Style) -> QPoint:
        return QPoint(style.px(12) - self._scroll.offset, self._header(style) + style.px(10))

    def track(self) -> QRect:
        bar, margin = self.bar_height, 0 if self._style is None else self._style.px(6)
        return QRect(margin, self._inner.height() - bar - 1, self._inner.width() - 2 * margin, bar)

    # --- painting -------------------------------------------------------------------------------

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        style, theme = context.style, context.style.theme
        # Of the box of a tall block only what is near the clip is drawn.
        near = self._inner.intersected(options.clip.adjusted(-_CORNER, -_CORNER, _CORNER, _CORNER))
        box = QRectF(0.5, near.top() + 0.5, self._inner.width() - 1, near.height() - 1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(theme.line))
        painter.setBrush(QColor(theme.code))
        painter.drawRoundedRect(box, 8, 8)
        painter.restore()
        if self._titled and options.clip.top() <= self._header(style):
            self._paint_header(painter, context, options)
        self._paint_rows(painter, context, options)
        self.paint_scroll_bar(painter, style, options.hovered)

    def _paint_header(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        style, theme = context.style, context.style.theme
        header = self._header(style)
        painter.fillRect(1, header, self._inner.width() - 2, 1, QColor(theme.line))
        painter.setFont(style.small)
        painter.setPen(QColor(theme.dim))
        name = QRect(style.px(12), 0, self._inner.width() // 2, header)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, self.language or "text")
        for tool in () if options.still else self.content_clickables(context):
            hovered = options.hovered_rect is not None and options.hovered_rect == tool.rect
            painter.setPen(QColor(theme.accent if hovered else theme.dim))
            painter.drawText(tool.rect, Qt.AlignmentFlag.AlignCenter, tool.label)

    def _paint_rows(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        style = context.style
        body = self._body(style)
        first = max(0, (options.clip.top() - body.y()) // style.code_line)
        last = min(len(self._rows), (options.clip.bottom() - body.y()) // style.code_line + 1)
        if len(self._laid) > _KEPT:
            self._laid.clear()
        if first < last:
            self._colour_visible(context, self._rows.lines[first], self._rows.lines[last - 1])
        painter.save()
        painter.setClipRect(QRect(1, self._header(style) + 1, self._inner.width() - 2, self._inner.height()),
                            Qt.ClipOperation.IntersectClip)
        painter.setPen(QColor(style.theme.text))
        for row in range(first, last):
            at = QPointF(body.x(), body.y() + row * style.code_line)
            self._row(row, style).draw(painter, at, self._row_highlights(row, options.highlights))
        painter.restore()

    def _row_highlights(self, row: int, highlights: Sequence[Highlight]) -> list[QTextLayout.FormatRange]:
        begin, end = self._rows.starts[row], self._rows.ends[row] + 1  # with the line break
        formats = []
        for each in highlights:
            start, stop = max(each.start, begin), min(each.end, end)
            if start < stop:
                formats.append(format_range(start - begin, stop - start, each.format))
        return formats

    def _colour_visible(self, context: Context, first: int, last: int) -> None:
        """Colours the visible lines: a few now, many later, all of them once their lexer is loaded."""
        self._visible_lines = (first, last)
        if self.language and not self._lexer_requested:
            self._lexer_requested = True
            context.worker.run(partial(lexer_for, self.language), partial(self._begin_colours, context))
        elif (behind := self._colours.behind(self._rows, first, last)) and (
            behind > _AT_ONCE or self._colour(first, last, 1.0) < first
        ):
            context.host.request_work(self)

    def _begin_colours(self, context: Context, lexer: object) -> None:
        if lexer is not None and not isinstance(lexer, BaseException):
            self._colours = Colours(self.language)
            self._colours.complete = self._complete
            context.host.request_work(self)

    def do_work(self, context: Context, seconds: float) -> bool:
        first, last = self._visible_lines
        self._colour(first, last, seconds)
        return self._colours.behind(self._rows, first, last) > 0

    def _colour(self, first: int, last: int, seconds: float) -> int:
        """Continues with the colours of some lines; returns the first line that changed, ``last`` for none."""
        changed = self._colours.colour(self._rows, first, last, seconds)
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
        layout = QTextLayout(reveal_in_code(self._rows.slice(row)), style.mono)
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

    def content_clickables(self, context: Context) -> list[Clickable]:
        if not self._titled:
            return []
        style, host = context.style, context.host
        tools: list[tuple[str, str, Callable[[], None]]] = [
            ("Copy", "Copy this code", partial(host.copy_text, self.text)),
            ("Save", "Save this code to a file", partial(host.save_code, self.text, self.language)),
            ("Unwrap" if self._wrap else "Wrap", "Break long lines, or do not", partial(self._toggle_wrap, context)),
        ]
        if self.language.lower() == "mermaid" and self._complete:
            tools.insert(0, ("Open in browser", "Draw this diagram in the browser, on mermaid.live",
                             partial(host.open_link, self.key, _drawn_in_browser(self.text))))
        out, right = [], self._inner.width() - style.px(8)
        for label, tip, run in tools:
            width = round(style.small_metrics.horizontalAdvance(label)) + style.px(12)
            right -= width
            out.append(Clickable(QRect(right, 0, width, self._header(style)), label, run, tip))
        return out[::-1]

    def wrap_lines(self) -> None:
        """Breaks long lines from now on."""
        self._wrap, self.layout_key = True, None

    def _toggle_wrap(self, context: Context) -> None:
        self._wrap = not self._wrap
        self.layout_key = None
        context.host.content_changed(self.key)

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
        return self.from_content(QRect(body.x() + round(x), body.y() + row * line, 1, line))

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
