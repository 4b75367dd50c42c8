"""Rows that define the variables of a template: one for each name between double braces in its text."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.chat.templates import Variable
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import ComboBox, ElidedLabel, Field, Label

_TYPES = {"text": "Text", "number": "Number", "choice": "Choice", "file": "File"}


class VariableRows(QWidget):
    """Remembers the definition of a variable whose name is gone from the text: it may come back."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._known: dict[str, Variable] = {}
        self._rows: dict[str, _Row] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._hint = Label("Write {{name}} in the text for what is to be filled in.", "dim", wrap=True)
        self._column.addWidget(self._hint)

    def show_variables(self, variables: Iterable[Variable], names: Iterable[str]) -> None:
        """Shows the variables of another template; ``names`` are those in its text."""
        self._clear(set(self._rows))
        self._known = {variable.name: variable for variable in variables}
        self.set_names(names)

    def set_names(self, names: Iterable[str]) -> None:
        """Shows a row for each of these names of the text."""
        wanted = list(names)
        self._clear(set(self._rows) - set(wanted))
        for place, name in enumerate(wanted):
            if name not in self._rows:
                row = self._rows[name] = _Row(self._known.get(name) or Variable(name))
                row.changed.connect(self.changed)
            self._column.insertWidget(place, self._rows[name])
        self._hint.setVisible(not wanted)

    def variables(self) -> tuple[Variable, ...]:
        """Returns the variables in the text, in order."""
        items = (self._column.itemAt(place) for place in range(self._column.count()))
        return tuple(row.variable() for item in items if item and isinstance(row := item.widget(), _Row))

    def _clear(self, names: set[str]) -> None:
        for name in names:
            row = self._rows.pop(name)
            self._known[name] = row.variable()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()


class _Row(QWidget):
    changed = Signal()

    def __init__(self, variable: Variable) -> None:
        super().__init__()
        self._variable = variable
        name = ElidedLabel(variable.name)
        follow(name, lambda name: name.setFixedWidth(px(110)))
        self._type = ComboBox(f"Type of {variable.name}")
        self._type.set_items([(title, kind) for kind, title in _TYPES.items()])
        self._type.set_data(variable.type)
        self._default = Field(f"Default of {variable.name}", "Default", variable.default)
        self._choices = Field(f"Choices of {variable.name}", "one, two, three", ", ".join(variable.choices))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(name)
        row.addWidget(self._type)
        row.addWidget(self._choices, 2)
        row.addWidget(self._default, 1)
        self._type.currentIndexChanged.connect(lambda _: self._show())
        for field in (self._default, self._choices):
            field.textChanged.connect(lambda _: self.changed.emit())
        self._show()

    def _show(self) -> None:
        self._choices.setVisible(self._type.currentData() == "choice")
        self._default.setVisible(self._type.currentData() != "file")
        self.changed.emit()

    def variable(self) -> Variable:
        """Returns the variable as it is defined now."""
        kind = self._type.currentData()
        choices, text = self._variable.choices, self._choices.text()
        if text != ", ".join(choices):
            choices = tuple(filter(None, (choice.strip() for choice in text.split(","))))
        default = "" if kind == "file" else self._default.text()
        return Variable(self._variable.name, kind, default, choices if kind == "choice" else (), self._variable.help)
