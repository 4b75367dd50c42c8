"""Roles of widgets for assistive technology, where Qt would call them nothing but a widget."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from weakref import WeakKeyDictionary

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget

_roles: WeakKeyDictionary[QObject, tuple[QAccessible.Role, Callable[[], object] | None]] = WeakKeyDictionary()
_made: WeakKeyDictionary[QObject, QAccessibleInterface] = WeakKeyDictionary()  # Qt keeps the pointers only


def set_role(widget: QWidget, role: QAccessible.Role, press: Callable[[], object] | None = None) -> None:
    """Tells what a widget is, before it is given a name: with that, assistive technology looks at it. ``press`` is what
    pressing it does, for a button."""
    _install()
    _roles[widget] = (role, press)


class _AccessibleWidget(QAccessibleWidget):
    def __init__(self, widget: QWidget, role: QAccessible.Role, press: Callable[[], object] | None) -> None:
        super().__init__(widget, role)
        self._press = press

    def actionNames(self) -> list[str]:
        return [*(["Press"] if self._press is not None else []), *super().actionNames()]

    def doAction(self, name: str) -> None:
        if name == "Press" and self._press is not None:
            self._press()
        else:
            super().doAction(name)


def _make_accessible(_class_name: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, QWidget) or thing not in _roles:
        return None
    _made[thing] = _AccessibleWidget(thing, *_roles[thing])
    return _made[thing]


@cache
def _install() -> None:
    """Makes Qt ask for these, once for the process."""
    QAccessible.installFactory(_make_accessible)
