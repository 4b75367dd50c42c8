"""A segmented control: a row of choices, one of which is selected."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from .buttons import KeyRingButton, clicks


class Segmented(QWidget):
    """Buttons side by side for two to five short choices; the arrow keys move between them.

    ``picked`` tells of a choice of the user; ``set_value`` is silent. ``titles`` are shown for the values.
    """

    picked = Signal(str)

    def __init__(
        self, values: Sequence[str], name: str, titles: Sequence[str] = (), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self._values = list(values)
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for index, value in enumerate(self._values):
            button = KeyRingButton(titles[index] if titles else value, self)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setAccessibleName(f"{name}: {button.text()}")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setProperty("kind", "quiet")
            self._group.addButton(button, index)
            row.addWidget(button)
        self._group.idClicked.connect(lambda index: self.picked.emit(self._values[index]))

    def value(self) -> str:
        """Returns the value taken, ``""`` when none is."""
        index = self._group.checkedId()
        return self._values[index] if index >= 0 else ""

    def set_value(self, value: str) -> None:
        """Takes one; ``""`` takes none."""
        if value in self._values:
            self._group.button(self._values.index(value)).setChecked(True)
        elif (taken := self._group.checkedButton()) is not None:
            self._group.setExclusive(False)
            taken.setChecked(False)
            self._group.setExclusive(True)

    def set_pale(self, pale: bool) -> None:
        """Pales the choice: a value that is shown but not in force."""
        for button in self._group.buttons():
            if bool(button.property("unset")) != pale:
                button.setProperty("unset", pale)
                button.style().polish(button)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        focused = self.focusWidget()
        if clicks(event) and isinstance(focused, QPushButton) and not focused.isChecked():
            return focused.click()  # on the choice that is taken it is for the default button
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is None:
            return super().keyPressEvent(event)
        if self.layoutDirection() == Qt.LayoutDirection.RightToLeft:
            step = -step
        index = min(max(self._group.checkedId() + step, 0), len(self._values) - 1)
        button = self._group.button(index)
        button.setFocus()
        button.click()
        return None
