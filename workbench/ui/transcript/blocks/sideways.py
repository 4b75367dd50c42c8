"""Blocks wider than the column scroll sideways on their own, and show a thin bar that can be dragged."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from workbench.ui.transcript.style import Style, mix

BAR = 10  # pixels kept free for the bar at the lower edge


class Sideways:
    """How far a wide block has moved, within ``content`` pixels seen through ``window`` pixels."""

    def __init__(self) -> None:
        self.at = 0
        self.content = 0
        self.window = 1

    def fit(self, content: int, window: int) -> None:
        self.content, self.window = content, max(1, window)
        self.at = max(0, min(self.at, self.reach))

    @property
    def reach(self) -> int:
        return max(0, self.content - self.window)

    def by(self, dx: int) -> bool:
        before = self.at
        self.at = max(0, min(self.at + dx, self.reach))
        return self.at != before

    def thumb(self, track: QRect) -> QRect:
        """The part of ``track`` that stands for what is seen."""
        length = max(24, track.width() * self.window // max(1, self.content))
        left = track.left() + (track.width() - length) * self.at // max(1, self.reach)
        return QRect(left, track.top(), length, track.height())

    def grab(self, track: QRect, point: QPoint) -> Callable[[QPoint], None] | None:
        """A function that follows the mouse, when ``point`` is on the bar."""
        if not self.reach or not track.contains(point):
            return None
        thumb = self.thumb(track)
        free = max(1, track.width() - thumb.width())
        if not thumb.contains(point):
            middle = point.x() - track.left() - thumb.width() // 2
            self.at = max(0, min(self.reach, self.reach * middle // free))
        start, origin = self.at, point.x()

        def follow(to: QPoint) -> None:
            self.at = max(0, min(self.reach, start + (to.x() - origin) * self.reach // free))

        return follow

    def paint(self, painter: QPainter, style: Style, track: QRect, hovered: bool) -> None:
        if not self.reach:
            return
        theme = style.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(theme.code, theme.faint, 0.9 if hovered else 0.5))
        painter.drawRoundedRect(QRectF(self.thumb(track)).adjusted(2, 3, -2, -2), 2, 2)
        painter.restore()
