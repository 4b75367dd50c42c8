"""The base of views of wide blocks: they scroll sideways by themselves, by the wheel and by a thin bar."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter

from workbench.ui.transcript.style import Style, mix

from .base import Containers
from .contained import ContainedView

_BAR = 10  # pixels kept free for the bar at the lower edge


class ScrollableView(ContainedView):
    """A block whose content may be wider than the block. ``lay_out_content`` sets both widths by ``_scroll.fit``."""

    def __init__(self, containers: Containers = ()) -> None:
        super().__init__(containers)
        self._scroll = HorizontalScroll()

    def track(self) -> QRect:
        """Returns where the scroll bar runs, in the content's coordinates."""
        raise NotImplementedError

    @property
    def bar_height(self) -> int:
        """The pixels that the scroll bar takes: 0 where everything fits."""
        return _BAR if self._scroll.overflow else 0

    @property
    def overflow(self) -> int:
        """The pixels of the content that do not fit."""
        return self._scroll.overflow

    def scroll_by(self, dx: int) -> bool:
        """Moves the content sideways; returns whether it moved."""
        return self._scroll.scroll_by(dx)

    def start_drag(self, point: QPoint) -> Callable[[QPoint], None] | None:
        """Returns what to call as the mouse moves when ``point`` is on the scroll bar, else ``None``."""
        return self._scroll.start_drag(self.from_content(self.track()), point)

    def paint_scroll_bar(self, painter: QPainter, style: Style, hovered: bool) -> None:
        self._scroll.paint(painter, style, self.track(), hovered)


class HorizontalScroll:
    """The position of wide content: of ``content`` pixels, ``offset`` lie to the left of ``window`` visible ones."""

    def __init__(self) -> None:
        self.offset = 0
        self.content = 0
        self.window = 1

    def fit(self, content: int, window: int) -> None:
        self.content, self.window = content, max(1, window)
        self.offset = max(0, min(self.offset, self.overflow))

    @property
    def overflow(self) -> int:
        return max(0, self.content - self.window)

    def scroll_by(self, dx: int) -> bool:
        before = self.offset
        self.offset = max(0, min(self.offset + dx, self.overflow))
        return self.offset != before

    def thumb(self, track: QRect) -> QRect:
        """Returns the part of ``track`` that stands for what is visible."""
        length = max(24, track.width() * self.window // max(1, self.content))
        left = track.left() + (track.width() - length) * self.offset // max(1, self.overflow)
        return QRect(left, track.top(), length, track.height())

    def start_drag(self, track: QRect, point: QPoint) -> Callable[[QPoint], None] | None:
        """Returns a function that scrolls with the mouse, ``None`` when ``point`` is not on the track."""
        if not self.overflow or not track.contains(point):
            return None
        thumb = self.thumb(track)
        free = max(1, track.width() - thumb.width())
        if not thumb.contains(point):
            middle = point.x() - track.left() - thumb.width() // 2
            self.offset = max(0, min(self.overflow, self.overflow * middle // free))
        start, origin = self.offset, point.x()

        def drag_to(to: QPoint) -> None:
            self.offset = max(0, min(self.overflow, start + (to.x() - origin) * self.overflow // free))

        return drag_to

    def paint(self, painter: QPainter, style: Style, track: QRect, hovered: bool) -> None:
        if not self.overflow:
            return
        theme = style.theme
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mix(theme.code, theme.edge, 0.9 if hovered else 0.5))
        painter.drawRoundedRect(QRectF(self.thumb(track)).adjusted(2, 3, -2, -2), 2, 2)
        painter.restore()
