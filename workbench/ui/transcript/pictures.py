"""The formulas and images of the blocks: made in a worker thread, cached, and announced when they arrive."""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QObject, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QImageReader, QPainter
from PySide6.QtSvg import QSvgRenderer

from workbench.core.palette import LIGHT

if TYPE_CHECKING:
    from workbench.rendering.math import Formula

from .background_worker import Worker

_FORMATS = (b"png", b"jpeg", b"webp", b"gif")
_LIMIT_MB = 64
_KEPT_IMAGES = 40
_KEPT_FORMULAS = 600
_SIDE = 1080  # pixels of the longer side of an image in memory: a thumbnail at 300 %
_GATHER_MS = 16  # what arrives within a frame is announced together

_FormulaKey = tuple[str, int, bool, str]  # TeX, size in pixels, displayed, colour


class DrawnFormula:
    """A formula ready to be painted; ``depth`` is the part of ``height`` below the baseline."""

    def __init__(self, formula: Formula) -> None:
        self.width, self.height = formula.width, formula.height
        self.depth = formula.height - formula.ascent
        self._svg = QSvgRenderer(QByteArray(formula.svg.encode()))
        self._image = QImage()

    @property
    def valid(self) -> bool:
        return self._svg.isValid()

    def paint(self, painter: QPainter, x: float, y: float) -> None:
        """Paints an image made for the resolution of the device: painting the vectors takes ten times as long."""
        ratio = painter.device().devicePixelRatioF()
        if self._image.isNull() or self._image.devicePixelRatio() != ratio:
            self._image = self._draw(ratio)
        painter.drawImage(QRectF(x, y, self._image.width() / ratio, self._image.height() / ratio), self._image)

    def _draw(self, ratio: float) -> QImage:
        size = QSize(int(self.width * ratio) + 2, int(self.height * ratio) + 2)
        image = QImage(size, QImage.Format.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        self._svg.render(painter, QRectF(0, 0, self.width, self.height))
        painter.end()
        return image


class PictureStore(QObject):
    """The cache of what blocks draw. What is not there is requested once; ``arrived`` is emitted when it is."""

    arrived = Signal()
    image_requested = Signal(str)  # identity of an image whose bytes are wanted

    def __init__(self, worker: Worker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._images: OrderedDict[str, QImage | None] = OrderedDict()
        self._formulas: OrderedDict[_FormulaKey, DrawnFormula | None] = OrderedDict()
        self._colour = LIGHT.text
        self._gather = QTimer(self)
        self._gather.setSingleShot(True)
        self._gather.setInterval(_GATHER_MS)
        self._gather.timeout.connect(self.arrived)

    def set_colour(self, colour: str) -> None:
        """Sets the colour of formulas."""
        self._colour = colour

    def formula(self, tex: str, size: int, display: bool) -> DrawnFormula | None:
        """Returns the formula, or ``None`` while it is being drawn and when it cannot be drawn."""
        key = (tex, size, display, self._colour)
        if key in self._formulas:
            self._formulas.move_to_end(key)
            return self._formulas[key]
        self._formulas[key] = None
        while len(self._formulas) > _KEPT_FORMULAS:
            self._formulas.popitem(last=False)
        from workbench.rendering.math import render_math  # with the first formula, as its class

        job = partial(render_math, tex, size=size, colour=self._colour, display=display)
        self._worker.run(job, partial(self._drawn, key))
        return None

    def _drawn(self, key: _FormulaKey, result: Formula | BaseException) -> None:
        if not isinstance(result, BaseException):
            picture = DrawnFormula(result)
            if picture.valid:
                self._formulas[key] = picture
                self._gather.start()

    def image(self, ident: str) -> QImage | None:
        """Returns the image, or ``None`` while it is being loaded and when its bytes are no image."""
        if ident in self._images:
            self._images.move_to_end(ident)
            return self._images[ident]
        self._images[ident] = None
        while len(self._images) > _KEPT_IMAGES:
            self._images.popitem(last=False)
        self.image_requested.emit(ident)
        return self._images.get(ident)

    def provide(self, ident: str, data: bytes) -> None:
        """Decodes the bytes of an image that was requested."""
        self._worker.run(partial(read_image, data), partial(self._read, ident))

    def _read(self, ident: str, result: QImage | BaseException | None) -> None:
        if isinstance(result, QImage):
            self._images[ident] = result
            self._gather.start()


def read_image(data: bytes, side: int = _SIDE) -> QImage | None:
    """Returns the image in ``data``, at most ``side`` pixels wide and high; ``None`` when it is damaged, not a PNG,
    JPEG, WebP or GIF, or too large to decode in 64 MB."""
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
