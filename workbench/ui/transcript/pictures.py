"""Formulas and images for the blocks: made away from the window's thread, kept, and announced on arrival."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QBuffer, QByteArray, QObject, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

_FORMATS = (b"png", b"jpeg", b"webp", b"gif")
_LIMIT_MB = 64
_KEPT_IMAGES = 40
_SIDE = 1080  # pixels of the longer side that are kept: a thumbnail at 300 %


class PictureStore(QObject):
    """What blocks draw. A picture that is not there is asked for once, and comes with ``arrived``."""

    arrived = Signal()
    needed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._images: OrderedDict[str, QImage | None] = OrderedDict()
        self._colour = ""

    def set_colour(self, colour: str) -> None:
        self._colour = colour

    def clear_formulas(self) -> None:
        pass

    def formula(self, tex: str, size: int, display: bool) -> object | None:
        return None

    def image(self, ident: str) -> QImage | None:
        """The image, or ``None`` while its bytes are on their way."""
        if ident in self._images:
            self._images.move_to_end(ident)
        else:
            self._images[ident] = None
            while len(self._images) > _KEPT_IMAGES:
                self._images.popitem(last=False)
            self.needed.emit(ident)
        return self._images.get(ident)

    def provide(self, ident: str, data: bytes) -> None:
        self._images[ident] = read_image(data)
        self.arrived.emit()


def read_image(data: bytes, side: int = _SIDE) -> QImage | None:
    """The picture in ``data``, at most ``side`` pixels wide and high; ``None`` when it is none, of a kind
    that is not shown (only PNG, JPEG, WebP and GIF are), or too large to decode in 64 MB."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    reader.setDecideFormatFromContent(True)
    if bytes(reader.format().data()) not in _FORMATS:
        return None
    size = reader.size()
    if size.isValid():
        if size.width() * size.height() * 4 > _LIMIT_MB << 20:
            return None
        if max(size.width(), size.height()) > side:
            reader.setScaledSize(size.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image

