"""The layout of one paragraph of styled text: a QTextLayout, which can load nothing and knows no HTML."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextCharFormat, QTextLayout, QTextLine

from workbench.rendering.direction import is_rtl

from .inline import CODE, Inline, Run
from .style import Style


class Picture(Protocol):
    """A drawn formula. ``depth`` is how much of ``height`` hangs below the baseline; all in pixels."""

    width: float
    height: float
    depth: float

    def paint(self, painter: QPainter, x: float, y: float) -> None: ...


@dataclass(frozen=True, slots=True)
class Highlight:
    """A range of a block's text with a background of its own: selected, found, or the current match."""

    start: int
    end: int
    format: QTextCharFormat


class ParagraphLayout:
    """A laid-out paragraph. Coordinates are from its own top left corner, in pixels."""

    __slots__ = ("_heights", "_layout", "_pictures", "_runs", "_style", "_tops", "height", "inline", "rtl")

    def __init__(
        self,
        inline: Inline,
        style: Style,
        width: int,
        *,
        font: QFont | None = None,
        colour: QColor | None = None,
        line: int = 0,
        align: Qt.AlignmentFlag | None = None,
        pictures: dict[str, Picture] | None = None,
    ) -> None:
        self.inline = inline
        self.rtl = is_rtl(inline.text)
        self._style = style
        self._runs = inline.runs
        self._pictures = pictures or {}
        font = font or style.font
        self._layout = QTextLayout(inline.text, font)
        if align is None:
            align = Qt.AlignmentFlag.AlignRight if self.rtl else Qt.AlignmentFlag.AlignLeft
        self._layout.setTextOption(style.option(align, self.rtl))
        self._layout.setCacheEnabled(True)
        if inline.runs or colour is not None:
            self._layout.setFormats(self._formats(font, colour))
        self._break_lines(width, line or style.line)

    def _formats(self, font: QFont, colour: QColor | None) -> list[QTextLayout.FormatRange]:
        formats = []
        if colour is not None:
            everything = QTextCharFormat()
            everything.setForeground(colour)
            formats.append(format_range(0, len(self.inline.text), everything))
        size = font.pixelSize()
        for run in self._runs:
            if self._picture(run) is not None:
                formats.append(format_range(run.start, run.end - run.start, self._spacer(run.math, font)))
            elif run.flags or run.href:
                made = self._style.format(run.flags, bool(run.href), size)
                formats.append(format_range(run.start, run.end - run.start, made))
        return formats

    def _picture(self, run: Run) -> Picture | None:
        return self._pictures.get(run.math) if run.math else None

    def _spacer(self, tex: str, font: QFont) -> QTextCharFormat:
        """Returns a format that makes the placeholder of a formula as wide as the formula."""
        spacer = QTextCharFormat()
        spacer.setFontLetterSpacingType(QFont.SpacingType.AbsoluteSpacing)
        blank = self._style.blank_width(font)
        spacer.setFontLetterSpacing(self._pictures[tex].width - blank)
        return spacer

    def _break_lines(self, width: int, line_height: int) -> None:
        tall = {
            run.start: picture for run in self._runs if (picture := self._picture(run)) is not None
        }
        self._tops: list[int] = []
        self._heights: list[int] = []
        y = 0
        self._layout.beginLayout()
        while True:
            line = self._layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(width)
            height, own = line_height, line.height()
            above = (height - own) / 2
            if own > height:
                height, above = round(own + 0.5), 0.0
            if tall:
                start, end = line.textStart(), line.textStart() + line.textLength()
                for at, picture in tall.items():
                    if start <= at < end:
                        over = picture.height - picture.depth - (above + line.ascent())
                        if over > 0:
                            above, height = above + over + 1, round(height + over + 1.5)
                        under = above + line.ascent() + picture.depth - height
                        if under > 0:
                            height = round(height + under + 1.5)
            line.setPosition(QPointF(0, y + round(above)))
            self._tops.append(y)
            self._heights.append(height)
            y += height
        self._layout.endLayout()
        self.height = y

    @property
    def baseline(self) -> int:
        """The first line's baseline, in pixels from the top."""
        line = self._layout.lineAt(0)
        return round(line.y() + line.ascent()) if line.isValid() else self.height

    def paint(
        self, painter: QPainter, x: int, y: int, highlights: Sequence[Highlight] = (), clip: QRectF | None = None
    ) -> None:
        for run in self._runs:
            if run.flags & CODE:
                self._paint_chip(painter, x, y, run)
        selections = [format_range(each.start, each.end - each.start, each.format) for each in highlights]
        self._layout.draw(painter, QPointF(x, y), selections, clip or QRectF())
        for run in self._runs:
            picture = self._picture(run)
            if picture is not None:
                line = self._layout.lineForTextPosition(run.start)
                left = x_of(line, run.start)
                right = x_of(line, run.end)
                baseline = line.y() + line.ascent()
                picture.paint(painter, x + min(left, right), y + baseline - picture.height + picture.depth)

    def _paint_chip(self, painter: QPainter, x: int, y: int, run: Run) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self._style.theme.line))
        painter.setBrush(QColor(self._style.theme.code))
        inset = self._style.px(3)
        for rect in self.rects(run.start, run.end):
            chip = QRectF(rect).translated(x, y).adjusted(-1.5, inset - 0.5, 1.5, -inset + 0.5)
            painter.drawRoundedRect(chip, 4, 4)
        painter.restore()

    def rects(self, start: int, end: int) -> list[QRect]:
        """Returns the boxes of a range of text, one for each line, from its first to its last character there."""
        out = []
        for index in range(self._layout.lineCount()):
            line = self._layout.lineAt(index)
            first, last = line.textStart(), line.textStart() + line.textLength()
            a, b = max(start, first), min(end, last)
            if a < b:
                left, right = x_of(line, a), x_of(line, b)
                out.append(QRect(round(min(left, right)), self._tops[index], round(abs(right - left)),
                                 self._heights[index]))
        return out

    def line_at(self, y: float) -> int:
        return max(0, bisect_right(self._tops, y) - 1)

    def offset_at(self, x: float, y: float) -> int:
        """Returns the offset nearest to a point: the start above the first line, the end below the last."""
        if y < 0:
            return 0
        if y >= self.height:
            return len(self.inline.text)
        return self._layout.lineAt(self.line_at(y)).xToCursor(x)

    def changed_from(self, before: ParagraphLayout) -> int:
        """Returns the height in pixels from which on this paragraph differs from an earlier state of itself."""
        now, then = self.inline.text, before.inline.text
        same = len(then)
        if not now.startswith(then):
            pairs = enumerate(zip(now, then, strict=False))
            same = next((at for at, (mine, theirs) in pairs if mine != theirs), min(len(now), len(then)))
        for run, old in zip(self._runs, before.inline.runs, strict=False):
            if run != old:
                same = min(same, run.start, old.start)
                break
        # A word that grows may move to the next line: the line before the first change counts as changed.
        line = min(self._line_of(same), before._line_of(same)) - 1
        while line > 0 and (self._tops[line] != before._tops[line] or self._start(line) != before._start(line)):
            line -= 1
        return self._tops[line] if line > 0 else 0

    def _line_of(self, offset: int) -> int:
        line = self._layout.lineForTextPosition(offset)
        return line.lineNumber() if line.isValid() else self._layout.lineCount() - 1

    def _start(self, line: int) -> int:
        return self._layout.lineAt(line).textStart()

    def caret(self, offset: int) -> QRect:
        line = self._layout.lineForTextPosition(min(offset, len(self.inline.text)))
        if not line.isValid():
            return QRect(0, 0, 1, self.height)
        number = line.lineNumber()
        return QRect(round(x_of(line, offset)), self._tops[number], 1, self._heights[number])


def x_of(line: QTextLine, offset: int) -> float:
    """Returns the cursor's x in a line. Unlike its stubs, the binding answers with the offset too."""
    x, _ = cast(tuple[float, int], line.cursorToX(offset))
    return x


def format_range(start: int, length: int, text_format: QTextCharFormat) -> QTextLayout.FormatRange:
    formatted = QTextLayout.FormatRange()
    formatted.start, formatted.length, formatted.format = start, length, text_format
    return formatted
