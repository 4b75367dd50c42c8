"""Pages made from the declarations in ``core.settings``: a new setting needs no line here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.settings import Settings
from workbench.ui.widgets import (
    Button,
    ComboBox,
    Field,
    FormRow,
    NumberField,
    Segmented,
    ToggleSwitch,
)

Tell = Callable[[Any], None]  # with the value of one setting, whose type only its declaration says


class FilePicker(QWidget):
    """The path of a file, typed or chosen."""

    picked = Signal(str)

    def __init__(self, name: str, placeholder: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.field = Field(name, placeholder, parent=self)
        self.field.editingFinished.connect(lambda: self.picked.emit(self.field.text().strip()))
        row.addWidget(self.field, 1)
        self.setFocusProxy(self.field)
        browse = Button("Browse…", parent=self)
        browse.setAccessibleName(f"Browse for {name}")
        browse.clicked.connect(self._browse)
        row.addWidget(browse)

    def set_path(self, path: str) -> None:
        if path != self.field.text():
            self.field.setText(path)

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self._name, self.field.text())
        if path:
            self.field.setText(path)
            self.picked.emit(path)


def shown_on(page: str) -> list[dataclasses.Field[object]]:
    """The settings of a page that have an editor of their own kind."""
    return [
        one for one in dataclasses.fields(Settings)
        if one.metadata.get("page") == page and isinstance(one.default, bool | int | float | str)
    ]


class SettingsForm(QWidget):
    """The settings of one page; ``picked`` carries (name, value)."""

    picked = Signal(str, object)

    def __init__(self, page: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(16)
        self._rows: dict[str, FormRow] = {}
        self._show: dict[str, Tell] = {}
        for one in shown_on(page):
            self._add(one)

    def show_settings(self, settings: Settings) -> None:
        for name, show in self._show.items():
            show(getattr(settings, name))
            self._rows[name].set_mistake("")

    def set_mistake(self, name: str, sentence: str) -> None:
        """Says below a setting what is wrong with it; settings of other pages are none of its business."""
        if name in self._rows:
            self._rows[name].set_mistake(sentence)

    def _add(self, one: dataclasses.Field[object]) -> None:
        facts = one.metadata
        title = str(facts["title"])

        def tell(value: object) -> None:
            self.picked.emit(one.name, value)

        if isinstance(one.default, bool):
            switch = ToggleSwitch(title, parent=self)
            switch.toggled.connect(tell)
            control: QWidget = switch
            self._show[one.name] = lambda value: _quietly(switch, switch.setChecked, value)
        elif facts["choices"]:
            control, self._show[one.name] = _choice(title, facts["choices"], tell, self)
        elif isinstance(one.default, int | float):
            number = NumberField(
                title, integer=isinstance(one.default, int), low=facts["low"], high=facts["high"], parent=self
            )
            number.setFixedWidth(120)
            number.picked.connect(tell)
            low, high = facts["low"], facts["high"]
            number.refused.connect(lambda text: self.set_mistake(one.name, _range(title, text, low, high)))
            control, self._show[one.name] = number, number.set_number
        elif one.name.endswith("_file"):
            picker = FilePicker(title, parent=self)
            picker.picked.connect(tell)
            control, self._show[one.name] = picker, picker.set_path
        elif one.name.endswith("_font"):
            box = ComboBox(title, self)
            box.set_items([("The system's", ""), *((family, family) for family in fixed_families())])
            box.activated.connect(lambda: tell(box.currentData()))
            control, self._show[one.name] = box, box.set_data
        else:
            field = Field(title, parent=self)
            field.setMaximumWidth(360)
            field.editingFinished.connect(lambda: tell(field.text().strip()))
            control = field
            self._show[one.name] = lambda text: None if field.hasFocus() and field.isModified() else field.setText(text)
        row = self._rows[one.name] = FormRow(title, control, str(facts["help"]), self)
        row.title.setVisible(not isinstance(one.default, bool))  # a switch says its title itself
        self._column.addWidget(row)


def fixed_families() -> list[str]:
    """The fonts whose letters are all of one width."""
    return [one for one in QFontDatabase.families() if QFontDatabase.isFixedPitch(one)]


def _choice(title: str, choices: tuple[str, ...], tell: Tell, parent: QWidget) -> tuple[QWidget, Tell]:
    titles = [choice.replace("+", " + ").capitalize() for choice in choices]
    if len(choices) <= 4:
        segments = Segmented(choices, title, titles, parent)
        segments.picked.connect(tell)
        return segments, segments.set_value
    box = ComboBox(title, parent)
    box.set_items(list(zip(titles, choices, strict=True)))
    box.activated.connect(lambda: tell(box.currentData()))
    return box, box.set_data


def _quietly(widget: QWidget, show: Callable[[bool], None], value: bool) -> None:
    widget.blockSignals(True)
    show(value)
    widget.blockSignals(False)


def _range(title: str, text: str, low: float, high: float) -> str:
    return f"{title} must be a number from {low:g} to {high:g}; “{text}” is not."
