"""The axes of a plan as rows of a form: a parameter with its values, or the versions of a text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.experiments.axes import TEXT_AXES, check_axis, label_of
from workbench.core.experiments.chat_turns import NOT_ASKED_AGAIN
from workbench.core.json_types import Json, JsonObject
from workbench.core.request.parameters import PARAMETERS, by_name
from workbench.ui.experiments.axis_text import parse_axis, show_axis
from workbench.ui.experiments.rows import Row, Rows
from workbench.ui.widgets import Button, ComboBox, Field, IconButton
from workbench.ui.widgets.tips import plain_tip

_PARAMETERS = [one.name for one in PARAMETERS if one.name not in NOT_ASKED_AGAIN]


class AxisRows(QWidget):
    """``versions_requested`` carries the ``AxisRow`` whose texts are to be chosen."""

    versions_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.rows: Rows[AxisRow] = Rows("axis", self._make, self)
        self.changed = self.rows.changed
        column.addWidget(self.rows)

    def _make(self) -> AxisRow:
        taken = {row.name.currentText() for row in self.rows.rows}
        row = AxisRow(next((name for name in ("temperature", *_PARAMETERS) if name not in taken), _PARAMETERS[0]))
        row.versions_requested.connect(lambda: self.versions_requested.emit(row))
        return row

    def axes(self) -> Mapping[str, list[Json]]:
        """Returns the values by the name of their axis, without rows that have none. Raises ``BadInput``."""
        return {row.name.currentText(): values for row in self.rows.rows if (values := row.values())}

    def texts(self, name: str) -> Sequence[Json]:
        """Returns the versions of ``prompt`` or ``system``; none where that is no axis."""
        return next((row.versions for row in self.rows.rows if row.name.currentText() == name), ())

    def draft(self) -> list[JsonObject]:
        """Returns what is in the rows as it is written, also what makes no sense."""
        return [{"name": row.name.currentText(), "text": row.field.text(), "versions": list(row.versions)}
                for row in self.rows.rows]

    def show_draft(self, rows: Sequence[Mapping[str, Json]]) -> None:
        self.rows.clear()
        for one in rows:
            row = self.rows.add()
            versions = one.get("versions")
            row.show_axis(str(one.get("name", "")), versions if isinstance(versions, list) else ())
            row.field.setText(str(one.get("text", "")))

    def show_axes(self, axes: Mapping[str, Sequence[Json]]) -> None:
        self.rows.clear()
        for name, values in axes.items():
            self.rows.add().show_axis(name, values)


class AxisRow(Row):
    versions_requested = Signal()

    def __init__(self, name: str = "temperature") -> None:
        super().__init__()
        self.versions: Sequence[Json] = ()
        self.name = ComboBox("Axis")
        self.name.addItems([*TEXT_AXES, *_PARAMETERS])
        self.name.setCurrentText(name)
        self.name.setMinimumContentsLength(12)
        self.field = Field("Values of the axis")
        self.button = Button("Versions…")
        remove = IconButton("x", "Take out this axis")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        for widget, stretch in ((self.name, 2), (self.field, 3), (self.button, 3), (remove, 0)):
            line.addWidget(widget, stretch)
        self.setFocusProxy(self.name)
        self.name.currentTextChanged.connect(lambda _: self._show_kind())
        self.field.textChanged.connect(lambda _: self._show_values())
        self.field.textChanged.connect(lambda _: self.changed.emit())
        self.button.clicked.connect(self.versions_requested)
        remove.clicked.connect(self.remove_requested)
        self._show_kind()

    @property
    def is_text(self) -> bool:
        return self.name.currentText() in TEXT_AXES

    def is_empty(self) -> bool:
        return not self.field.text().strip() and not self.versions

    def show_axis(self, name: str, values: Sequence[Json]) -> None:
        if self.name.findText(name) < 0:  # a field of the body that has no parameter
            self.name.addItem(name)
        self.name.setCurrentText(name)
        if self.is_text:
            self.set_versions(values)
        else:
            self.field.setText(show_axis(tuple(values)))
            self.field.setCursorPosition(0)

    def set_versions(self, versions: Sequence[Json]) -> None:
        self.versions = list(versions)
        self._show_kind()

    def values(self) -> list[Json]:
        if self.is_text:
            return list(self.versions)
        text = self.field.text()
        return parse_axis(self.name.currentText(), text) if text.strip() else []

    def _show_values(self) -> None:
        """Marks values that the parameter cannot have, while they are written."""
        try:
            check_axis(self.name.currentText(), tuple(self.values()))
            mistake = ""
        except BadInput as error:
            mistake = str(error)
        self.field.set_wrong(bool(mistake))
        self.field.setToolTip(plain_tip(mistake or _hint(self.name.currentText())))
        self.field.setAccessibleDescription(mistake)

    def _show_kind(self) -> None:
        self.field.setPlaceholderText(_proposal(self.name.currentText()))
        self._show_values()
        self.field.setVisible(not self.is_text)
        self.button.setVisible(self.is_text)
        count = len(self.versions)
        self.button.setText("Versions…" if not count else "1 version…" if count == 1 else f"{count} versions…")
        self.button.setAccessibleName(f"Versions of the {self.name.currentText()}")
        self.button.setToolTip(plain_tip("\n".join(label_of(version)[:80] for version in self.versions[:12])))
        self.changed.emit()


def _proposal(name: str) -> str:
    """Returns values that an axis may have, as they are written."""
    parameter = by_name().get(name)
    if parameter is None:
        return "a, b, c"
    if parameter.choices:
        return ", ".join(parameter.choices)
    if parameter.type == "bool":
        return "true, false"
    if parameter.type == "float" and parameter.low is not None and parameter.high is not None:
        return f"{parameter.low:g} → {parameter.high:g} in 4 steps"
    return {"int": "1, 2, 3", "text": "a, b, c"}.get(parameter.type, "[[…], […]]")


def _hint(name: str) -> str:
    """Returns what an axis varies, in which range, and how its values are written."""
    parameter = by_name().get(name)
    about = [f"{parameter.label}. {parameter.help}"] if parameter is not None else []
    return "\n".join([*about, "Values with commas between, a range such as “0 → 1.5 in 4 steps”, or a JSON list"])
