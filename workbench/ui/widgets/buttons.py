"""Buttons of every kind that the program has."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import (
    QDialog,
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QWidget,
)

from workbench.ui.theme import icons
from workbench.ui.theme.scale import follow, px

from .tips import plain_tip


def clicks(event: QKeyEvent) -> bool:
    """Returns whether a key clicks the focused button: Return, which Qt leaves to the default button of a dialog."""
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat()


class KeyRingButton(QPushButton):
    """A button that shows where the keyboard is once a key was pressed: after a click the pointer says that."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._clicked_into = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._clicked_into = event.reason() == Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._clicked_into = False
        self.update()
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not (self._clicked_into and self.hasFocus()):
            return super().paintEvent(event)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)
        return None


class Button(KeyRingButton):
    """A button with text. ``kind``: "" (framed), primary, quiet, danger, link or section."""

    def __init__(self, text: str, kind: str = "", icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("kind", kind)
        self._words, self._compact = text, False
        self.setAccessibleName(text.replace("&", "").rstrip("…"))
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if icon:
            colour = {"primary": "accent_text", "danger": "bad"}.get(kind, "dim")
            self.setIcon(icons.icon(icon, colour))
            follow(self, lambda button: button.setIconSize(QSize(px(16), px(16))))

    def set_kind(self, kind: str) -> None:
        """Changes the kind of a button whose meaning changes."""
        if kind != self.property("kind"):
            self.setProperty("kind", kind)
            self.style().polish(self)

    def setText(self, text: str) -> None:
        self._words = text
        super().setText("" if self._compact else text)

    def set_compact(self, compact: bool) -> None:
        """Shows the icon only, with the words as the tool tip; see ``CompactRow``."""
        if compact != self._compact:
            self._compact = compact
            self.setText(self._words)
            if self.toolTip() in ("", plain_tip(self._words)):
                self.setToolTip(plain_tip(self._words) if compact else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if clicks(event):
            self.click()
        else:
            super().keyPressEvent(event)


def close_button(dialog: QDialog) -> Button:
    """Returns a button that closes a dialog in which there is nothing to confirm."""
    button = Button("Close")
    button.clicked.connect(dialog.close)
    return button


class IconButton(QToolButton):
    """A square button that shows an icon; ``name`` is its accessible name and, with ``tip``, its tool tip."""

    def __init__(
        self, icon: str, name: str, tip: str = "", *, size: int = 16, colour: str = "dim",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._colour = colour
        self.set_icon(icon)
        follow(self, lambda button: button.fit(size))
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.set_name(name, tip)
        self._clicked_into = False

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._clicked_into = event.reason() == Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not (self._clicked_into and self.hasFocus()):  # as with ``KeyRingButton``
            return super().paintEvent(event)
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        option.state &= ~QStyle.StateFlag.State_HasFocus
        QStylePainter(self).drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        return None

    def fit(self, size: int) -> None:
        """Takes the size of an icon of ``size`` pixels at 100 %."""
        self.setIconSize(QSize(px(size), px(size)))
        self.setFixedSize(px(size) + 12, px(size) + 12)

    def set_icon(self, icon: str) -> None:
        self.setIcon(icons.icon(icon, self._colour))

    def set_name(self, name: str, tip: str = "") -> None:
        """Sets the name of a button whose meaning changes (Send and Stop)."""
        self.setAccessibleName(name)
        self.setToolTip(plain_tip(tip or name))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._clicked_into = False
        self.update()
        if clicks(event):
            self.click()
        else:
            super().keyPressEvent(event)
