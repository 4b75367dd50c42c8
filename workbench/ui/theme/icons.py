"""The program's icons: one family of stroked SVGs (``resources/icons``), tinted by the theme, at any scale.

An icon asks for its colour each time it is drawn, so a change of theme reaches every button by itself.
"""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from workbench.core.resources import resource

from . import style


@cache
def icon(name: str, colour: str = "dim") -> QIcon:
    """Returns an icon, pale when disabled and accented when checked. ``colour`` is a token or ``#rrggbb``.

    Raises ``FileNotFoundError`` when there is no icon of that name.
    """
    _source(name)
    return QIcon(_Engine(name, colour))


def pixmap(name: str, pixels: int, colour: str = "dim", ratio: float = 1.0) -> QPixmap:
    """Returns the icon at ``pixels`` device-independent pixels, for a screen of that device pixel ratio."""
    return _render(name, QSize(pixels, pixels), _hex(colour), ratio)


def names() -> list[str]:
    return sorted(path.stem for path in resource("icons").glob("*.svg"))


@cache
def _source(name: str) -> str:
    return (resource("icons") / f"{name}.svg").read_text("utf-8")


def _hex(colour: str) -> str:
    return colour if colour.startswith("#") else getattr(style.theme(), colour)


def _draw(painter: QPainter, name: str, area: QRectF, colour: str) -> None:
    side = min(area.width(), area.height())
    square = QRectF(0, 0, side, side)
    square.moveCenter(area.center())
    renderer = QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
    renderer.render(painter, square)


def _render(name: str, size: QSize, colour: str, ratio: float) -> QPixmap:
    key = f"workbench/{name}/{colour}/{size.width()}x{size.height()}@{ratio}"
    made = QPixmap()
    if QPixmapCache.find(key, made):
        return made
    made = QPixmap(size * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw(painter, name, QRectF(QPoint(0, 0), size), colour)
    painter.end()
    QPixmapCache.insert(key, made)
    return made


class _Engine(QIconEngine):
    """Draws one icon. Icons made of it are shared by reference and never added to, so it is never cloned."""

    def __init__(self, name: str, colour: str) -> None:
        super().__init__()
        self._name = name
        self._colour = colour

    def _tint(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return _hex("disabled")
        return _hex("accent" if state == QIcon.State.On else self._colour)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        _draw(painter, self._name, QRectF(rect), self._tint(mode, state))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _render(self._name, size, self._tint(mode, state), 1.0)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        return _render(self._name, size, self._tint(mode, state), scale)

    def isNull(self) -> bool:
        return False

    def key(self) -> str:
        return "workbench"
