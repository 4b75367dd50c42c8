"""Rows of the settings, made from the declarations in ``core.settings``: a new setting needs no line here."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.settings import ProviderConfig, Settings
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import (
    Button,
    CodeEdit,
    ComboBox,
    Field,
    FormRow,
    JsonEdit,
    NumberField,
    Segmented,
    ToggleSwitch,
)

Take = Callable[[Any], None]  # with the value of one setting, whose type only its declaration says
Show = Callable[[Any], None]  # with the same
Refuse = Callable[[str], None]
Facts = Mapping[str, Any]  # of the declaration, as ``setting`` makes them
Made = tuple[QWidget, Show]

_FEW = 4  # choices that stand side by side; more are a list


def declared_on(page: str, declaration: type[Settings | ProviderConfig] = Settings) -> list[dataclasses.Field[object]]:
    """Returns the settings of a page whose type has a row here."""
    fields = dataclasses.fields(declaration)
    return [one for one in fields if one.metadata.get("page") == page and one.type in _MAKERS]


class SettingRow(FormRow):
    """The title, control and help of one setting. ``picked`` carries each valid value that the user chooses; a
    wrong one stays in the control, with what is wrong below it."""

    picked = Signal(str, object)  # the setting's name, its value

    def __init__(self, declared: dataclasses.Field[object], parent: QWidget | None = None) -> None:
        facts, self._name = declared.metadata, declared.name
        # Lambdas, because the methods of this widget can only be connected once it is one.
        control, self._show = _MAKERS[str(declared.type)](
            facts, lambda value: self._accept(value), lambda sentence: self.set_mistake(sentence))
        super().__init__(facts["title"], control, facts["help"], parent)
        self.title.setVisible(declared.type != "bool")  # a switch says its title itself

    def show_value(self, value: object) -> None:
        """Shows a value without telling anyone."""
        self._show(value)
        self.set_mistake("")

    def _accept(self, value: object) -> None:
        self.set_mistake("")
        self.picked.emit(self._name, value)


class SettingsForm(QWidget):
    """The settings of one page, below each other."""

    picked = Signal(str, object)  # name, value

    def __init__(self, page: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        self.rows = {one.name: SettingRow(one, self) for one in declared_on(page)}
        for row in self.rows.values():
            row.picked.connect(self.picked)
            if isinstance(row.control, NumberField):
                follow(row.control, lambda field: field.setFixedWidth(px(120)))
            elif isinstance(row.control, Field):
                follow(row.control, lambda field: field.setMaximumWidth(px(360)))
            column.addWidget(row)

    def show_settings(self, settings: Settings) -> None:
        for name, row in self.rows.items():
            row.show_value(getattr(settings, name))

    def set_mistake(self, name: str, sentence: str) -> None:
        """Says below a setting what is wrong with it. Settings of other pages are passed over."""
        if name in self.rows:
            self.rows[name].set_mistake(sentence)


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

    def _browse(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, self._name, self.field.text())
        if path:
            self.field.setText(path)
            self.picked.emit(path)


# --- one maker for each type of value: each returns the control and what shows a value in it ---


def _switch(facts: Facts, take: Take, refuse: Refuse) -> Made:
    switch = ToggleSwitch(facts["title"])
    switch.toggled.connect(take)

    def show(on: bool) -> None:
        with QSignalBlocker(switch):
            switch.setChecked(on)
        switch.update()

    return switch, show


def _default_yes_no(facts: Facts, take: Take, refuse: Refuse) -> Made:
    box = ComboBox(facts["title"])
    values = (None, True, False)
    box.set_items(list(zip((facts["placeholder"], "Yes", "No"), values, strict=True)))
    box.activated.connect(lambda: take(box.currentData()))
    return box, lambda value: box.setCurrentIndex(values.index(value))


def _number(facts: Facts, take: Take, refuse: Refuse, *, integer: bool, optional: bool = False) -> Made:
    title, low, high = facts["title"], facts["low"], facts["high"]
    field = NumberField(title, integer=integer, low=low, high=high, optional=optional)
    field.lineEdit().setPlaceholderText(facts["placeholder"])
    field.picked.connect(take)
    field.refused.connect(
        lambda text: refuse(f"{title} must be a number from {low:g} to {high:g}; “{text}” is not."))
    return field, field.set_number


def _string(facts: Facts, take: Take, refuse: Refuse) -> Made:
    if facts["choices"]:
        return _choice(facts["title"], facts["choices"], take)
    if facts["kind"] == "font":
        return _list(facts["title"], {"": "The system's", **{name: name for name in fixed_families()}}, take)
    if facts["kind"] == "file":
        picker = FilePicker(facts["title"], facts["placeholder"])
        picker.picked.connect(take)
        return picker, partial(show_text, picker.field)
    field = Field(facts["title"], facts["placeholder"])
    field.editingFinished.connect(lambda: take(field.text().strip()))
    return field, partial(show_text, field)


def _choice(title: str, choices: Mapping[str, str], take: Take) -> Made:
    if len(choices) > _FEW:
        return _list(title, choices, take)
    segments = Segmented(list(choices), title, list(choices.values()))
    segments.picked.connect(take)
    return segments, segments.set_value


def _list(title: str, choices: Mapping[str, str], take: Take) -> Made:
    box = ComboBox(title)
    box.set_items([(words, value) for value, words in choices.items()])
    box.activated.connect(lambda: take(box.currentData()))
    return box, box.set_data


def _words(facts: Facts, take: Take, refuse: Refuse) -> Made:
    field = Field(facts["title"], facts["placeholder"])
    field.editingFinished.connect(lambda: take(tuple(filter(None, re.split(r"[,\s]+", field.text())))))
    return field, lambda words: show_text(field, ", ".join(words))


def _json_object(facts: Facts, take: Take, refuse: Refuse) -> Made:
    edit = JsonEdit(facts["title"], objects_only=True, placeholder=facts["placeholder"])
    edit.picked.connect(lambda value: take(value or {}))
    return edit, lambda value: edit.set_value(dict(value) or None)


def _headers(facts: Facts, take: Take, refuse: Refuse) -> Made:
    edit = CodeEdit(facts["title"], least=1, most=6)
    edit.setPlaceholderText(facts["placeholder"])

    def read() -> None:
        try:
            headers = parse_headers(edit.toPlainText())
        except ValueError as error:
            refuse(str(error))
        else:
            take(headers)

    def show(headers: Mapping[str, str]) -> None:
        if _readable(edit.toPlainText()) != dict(headers):
            with QSignalBlocker(edit):
                edit.setPlainText("\n".join(f"{name}: {value}" for name, value in headers.items()))

    edit.textChanged.connect(read)
    return edit, show


_MAKERS: dict[str, Callable[[Facts, Take, Refuse], Made]] = {
    "bool": _switch,
    "bool | None": _default_yes_no,
    "int": partial(_number, integer=True),
    "int | None": partial(_number, integer=True, optional=True),
    "float": partial(_number, integer=False),
    "float | None": partial(_number, integer=False, optional=True),
    "str": _string,
    "tuple[str, ...]": _words,
    "Mapping[str, str]": _headers,
    "Mapping[str, Json]": _json_object,
}


def show_text(field: Field, text: str) -> None:
    """Shows a text, unless the user is writing another one."""
    if field.text() != text and not (field.hasFocus() and field.isModified()):
        field.setText(text)


def fixed_families() -> list[str]:
    """Returns the fonts whose letters are all of one width."""
    return [one for one in QFontDatabase.families() if QFontDatabase.isFixedPitch(one)]


def parse_headers(text: str) -> dict[str, str]:
    """Returns the headers of ``Name: value`` lines. ``ValueError`` names a line that is not one."""
    headers = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        if not colon or not re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", name.strip()):
            raise ValueError(f"Line {number} is not a header: write Name: value.")
        headers[name.strip()] = value.strip()
    return headers


def _readable(text: str) -> Mapping[str, str] | None:
    try:
        return parse_headers(text)
    except ValueError:
        return None
