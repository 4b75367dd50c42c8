"""The fonts, distances and colours of the transcript at one theme and zoom, ready to paint with."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QTextCharFormat, QTextOption
from PySide6.QtWidgets import QApplication

from workbench.ui.theme.style import mono_font
from workbench.ui.theme.tokens import COLUMN_PX, LINE_HEIGHT, TRANSCRIPT_PX, Theme

from .inline import CODE, DEL, EM, MARK, OBJECT, STRONG, SUB, SUP, UNDERLINE

HEADING_SCALE = (1.0, 1.5, 1.3, 1.15, 1.05, 1.0, 0.93)
ZOOMS = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)


def mix(below: str | QColor, above: str | QColor, share: float) -> QColor:
    """Returns ``below`` covered by ``share`` (0 to 1) of ``above``."""
    a, b = QColor(below), QColor(above)
    return QColor(
        round(a.red() + (b.red() - a.red()) * share),
        round(a.green() + (b.green() - a.green()) * share),
        round(a.blue() + (b.blue() - a.blue()) * share),
    )


def _option(align: Qt.AlignmentFlag, rtl: bool) -> QTextOption:
    """Returns how a paragraph wraps and is aligned."""
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setAlignment(align | Qt.AlignmentFlag.AlignAbsolute)
    if rtl:
        option.setTextDirection(Qt.LayoutDirection.RightToLeft)
    return option


class Style:
    """One theme at one zoom. Two styles never share a laid-out block."""

    def __init__(self, theme: Theme, zoom: float = 1.0, scale: float = 1.0) -> None:
        """``scale`` is that of the interface, on top of which the zoom comes."""
        self.theme = theme
        self.zoom = zoom
        self._scale = zoom * scale
        self.px = cache(self._px)
        self.font = self._sized(QApplication.font(), TRANSCRIPT_PX)
        self.small = self._sized(QApplication.font(), 12)
        self.author = self._sized(self.font, 13)
        self.author.setBold(True)
        self.mono = self._sized(mono_font(), 13)
        self.metrics = QFontMetricsF(self.font)
        self.small_metrics = QFontMetricsF(self.small)
        self.mono_metrics = QFontMetricsF(self.mono)
        self.line = self.px(TRANSCRIPT_PX * LINE_HEIGHT)
        self.code_line = self.px(19)
        self.small_line = self.px(20)
        self.char = self.metrics.averageCharWidth()
        self.mono_char = self.mono_metrics.horizontalAdvance("0")
        self.column = self.px(COLUMN_PX)
        self.selection = mix(theme.background, theme.accent, 0.3)
        self.found = mix(theme.background, theme.warn, 0.35)
        self.found_now = mix(theme.background, theme.warn, 0.7)
        # Not cache(QColor): that would read QColor's docstring, which PySide6 takes 0.1 s to generate.
        self.colour = cache(lambda name: QColor(name))
        self.format = cache(self._format)
        self.code_format = cache(self._code_format)
        self.heading = cache(self._heading)
        self.option = cache(_option)

    def _px(self, size: float) -> int:
        """Converts a length at 100 % to pixels at this zoom."""
        return max(1, round(size * self._scale))

    def _sized(self, font: QFont, size: float) -> QFont:
        sized = QFont(font)
        sized.setPixelSize(self.px(size))
        return sized

    def _heading(self, level: int) -> QFont:
        font = self._sized(self.font, TRANSCRIPT_PX * HEADING_SCALE[level])
        font.setWeight(QFont.Weight.DemiBold if level > 2 else QFont.Weight.Bold)
        return font

    def _format(self, flags: int, link: bool, size: int) -> QTextCharFormat:
        """Returns the format of a run; ``size`` is the pixel size of the text around it."""
        made = QTextCharFormat()
        if flags & STRONG:
            made.setFontWeight(QFont.Weight.Bold)
        if flags & EM:
            made.setFontItalic(True)
        if flags & DEL:
            made.setFontStrikeOut(True)
            made.setForeground(QColor(self.theme.dim))
        if flags & CODE:
            made.setFontFamilies(self.mono.families() or [self.mono.family()])
            made.setFontFixedPitch(True)
            made.setProperty(QTextCharFormat.Property.FontPixelSize, round(size * 0.92))
        if flags & SUP:
            made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSuperScript)
        if flags & SUB:
            made.setVerticalAlignment(QTextCharFormat.VerticalAlignment.AlignSubScript)
        if flags & UNDERLINE:
            made.setFontUnderline(True)
        if flags & MARK:
            made.setBackground(self.found)
        if link:
            made.setForeground(QColor(self.theme.accent))
        return made

    def _code_format(self, role: str) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setForeground(QColor(self.theme.code_colours.get(role, self.theme.text)))
        if role == "comment":
            made.setFontItalic(True)
        return made

    def format_font(self, *, bold: bool = False, small: bool = False) -> QFont:
        font = QFont(self.small if small else self.font)
        font.setBold(bold)
        return font

    def blank_width(self, font: QFont) -> float:
        return QFontMetricsF(font).horizontalAdvance(OBJECT)

    def background(self, colour: QColor) -> QTextCharFormat:
        made = QTextCharFormat()
        made.setBackground(colour)
        return made
