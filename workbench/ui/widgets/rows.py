"""Rows of a list: their background, headings, and the space left while a delegate paints them."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from workbench.ui.theme import style
from workbench.ui.theme.scale import px
from workbench.ui.theme.tokens import RADIUS_CONTROL

SIDE = 8
"""Pixels between the text of a row and its ends."""


class RowSpace:
    """The free space of a row: cuts rectangles off its two ends, mirrored in right-to-left.

    ``rect`` is what is left, and ``align`` the horizontal alignment of text in it. Widths, heights and gaps are in
    pixels; a height of 0 is that of the row.
    """

    def __init__(self, option: QStyleOptionViewItem, side: int) -> None:
        self.rect = QRect(option.rect).adjusted(side, 0, -side, 0)
        self._mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        self.align = Qt.AlignmentFlag.AlignRight if self._mirrored else Qt.AlignmentFlag.AlignLeft
        self.align |= Qt.AlignmentFlag.AlignAbsolute

    def leading(self, width: int, height: int, gap: int = 6) -> QRect:
        """Cuts off where the text begins."""
        return self._cut(width, height, gap, left=not self._mirrored)

    def trailing(self, width: int, height: int, gap: int = 8) -> QRect:
        """Cuts off where the text ends."""
        return self._cut(width, height, gap, left=self._mirrored)

    def _cut(self, width: int, height: int, gap: int, *, left: bool) -> QRect:
        height = height or self.rect.height()
        top = self.rect.center().y() - height // 2 + (height + 1) % 2
        cut = QRect(self.rect.left() if left else self.rect.right() - width + 1, top, width, height)
        if left:
            self.rect.setLeft(cut.right() + 1 + gap)
        else:
            self.rect.setRight(cut.left() - 1 - gap)
        return cut


def paint_background(painter: QPainter, option: QStyleOptionViewItem) -> bool:
    """Paints the fill of a selected or hovered row and the focus ring. Returns whether the row is selected."""
    from PySide6.QtWidgets import QStyle  # its many enumerations take 8 ms: the first rows are painted after the start

    tokens = style.theme()
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    area = QRectF(option.rect).adjusted(0.5, 0.5, -0.5, -0.5)
    if selected or hovered:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_soft if selected else tokens.hover))
        painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
    view = option.widget
    if option.state & QStyle.StateFlag.State_HasFocus and view is not None and view.hasFocus():
        painter.setPen(QColor(tokens.accent))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
    return selected


def paint_heading(painter: QPainter, option: QStyleOptionViewItem, text: str, note: str = "") -> None:
    """Paints a heading; ``note`` is a sentence about the rows below it, elided where there is no room."""
    font = QFont(option.font)
    font.setPixelSize(px(11))
    font.setWeight(QFont.Weight.DemiBold)
    font.setCapitalization(QFont.Capitalization.AllUppercase)
    font.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.4)
    painter.setFont(font)
    painter.setPen(QColor(style.theme().dim))
    area = option.rect.adjusted(SIDE, 0, -SIDE, -4)
    align = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeading
    painter.drawText(area, align, text)
    if note:
        taken = painter.fontMetrics().horizontalAdvance(text) + SIDE
        font = QFont(option.font)
        font.setPixelSize(px(12))
        painter.setFont(font)
        rtl = option.direction == Qt.LayoutDirection.RightToLeft
        area.adjust(0 if rtl else taken, 0, -taken if rtl else 0, 0)
        painter.drawText(area, align, painter.fontMetrics().elidedText(note, Qt.TextElideMode.ElideRight, area.width()))
