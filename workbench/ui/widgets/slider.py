"""A slider over real numbers."""

from __future__ import annotations

import math
from functools import cache

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QAccessibleValueInterface,
    QColor,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QAccessibleWidget, QSlider, QStyle, QWidget
from shiboken6 import Shiboken

from workbench.ui.theme import style
from workbench.ui.theme.scale import follow, px

KNOB = 12


class ValueSlider(QSlider):
    """A slider from ``low`` to ``high`` by ``step``; by factors when ``logarithmic`` (``low`` above 0 then).

    ``picked`` tells of a value that the user chose; ``set_number`` is silent. Arrow keys move by a step, page
    keys by ten; the wheel moves it only while it has the focus, so that scrolling past changes nothing.
    """

    picked = Signal(float)
    _LOG_STEPS = 200

    def __init__(
        self, low: float, high: float, step: float = 1, *, logarithmic: bool = False, name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        _install()
        self.accessible: object = None  # what assistive technology was given, kept alive here
        self._muted = False
        self._marked = True
        self.setAccessibleName(name)
        follow(self, lambda slider: slider.setFixedHeight(px(KNOB) + 8))
        self.setMinimumWidth(60)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_range(low, high, step, logarithmic=logarithmic)
        self.valueChanged.connect(self._emit_picked)

    def set_range(self, low: float, high: float, step: float = 1, *, logarithmic: bool = False) -> None:
        self._low, self._high, self._step = low, high, step
        self._logarithmic = logarithmic and low > 0
        places = self._LOG_STEPS if self._logarithmic else max(1, round((high - low) / step))
        self._muted = True
        self.setRange(0, places)
        self._muted = False
        self.setSingleStep(1)
        self.setPageStep(max(1, min(10, places // 5)))

    @property
    def low(self) -> float:
        return self._low

    @property
    def high(self) -> float:
        return self._high

    @property
    def step(self) -> float:
        return self._step

    def set_marked(self, marked: bool) -> None:
        """Colours the way up to the knob, or not: it is coloured where the value counts."""
        self._marked = marked
        self.update()

    def number(self) -> float:
        return self._number_at(self.value())

    def set_number(self, number: float) -> None:
        self._muted = True
        self.setValue(self._place_of(number))
        self._muted = False

    def move_to(self, number: float) -> None:
        """Moves to ``number`` as the user would, or as near as its steps allow."""
        self.setValue(self._place_of(number))

    def _number_at(self, place: int) -> float:
        if not self._logarithmic:
            number = min(self._low + place * self._step, self._high)
            return round(number, 10)
        share = place / self.maximum()
        number = self._low * math.pow(self._high / self._low, share)
        if place in (0, self.maximum()):
            return self._high if place else self._low
        digits = 1 - math.floor(math.log10(number))  # two figures are enough for a hand on a slider
        rounded = round(round(number, digits) / self._step) * self._step
        return round(min(max(rounded, self._low), self._high), 10)

    def _place_of(self, number: float) -> int:
        number = min(max(number, self._low), self._high)
        if self._logarithmic:
            share = math.log(number / self._low) / math.log(self._high / self._low)
            return round(share * self.maximum())
        return round((number - self._low) / self._step)

    def _emit_picked(self, place: int) -> None:
        if not self._muted:
            self.picked.emit(self._number_at(place))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Moves to where the click is; a drag starts there."""
        if event.button() != Qt.MouseButton.LeftButton:
            return super().mousePressEvent(event)
        self.setSliderDown(True)
        self._go_to(event.position().x())
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)

    def _go_to(self, x: float) -> None:
        inset = px(KNOB) / 2 + 2
        place = QStyle.sliderValueFromPosition(
            0, self.maximum(), round(x - inset), round(self.width() - 2 * inset), self._mirrored()
        )
        self.setValue(place)

    def _mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = style.theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        middle, inset = self.height() / 2, px(KNOB) / 2 + 2
        length = self.width() - 2 * inset
        share = self.value() / max(self.maximum(), 1)
        at = inset + length * (1 - share if self._mirrored() else share)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(QRectF(inset, middle - 2, length, 4), 2, 2)
        live = self._marked and self.isEnabled()
        colour = QColor(tokens.accent if live else tokens.edge)
        if live:
            painter.setBrush(colour)
            start = self.width() - inset if self._mirrored() else inset
            painter.drawRoundedRect(QRectF(min(start, at), middle - 2, abs(at - start), 4), 2, 2)
        knob = px(KNOB) / 2
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(at, middle), knob + 2, knob + 2)
        painter.setPen(QPen(colour, 2))
        painter.setBrush(QColor(tokens.background))
        painter.drawEllipse(QPointF(at, middle), knob - 1, knob - 1)


class SliderValue(QAccessibleValueInterface):
    """The number of a ``ValueSlider`` for assistive technology, not the place of its knob."""

    def __init__(self, slider: ValueSlider) -> None:
        super().__init__()
        self._slider = slider

    def currentValue(self) -> float:
        return float(self._slider.number())

    def setCurrentValue(self, value: object) -> None:
        """Moves the slider as the user would."""
        if isinstance(value, int | float):
            self._slider.move_to(value)

    def minimumValue(self) -> float:
        return float(self._slider.low)

    def maximumValue(self) -> float:
        return float(self._slider.high)

    def minimumStepSize(self) -> float:
        return float(self._slider.step)


class AccessibleSlider(QAccessibleWidget):
    def __init__(self, slider: ValueSlider) -> None:
        super().__init__(slider, QAccessible.Role.Slider)
        self._value = SliderValue(slider)

    def interface_cast(self, kind: QAccessible.InterfaceType) -> object:  # type: ignore[override]
        if kind == QAccessible.InterfaceType.ValueInterface:
            return self._value
        # The binding takes None for a pointer and crashes on it: an empty pointer has to be said.
        return super().interface_cast(kind) or Shiboken.VoidPtr(0)


def _make_accessible(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, ValueSlider):
        return None
    thing.accessible = AccessibleSlider(thing)  # Qt keeps the pointer only
    return thing.accessible


@cache
def _install() -> None:
    """Makes Qt ask for the accessible sliders of this module, once for the process."""
    QAccessible.installFactory(_make_accessible)
