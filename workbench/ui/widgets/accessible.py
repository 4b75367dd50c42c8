"""A ``ValueSlider`` for assistive technology: its number, not the place of its knob."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleValueInterface
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import Shiboken

if TYPE_CHECKING:
    from .slider import ValueSlider


class SliderValue(QAccessibleValueInterface):
    def __init__(self, slider: ValueSlider) -> None:
        super().__init__()
        self._slider = slider

    def currentValue(self) -> float:
        return float(self._slider.number())

    def setCurrentValue(self, value: object) -> None:
        """As if the user had moved it there."""
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


def _make(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
    from .slider import ValueSlider

    if not isinstance(thing, ValueSlider):
        return None
    thing.accessible = AccessibleSlider(thing)  # Qt keeps the pointer only
    return thing.accessible


@cache
def install() -> None:
    """Makes Qt ask us about sliders, once for the process."""
    QAccessible.installFactory(_make)
