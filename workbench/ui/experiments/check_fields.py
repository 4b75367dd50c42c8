"""Editors of the fields of a check: one for each type of field, made from the table of kinds."""

from __future__ import annotations

import json

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.experiments.check_kinds.kind import CheckField
from workbench.core.json_types import Json
from workbench.ui.widgets import CheckBox, CodeEdit, ComboBox, Field, FormRow

MAIN = "What the check demands"
_OF_LINES = ("text", "texts", "json", "params", "code")
"""Types of fields that have room for several lines."""


class FieldEditor(QWidget):
    """Edits one field. ``value`` raises ``BadInput``; it is None where nothing was given."""

    changed = Signal()

    def __init__(self, field: CheckField, *, main: bool) -> None:
        """The ``main`` field of a check needs no title: the kind says what it is."""
        super().__init__()
        self.field = field
        name = MAIN if main else field.title
        self.control: CodeEdit | Field | ComboBox | CheckBox
        if field.type == "bool":
            self.control = CheckBox(field.title)
            self.control.toggled.connect(lambda _: self.changed.emit())
        elif field.type == "choice":
            self.control = ComboBox(name)
            self.control.set_items([(choice.replace("_", " "), choice) for choice in field.choices])
            self.control.setCurrentIndex(max(0, self.control.findData(field.default)))
            self.control.currentIndexChanged.connect(lambda _: self.changed.emit())
        elif field.type in _OF_LINES or main:
            self.control = CodeEdit(name, least=1, most=8 if field.type == "code" else 4)
            self.control.setPlaceholderText(field.hint)
            self.control.textChanged.connect(self.changed)
        else:
            self.control = Field(name, field.hint)
            self.control.textChanged.connect(lambda _: self.changed.emit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        titled = not main and field.type != "bool"
        column.addWidget(FormRow(field.title, self.control) if titled else self.control)

    def is_empty(self) -> bool:
        """Returns whether nothing was written; what is chosen or ticked says nothing yet."""
        return isinstance(self.control, ComboBox | CheckBox) or not self.text().strip()

    def text(self) -> str:
        """Returns what is written, chosen or ticked, as a text."""
        control = self.control
        if isinstance(control, CodeEdit):
            return control.toPlainText()
        if isinstance(control, ComboBox):
            return str(control.currentData())
        return control.text() if isinstance(control, Field) else "true" if control.isChecked() else ""

    def show_text(self, text: str) -> None:
        control = self.control
        if isinstance(control, CodeEdit):
            control.setPlainText(text)
        elif isinstance(control, ComboBox):
            control.setCurrentIndex(max(0, control.findData(text)))
        elif isinstance(control, Field):
            control.setText(text)
        else:
            control.setChecked(bool(text))

    def value(self) -> Json:
        text = self.text()
        if self.field.type == "bool":
            return True if text else None
        if self.field.type == "choice":
            return text if self.field.required or text != self.field.default else None
        if not text.strip():
            return None
        match self.field.type:
            case "texts":
                return [line.strip() for line in text.splitlines() if line.strip()]
            case "number":
                return self._number(text)
            case "value":
                return text.strip() if "{{" in text else self._number(text)
            case "whole":
                if not text.strip().isdecimal():
                    raise BadInput(f"{self.field.title} needs a whole number, not “{text.strip()}”.")
                return int(text)
            case "json" | "params":
                return self._json(text)
            case "text" | "code":
                return text
            case _:
                return text.strip()

    def _number(self, text: str) -> Json:
        plain = text.strip().replace(",", ".")
        try:
            return int(plain) if plain.lstrip("-").isdecimal() else float(plain)
        except ValueError:
            wanted = "a number from 0 to 1" if self.field.high == 1 else "a number"
            raise BadInput(f"{self.field.title} needs {wanted}, not “{text.strip()}”.") from None

    def _json(self, text: str) -> Json:
        try:
            value: Json = json.loads(text)
        except (ValueError, RecursionError) as error:
            bare = text.strip()
            if "{{" in bare and (bare.startswith("{{") or not bare.startswith(("{", "[", '"'))):
                return bare  # a variable, which needs no quotation marks
            raise BadInput(f"{self.field.title} of a check is not valid JSON: {error}.") from None
        return value


def written(field: CheckField, value: Json) -> str:
    """Returns a value as its editor shows it, also one that the field cannot have."""
    if isinstance(value, bool) and field.type == "bool":
        return "true" if value else ""
    if isinstance(value, list) and field.type == "texts":
        return "\n".join(str(one) for one in value)
    if isinstance(value, str) and (field.type != "json" or not _is_json(value)):
        return value  # also a text with variables where JSON is asked for
    return json.dumps(value, ensure_ascii=False)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
