"""Rows of a form, and sections that fold."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from workbench.ui.theme import icons

from .buttons import Button
from .labels import Label


class FormRow(QWidget):
    """A title above a control, with help below and room for what is wrong with it."""

    def __init__(self, title: str, control: QWidget, help: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.title = Label(title, "dim", parent=self)
        self.title.setBuddy(control)
        column.addWidget(self.title)
        self.control = control
        column.addWidget(control)
        field = control.focusProxy() or control
        if not field.accessibleName():
            field.setAccessibleName(title)
        if help and not field.accessibleDescription():
            field.setAccessibleDescription(help)
        self._help = Label(help, "dim", wrap=True, parent=self)
        self._help.setVisible(bool(help))
        column.addWidget(self._help)
        self._wrong = Label("", "bad", wrap=True, parent=self)
        self._wrong.hide()
        column.addWidget(self._wrong)

    def set_help(self, help: str) -> None:
        self._help.setText(help)
        self._help.setVisible(bool(help))

    def set_mistake(self, sentence: str) -> None:
        """Says what is wrong; ``""`` takes it away."""
        self._wrong.setText(sentence)
        self._wrong.setVisible(bool(sentence))

    def mistake(self) -> str:
        return "" if self._wrong.isHidden() else self._wrong.text()


class Section(QWidget):
    """A title that unfolds the widgets in ``content``."""

    toggled = Signal(bool)

    def __init__(self, title: str, *, opened: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._button = Button(title, "section", "chevron-right", parent=self)
        self._button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._button.clicked.connect(lambda: self.set_open(not self.is_open()))
        column.addWidget(self._button)
        self.body = QWidget(self)
        self.content = QVBoxLayout(self.body)
        self.content.setContentsMargins(0, 8, 0, 8)
        self.content.setSpacing(12)
        column.addWidget(self.body)
        self._open = not opened
        self.set_open(opened)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._point()

    def _point(self) -> None:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        folded = "chevron-left" if mirrored else "chevron-right"
        self._button.setIcon(icons.icon("chevron-down" if self._open else folded))

    def set_title(self, title: str) -> None:
        self._button.setText(title)

    def is_open(self) -> bool:
        return self._open

    def set_open(self, opened: bool) -> None:
        if opened == self._open:
            return
        self._open = opened
        self.body.setVisible(opened)
        self._point()
        self._button.setAccessibleDescription("expanded" if opened else "collapsed")
        self.toggled.emit(opened)
