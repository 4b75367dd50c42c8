"""Finding widgets as assistive technology does: by accessible name. Importing this loads Qt."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtWidgets import QWidget

W = TypeVar("W", bound=QWidget)


def find(parent: QWidget, name: str, kind: type[W] = QWidget) -> W:
    """The one widget below ``parent`` of that kind with that accessible name."""
    found = [widget for widget in parent.findChildren(kind) if widget.accessibleName() == name]
    known = sorted({w.accessibleName() for w in parent.findChildren(kind) if w.accessibleName()})
    assert found, f"there is no {kind.__name__} named {name!r}; there are {known}"
    return found[0]


def nameless(parent: QWidget) -> list[str]:
    """The widgets that can have the focus but have no accessible name, as class names."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QAccessible

    wrong = []
    for widget in parent.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or widget.objectName().startswith("qt_"):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is not None and not interface.text(QAccessible.Text.Name):
            wrong.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return wrong
