"""The view of an image that belongs to a message. It comes from the store as bytes, never from an address."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath

from workbench.core.chat.parts import Blob, Image

from .base import Clickable, Containers, Context, PaintOptions
from .contained import ContainedView

LARGEST = (360, 300)  # of a thumbnail, in pixels at 100 %
LARGEST_OF_SEVERAL = (200, 150)  # of each, where a message has more than one


class ImageView(ContainedView):
    """A thumbnail; a click opens the image."""

    def __init__(self, part: Image, blob: Blob, containers: Containers = (), *, alone: bool = True) -> None:
        """``alone``: it is the only picture of its message."""
        super().__init__(containers)
        self._largest = LARGEST if alone else LARGEST_OF_SEVERAL
        self._part, self._ident, self._name = part, blob.sha256, blob.name
        self._size = (part.width, part.height)
        self._image: QImage | None = None
        self._box = QRect()

    def estimate(self, context: Context, width: int) -> int:
        return self._fit(context, width).height() + context.style.px(20)

    def _fit(self, context: Context, width: int) -> QRect:
        wide, high = self._size
        if self._image is not None:
            wide, high = self._image.width(), self._image.height()
        if not wide or not high:
            wide, high = 240, 160
        px = context.style.px
        share = min(1.0, px(self._largest[0]) / wide, px(self._largest[1]) / high, width / wide)
        return QRect(0, 0, max(16, round(wide * share)), max(16, round(high * share)))

    def lay_out_content(self, context: Context, width: int, top: int, bottom: int) -> int:
        self._image = context.pictures.image(self._ident) if self._ident else None
        self.waiting = self._image is None
        self._box = self._fit(context, width)
        return self._box.height() + context.style.px(20)

    def release(self) -> None:
        self._image = None

    def paint_content(self, painter: QPainter, context: Context, options: PaintOptions) -> None:
        style, theme = context.style, context.style.theme
        painter.save()
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = QPainterPath()
        frame.addRoundedRect(QRectF(self._box).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        if self._image is not None:
            painter.save()
            painter.setClipPath(frame, Qt.ClipOperation.IntersectClip)
            painter.drawImage(self._box, self._image)
            painter.restore()
        else:
            painter.fillPath(frame, QColor(theme.panel))
        painter.setPen(QColor(theme.accent if options.hovered_rect is not None or options.highlights else theme.line))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(frame)
        painter.restore()
        painter.setFont(style.small)
        painter.setPen(QColor(theme.dim))
        caption = QRect(0, self._box.bottom() + 1, self._width, style.px(20))
        painter.drawText(caption, Qt.AlignmentFlag.AlignVCenter, self._name)

    def content_clickables(self, context: Context) -> list[Clickable]:
        run = partial(context.host.open_attachment, self._part)
        return [Clickable(self._box, self._name or "Image", run, "Open this image", attachment=self._part)]

    def length(self) -> int:
        return 1

    def plain(self, start: int, end: int) -> str:
        return f"[image: {self._name}]" if end > start else ""
