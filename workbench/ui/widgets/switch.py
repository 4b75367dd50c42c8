"""Check boxes: as a switch, and as a box."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox, QWidget

from workbench.ui.theme import icons, style
from workbench.ui.theme.scale import factor, px

TRACK = QSize(28, 16)
BOX = 16
RING = 3  # room around the track for the focus ring


class ToggleSwitch(QCheckBox):
    """On and off; a check box in all but looks, so keyboard and assistive technology know it."""

    def __init__(self, text: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(name or text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        size = TRACK * factor() + QSize(2 * RING, 2 * RING)
        if self.text():
            size.setWidth(size.width() + 6 + self.fontMetrics().horizontalAdvance(self.text()))
            size.setHeight(max(size.height(), self.fontMetrics().height()))
        return size

    minimumSizeHint = sizeHint

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = style.theme()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width, height = px(TRACK.width()), px(TRACK.height())
        left = self.width() - width - RING if mirrored else RING
        track = QRectF(left, (self.height() - height) / 2, width, height)
        on, enabled = self.isChecked(), self.isEnabled()
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawRoundedRect(track.adjusted(-2, -2, 2, 2), height / 2 + 2, height / 2 + 2)
        edge = QColor(tokens.accent if on else tokens.edge)
        if not enabled:
            painter.setOpacity(0.45)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(edge if on else QColor(tokens.background))
        painter.drawRoundedRect(track.adjusted(0.5, 0.5, -0.5, -0.5), height / 2, height / 2)
        knob = QRectF(0, 0, height - 6, height - 6)
        at_end = on != mirrored
        knob.moveCenter(track.center())
        knob.moveLeft(track.right() - knob.width() - 3 if at_end else track.left() + 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.accent_text if on else tokens.edge))
        painter.drawEllipse(knob)
        if self.text():
            painter.setPen(QColor(tokens.text if enabled else tokens.disabled))
            gap = width + 2 * RING + 6
            area = self.rect().adjusted(0, 0, -gap, 0) if mirrored else self.rect().adjusted(gap, 0, 0, 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, self.text())


class CheckBox(QCheckBox):
    """A check box drawn with the theme's own colours."""

    def __init__(self, text: str = "", name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setAccessibleName(name or text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        width = px(BOX) + 2 * RING + (6 + self.fontMetrics().horizontalAdvance(self.text()) if self.text() else 0)
        return QSize(width, max(px(BOX) + 2 * RING, self.fontMetrics().height()))

    minimumSizeHint = sizeHint

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = style.theme()
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = px(BOX)
        left = self.width() - side - RING if mirrored else RING
        box = QRectF(left, (self.height() - side) / 2, side, side)
        on = self.checkState() != Qt.CheckState.Unchecked
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), 6, 6)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        painter.setPen(QPen(QColor(tokens.accent if on else tokens.edge), 1))
        painter.setBrush(QColor(tokens.accent if on else tokens.background))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if on:
            mark = "check" if self.checkState() == Qt.CheckState.Checked else "minus"
            icons.icon(mark, "accent_text").paint(painter, box.toAlignedRect().adjusted(1, 1, -1, -1))
        if self.text():
            painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.disabled))
            gap = side + 2 * RING + 6
            area = self.rect().adjusted(0, 0, -gap, 0) if mirrored else self.rect().adjusted(gap, 0, 0, 0)
            painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, self.text())
