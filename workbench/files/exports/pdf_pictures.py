"""Pictures in a printed page: drawn from the bytes in their addresses, formulas among them.

Loads Qt, for the process of ``pdf_printer`` alone.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, QSizeF
from PySide6.QtGui import QImage, QPainter, QPyTextObject, QTextDocument, QTextFormat
from PySide6.QtSvg import QSvgRenderer

from workbench.files.imports.fields import data_address

_FORMULA = "data:image/svg+xml"
_FINE = 6.0
"""Dots for each pixel of the page, which makes 576 an inch."""
_MOST_DOTS = 6000.0
"""On a side: what is wider than a page is made to fit it anyway."""
_MOST_HEIGHT = 700.0
"""Pixels: so that a picture has room on a page."""


class Pictures(QPyTextObject):
    """A replacement for Qt's own handler of images, which would look for files."""

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
        formula = name.startswith(_FORMULA)
        image = _formula(name) if formula else _picture(name)
        if image.isNull():
            return
        # A formula's place is as high as its part above the base line; the rest reaches below it.
        height = place.width() * image.height() / image.width() if formula else place.height()
        painter.drawImage(QRectF(place.x(), place.y(), place.width(), height), image)


@lru_cache(maxsize=64)
def _formula(address: str) -> QImage:
    """Returns a formula as an image so fine that print shows no dots: as lines, Qt's PDF would have it in bold."""
    inside = data_address(address)
    renderer = QSvgRenderer(inside[0] if inside is not None else b"")
    size = renderer.viewBoxF().size()
    fine = min(_FINE, _MOST_DOTS / max(size.width(), size.height(), 1.0))
    image = QImage((size * fine).toSize(), QImage.Format.Format_ARGB32)
    if not image.isNull():
        image.fill(0)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
    return image


@lru_cache(maxsize=4)
def _picture(address: str) -> QImage:
    """Returns a picture whose bytes are in its address; an empty one for any other."""
    inside = data_address(address)
    return QImage.fromData(inside[0]) if inside is not None else QImage()
