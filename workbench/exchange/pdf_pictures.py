"""Pictures in a page that is printed: drawn from the bytes in their address, formulas as lines rather than dots.

Loads Qt, for the process of ``pdf_printer`` alone.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter, QPyTextObject, QTextDocument, QTextFormat
from PySide6.QtSvg import QSvgRenderer

from .imports.fields import data_address

_MOST_HEIGHT = 700.0
"""Pixels: so that a picture has room on a page."""


class Pictures(QPyTextObject):
    """Takes the place of Qt's own handler of images, which would look for files."""

    KIND = int(QTextFormat.ObjectTypes.ImageObject.value)

    def __init__(self, width: float) -> None:
        super().__init__()
        self._width = width

    def intrinsicSize(self, document: QTextDocument, position: int, form: QTextFormat) -> QSizeF:
        image = form.toImageFormat()
        size = QSizeF(image.width(), image.height())
        if size.isEmpty():
            size = QSizeF(_picture(image.name()).size())
        if size.isEmpty():
            return QSizeF(0, 0)
        factor = min(1.0, self._width / size.width(), _MOST_HEIGHT / size.height())
        return size * factor

    def drawObject(
        self, painter: QPainter, place: QRectF | QRect, document: QTextDocument, position: int, form: QTextFormat
    ) -> None:
        name = form.toImageFormat().name()
        if name.startswith("data:image/svg+xml"):
            inside = data_address(name)
            if inside is not None:
                painter.save()
                painter.setPen(Qt.PenStyle.NoPen)  # else the outlines of glyphs are drawn as well
                QSvgRenderer(inside[0]).render(painter, QRectF(place))
                painter.restore()
        elif not (image := _picture(name)).isNull():
            painter.drawImage(place, image)


@lru_cache(maxsize=4)
def _picture(address: str) -> QImage:
    """A picture whose bytes are in its address; an empty one for any other."""
    inside = data_address(address)
    return QImage.fromData(inside[0]) if inside is not None else QImage()
