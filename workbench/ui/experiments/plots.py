"""Plots of an experiment. Their accessible descriptions have the numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from workbench.core.experiments.curves import Line, ticks
from workbench.ui.theme import style
from workbench.ui.theme.scale import px

_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 28, 32
_HEIGHT, _LEGEND_LINE, _MAX_NAMED = 210, 18, 12
_MIN_NAME = 36
"""Pixels that the name of a position needs; with fewer its number is shown."""


class Plot(QWidget):
    """Paints lines over an axis of numbers, or points over named positions."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._title, self._lines, self._x_label = name, tuple[Line, ...](), ""
        self._names: tuple[str, ...] = ()

    def sizeHint(self) -> QSize:
        return QSize(340, _HEIGHT + _LEGEND_LINE * self._legend_lines())

    def _named(self, x: float) -> str:
        return self._names[round(x)] if self._names else f"{x:g}"

    def _legend_lines(self) -> int:
        """Returns the lines of the legend: two names each, and none for a single line."""
        return math.ceil(min(len(self._lines), _MAX_NAMED) / 2) if len(self._lines) > 1 else 0

    def show_lines(self, title: str, x_label: str, lines: Sequence[Line], names: tuple[str, ...] = ()) -> None:
        """Shows lines. ``names`` are those of the positions 0, 1, 2 …, where these are not numbers."""
        self._title, self._x_label, self._names = title, x_label, names
        self._lines = tuple(line for line in lines if line.points)
        self.setVisible(bool(self._lines))
        self.setAccessibleDescription("; ".join(
            f"{line.name}: " + ", ".join(f"{self._named(point.x)} → {point.y:.3g}" for point in line.points[:20])
            for line in self._lines))
        self.updateGeometry()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, theme = QPainter(self), style.theme()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bold = self.font()
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(QColor(theme.text))
        painter.drawText(QRectF(0, 0, self.width(), 20), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading,
                         self._title)
        small = self.font()
        small.setPixelSize(px(11))
        painter.setFont(small)
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)  # axes have this direction in every language
        if not self._lines:
            return
        self._measure()
        self._paint_axes(painter)
        for number, line in enumerate(self._lines):
            colour = QColor(theme.series[number % len(theme.series)])
            self._paint_line(painter, line, colour)
            if self._legend_lines() and number < _MAX_NAMED:
                self._paint_name(painter, number, line.name, colour)

    def _paint_name(self, painter: QPainter, number: int, name: str, colour: QColor) -> None:
        half = (self.width() - _LEFT) / 2
        place = QRectF(_LEFT + half * (number % 2), _HEIGHT + _LEGEND_LINE * (number // 2), half - 8, _LEGEND_LINE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(QPointF(place.left() + 4, place.center().y()), 4, 4)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QColor(style.theme().dim))
        shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, int(place.width()) - 14)
        painter.drawText(place.adjusted(14, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)

    def _measure(self) -> None:
        points = [point for line in self._lines for point in line.points]
        self._x0, self._x1 = min(p.x for p in points), max(p.x for p in points)
        tops = [value for p in points for value in (p.y, p.low, p.high) if value is not None]
        self._y0, self._y1 = min(0.0, *tops), max(max(tops), 1e-9)
        self._y1 = 1.0 if 0.3 < self._y1 <= 1 else self._y1 * 1.05
        if self._names:
            self._x0, self._x1 = -0.5, len(self._names) - 0.5
        elif self._x0 == self._x1:
            self._x0, self._x1 = self._x0 - 0.5, self._x1 + 0.5

    def _place(self, x: float, y: float) -> QPointF:
        width, height = self.width() - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
        return QPointF(_LEFT + (x - self._x0) / (self._x1 - self._x0) * width,
                       _TOP + (1 - (y - self._y0) / (self._y1 - self._y0)) * height)

    def _paint_axes(self, painter: QPainter) -> None:
        theme = style.theme()
        for step in range(5):
            value = self._y0 + (self._y1 - self._y0) * step / 4
            y = self._place(self._x0, value).y()
            painter.setPen(QPen(QColor(theme.line), 1))
            painter.drawLine(QPointF(_LEFT, y), QPointF(self.width() - _RIGHT, y))
            painter.setPen(QColor(theme.dim))
            painter.drawText(QRectF(0, y - 8, _LEFT - 6, 16),
                             Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{value:.3g}")
        room = 60.0
        if self._names:
            room = (self.width() - _LEFT - _RIGHT) / len(self._names) - 4
        for value in range(len(self._names)) if self._names else ticks(self._x0, self._x1):
            x = self._place(value, self._y0).x()
            text = self._named(value) if room >= _MIN_NAME else str(round(value) + 1)
            painter.drawText(QRectF(x - room / 2, _HEIGHT - _BOTTOM + 2, room, 14), Qt.AlignmentFlag.AlignCenter,
                             painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(room)))
        painter.drawText(QRectF(0, _HEIGHT - 15, self.width() - _RIGHT, 13),
                         Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._x_label)

    def _paint_line(self, painter: QPainter, line: Line, colour: QColor) -> None:
        painter.setPen(QPen(colour, 2))
        if line.joined:
            painter.drawPolyline(QPolygonF([self._place(point.x, point.y) for point in line.points]))
        for point in line.points if len(line.points) <= 40 or not line.joined else ():
            if point.low is not None and point.high is not None:
                painter.setPen(QPen(colour, 1))
                painter.drawLine(self._place(point.x, point.low), self._place(point.x, point.high))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(self._place(point.x, point.y), 3, 3)
            painter.setBrush(Qt.BrushStyle.NoBrush)
