"""The scale of the interface: how much larger its text is than designed, and every length that goes with text.

It is the product of the desktop's font size and of the user's setting. Lengths in the code are those at 100 %.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast
from weakref import WeakKeyDictionary

from PySide6.QtCore import QSize
from PySide6.QtGui import QFontDatabase, QFontInfo
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

W = TypeVar("W", bound=QWidget)

USUAL_PX = (12, 15)
"""Sizes, in pixels, that desktops have for interface text where nobody changed it: Windows 12, macOS and KDE 13, GNOME
15. Between them the interface is as designed; what is smaller or larger was chosen."""

_factor = 1.0
_followers: WeakKeyDictionary[QWidget, list[Callable[[QWidget], object]]] = WeakKeyDictionary()


def factor() -> float:
    """Returns the scale; 1.0 is 100 %."""
    return _factor


def px(length: float) -> int:
    """Returns a length at 100 % as pixels at the scale in force, at least 1."""
    return max(1, round(length * _factor))


def fitted(width: int, height: int, window: QWidget) -> QSize:
    """Returns the size of a dialog that has this size at 100 %, at most 95 % of the window that it belongs to."""
    return (QSize(width, height) * _factor).boundedTo(window.window().size() * 0.95)


def desktop_factor() -> float:
    """Returns how much larger than usual the desktop's interface font is."""
    pixels = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).pixelSize()
    low, high = USUAL_PX
    return pixels / low if 0 < pixels < low else pixels / high if pixels > high else 1.0


def follow(widget: W, apply: Callable[[W], object]) -> None:
    """Calls ``apply`` with the widget now, and again whenever the scale has changed: for sizes and fonts that are
    set once. What is computed or painted each time asks ``px``."""
    apply(widget)
    _followers.setdefault(widget, []).append(cast("Callable[[QWidget], object]", apply))


def set_factor(new: float) -> None:
    """Changes the scale. The caller then sets the program's font and style sheet (``style.apply``), and tells it."""
    global _factor
    _factor = new


def tell_followers() -> None:
    """Has all that follows the scale take its size: after the style sheet, as Qt gives widgets back the fonts that they
    had before it."""
    for widget, calls in list(_followers.items()):
        if isValid(widget):
            for apply in calls:
                apply(widget)
