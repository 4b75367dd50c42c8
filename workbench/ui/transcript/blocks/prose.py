"""Paragraphs and headings."""

from __future__ import annotations

import math
import re
from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QPainter

from workbench.rendering.blocks import Footnote, Prose
from workbench.rendering.direction import is_rtl
from workbench.ui.transcript.inline import LINE_BREAK, Inline, parse_inline
from workbench.ui.transcript.text_layout import Flow

from .base import BlockView, Containers, Context, Hot, Look, Thought
from .contained import ContainedView

_WORD = re.compile(r"\w+|[^\w\s]+|\s+")


class ProseView(ContainedView):
    """A paragraph, or a heading when its level is 1 to 6."""

    block: Prose

    def __init__(self, block: Prose, containers: Containers = ()) -> None:
        super().__init__(containers or block.containers)
        self.block = block
        self.flows_on = block.continued and not block.source.startswith("\n")
        self._inline: Inline | None = None
        self._flow: Flow | None = None
        self._before: Flow | None = None  # the same paragraph when it was shorter

    def follow(self, before: BlockView) -> None:
        if isinstance(before, ProseView) and before.block.level == self.block.level:
            self._before = before._flow

    def lay_out(self, context: Context, width: int, top: int, bottom: int) -> int:
        height = super().lay_out(context, width, top, bottom)
        if self._before is not None and self._flow is not None:
            same = self._flow.changed_from(self._before)
            self.fresh = self._content.y() + same if same else 0
        self._before = None
        return height

    def inline(self) -> Inline:
        if self._inline is None:
            self._inline = parse_inline(self.block.html)
            self.rtl = is_rtl(self._inline.text)
        return self._inline

    def estimate(self, context: Context, width: int) -> int:
        style = context.style
        inner = self.inner_width(style, width)
        return style.line * max(1, math.ceil(len(self.block.source) * style.char / inner))

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        style, inline = context.style, self.inline()
        level = self.block.level
        font = style.heading(level) if level else style.font
        line = round(font.pixelSize() * 1.35) if level else style.line
        colour = None
        if any(isinstance(container, Thought | Footnote) for container in self.containers):
            colour, font, line = QColor(style.theme.dim), style.small, style.small_line
        pictures = {}
        self.waiting = False
        for run in inline.runs:
            if run.math:
                picture = context.pictures.formula(run.math, font.pixelSize(), False)
                if picture is not None:
                    pictures[run.math] = picture
                else:
                    self.waiting = True
        if pictures:
            inline = self._inline = parse_inline(self.block.html, pictures)
        self._flow = Flow(inline, style, width, font=font, colour=colour, line=line, pictures=pictures)
        self._first_line, self._baseline = line, self._flow.baseline
        return self._flow.height

    def release(self) -> None:
        self._flow = None
        self._inline = None

    def paint_content(self, painter: QPainter, context: Context, look: Look) -> None:
        if self._flow is None:
            return
        painter.setPen(QColor(context.style.theme.text))
        self._flow.paint(painter, 0, 0, look.washes, QRectF(look.clip))
        if look.hot is not None:
            painter.fillRect(look.hot.left(), look.hot.bottom() - context.style.px(3), look.hot.width(), 1,
                             QColor(context.style.theme.accent))

    # --- text -----------------------------------------------------------------------------------

    def length(self) -> int:
        return len(self.inline().text)

    def plain(self, start: int, end: int) -> str:
        return self.inline().plain(start, end)

    def markdown(self, start: int, end: int) -> str:
        if start == 0 and end >= self.length():
            mark = "#" * self.block.level + " " if self.block.level else ""
            return mark + self.block.source.strip("\n")
        return self.inline().markdown(start, end)

    def offset_in_content(self, point: QPoint) -> int:
        return self._flow.offset_at(point.x(), point.y()) if self._flow else 0

    def caret(self, offset: int) -> QRect:
        return self.place(self._flow.caret(offset)) if self._flow else super().caret(offset)

    def word_at(self, offset: int) -> tuple[int, int]:
        for match in _WORD.finditer(self.inline().text):
            if match.end() > offset:
                return match.span()
        return offset, offset

    def paragraph_at(self, offset: int) -> tuple[int, int]:
        text = self.inline().text
        end = text.find(LINE_BREAK, offset)
        return text.rfind(LINE_BREAK, 0, offset) + 1, len(text) if end < 0 else end

    def find(self, needle: str) -> list[tuple[int, int]]:
        return occurrences(self.inline().text, needle)

    def hots(self, context: Context) -> list[Hot]:
        if self._flow is None:
            return []
        return [
            Hot(self.place(rect), run.href, partial(context.host.open_link, self.key, run.href),
                tip=run.title, href=run.href)
            for run in self.inline().runs if run.href for rect in self._flow.rects(run.start, run.end)
        ]


def occurrences(text: str, needle: str) -> list[tuple[int, int]]:
    """All places of ``needle`` (casefolded) in ``text``, without overlaps. Letters whose folded form is
    longer than themselves (ß) are compared in lower case, so that offsets stay true."""
    folded = text.casefold()
    if len(folded) != len(text):
        folded = text.lower() if len(text.lower()) == len(text) else text
    out, at = [], folded.find(needle)
    while at >= 0:
        out.append((at, at + len(needle)))
        at = folded.find(needle, at + len(needle))
    return out
