"""The view of a paragraph or a heading."""

from __future__ import annotations

import math
import re
from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtGui import QColor, QPainter

from workbench.rendering.blocks import Footnote, Prose
from workbench.rendering.direction import is_rtl
from workbench.ui.transcript.inline import LINE_BREAK, Inline, parse_inline
from workbench.ui.transcript.text_layout import ParagraphLayout

from .base import BlockView, Clickable, Containers, Context, PaintOptions, Thought
from .contained import ContainedView

_WORD = re.compile(r"\w+|[^\w\s]+|\s+")


class ProseView(ContainedView):
    """A paragraph, or a heading when its level is 1 to 6."""

    block: Prose

    def __init__(self, block: Prose, containers: Containers = ()) -> None:
        super().__init__(containers or block.containers)
        self.block = block
        self._inline: Inline | None = None
        self._paragraph: ParagraphLayout | None = None
        self._before: ParagraphLayout | None = None  # the same paragraph when it was shorter

    @property
    def continues_line(self) -> bool:
        """Whether the text goes on where the block above was cut, rather than on a new line."""
        return self.block.continued and not self.block.source.startswith("\n")

    def replace(self, before: BlockView) -> None:
        if isinstance(before, ProseView) and before.block.level == self.block.level:
            self._before = before._paragraph

    def lay_out(self, context: Context, width: int, top: int, bottom: int) -> int:
        height = super().lay_out(context, width, top, bottom)
        if self._before is not None and self._paragraph is not None:
            same = self._paragraph.changed_from(self._before)
            self.dirty_from = self._content.y() + same if same else 0
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
        self._paragraph = ParagraphLayout(inline, style, width, font=font, colour=colour, line=line, pictures=pictures)
        self._first_line, self._baseline = line, self._paragraph.baseline
        return self._paragraph.height

    def release(self) -> None:
        self._paragraph = None
        self._inline = None

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        if self._paragraph is None:
            return
        painter.setPen(QColor(context.style.theme.text))
        self._paragraph.paint(painter, 0, 0, options.highlights, QRectF(options.clip))
        if options.hovered_rect is not None:
            link, colour = options.hovered_rect, QColor(context.style.theme.accent)
            painter.fillRect(link.left(), link.bottom() - context.style.px(3), link.width(), 1, colour)

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
        return self._paragraph.offset_at(point.x(), point.y()) if self._paragraph else 0

    def caret(self, offset: int) -> QRect:
        return self.from_content(self._paragraph.caret(offset)) if self._paragraph else super().caret(offset)

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

    def content_clickables(self, context: Context) -> list[Clickable]:
        if self._paragraph is None:
            return []
        return [
            Clickable(rect, run.href, partial(context.host.open_link, self.key, run.href), run.title, run.href)
            for run in self.inline().runs if run.href for rect in self._paragraph.rects(run.start, run.end)
        ]


def occurrences(text: str, needle: str) -> list[tuple[int, int]]:
    """Returns the start and end of each occurrence of ``needle`` (casefolded) in ``text``, without overlaps. Letters
    whose folded form is longer than themselves (ß) are compared in lower case, so that offsets stay true."""
    folded = text.casefold()
    if len(folded) != len(text):
        folded = text.lower() if len(text.lower()) == len(text) else text
    out, at = [], folded.find(needle)
    while at >= 0:
        out.append((at, at + len(needle)))
        at = folded.find(needle, at + len(needle))
    return out
