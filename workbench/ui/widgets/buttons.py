"""Buttons of every kind that the program has."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from workbench.ui.theme import icons

from .tips import plain_tip


def clicks(event: QKeyEvent) -> bool:
    """Returns whether a key clicks the focused button: Return, which Qt leaves to the default button of a dialog."""
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()


class Button(QPushButton):
    """A button with text. ``kind``: "" (framed), primary, quiet, danger, link or section."""

    def __init__(self, text: str, kind: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", kind)
        self.setAccessibleName(text.replace("&", "").rstrip("…"))
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if icon:
            colour = {"primary": "accent_text", "danger": "bad"}.get(kind, "dim")
            self.setIcon(icons.icon(icon, colour))
            self.setIconSize(QSize(16, 16))

    def set_kind(self, kind: str) -> None:
        """Changes the kind of a button whose meaning changes."""
        if kind != self.property("kind"):
            self.setProperty("kind", kind)
            self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if clicks(event):
            self.click()
        else:
            super().keyPressEvent(event)


class IconButton(QToolButton):
    """A square button that shows an icon; ``name`` is its accessible name and, with ``tip``, its tool tip."""

    def __init__(
        self, icon: str, name: str, tip: str = "", *, size: int = 16, colour: str = "dim",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._colour = colour
        self.set_icon(icon)
        self.setIconSize(QSize(size, size))
        self.setFixedSize(size + 12, size + 12)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_name(name, tip)

    def set_icon(self, icon: str) -> None:
        self.setIcon(icons.icon(icon, self._colour))

    def set_name(self, name: str, tip: str = "") -> None:
        """Sets the name of a button whose meaning changes (Send and Stop)."""
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(tip or name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if clicks(event):
            self.click()
        else:
            super().keyPressEvent(event)
