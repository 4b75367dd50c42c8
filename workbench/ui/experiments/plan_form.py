"""The plan of an experiment as a form: what is asked, of whom, with which settings, and what must hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.experiments.checks import CHECK_FIELDS
from workbench.core.experiments.estimate import Estimate
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.plan_file import read_inputs
from workbench.core.parameters import PARAMETERS
from workbench.core.templates import names_in
from workbench.ui.dialogs import ask_files
from workbench.ui.experiments.axis_text import parse_axis, show_axis
from workbench.ui.widgets import Button, CodeEdit, ComboBox, Field, FormRow, IconButton, Label, ScrollColumn

_AXES = ["system", *(one.name for one in PARAMETERS if one.type in ("float", "int", "choice", "bool"))]


class PlanForm(QWidget):
    """Shows and reads a ``Plan``; says what is wrong where it is wrong."""

    changed = Signal()
    run_wanted = Signal(object)  # Plan

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(280)
        self.name = Field("Name of the experiment", "Name")
        self.prompt = CodeEdit("Prompt template", least=3, most=8)
        self.system = CodeEdit("System prompt of the experiment", least=1, most=6)
        self.models = CodeEdit("Models of the experiment", least=2, most=6)
        self.inputs = _InputTable()
        self.axes = _Rows("Axis", self._axis_row, self.changed.emit)
        self.samples = Field("Samples", text="3")
        self.parallel = Field("Parallel", text="4")
        self.most = Field("Highest cost in dollars", "no limit")
        self.params = CodeEdit("Fixed parameters", least=1, most=5)
        self.checks = _Rows("Check", self._check_row, self.changed.emit)
        self._estimate = Label("", "dim", wrap=True)
        self._mistake = Label("", "bad", wrap=True)
        self.run = Button("Run sweep", "primary", "play")
        self.run.clicked.connect(self._ask_run)
        self._build()
        for field in (self.name, self.samples, self.parallel, self.most):
            field.textChanged.connect(lambda _: self.changed.emit())
        for edit in (self.prompt, self.system, self.models, self.params):
            edit.textChanged.connect(self.changed.emit)
        self.prompt.textChanged.connect(self._follow_variables)
        self.system.textChanged.connect(self._follow_variables)
        self.inputs.edited.connect(self.changed.emit)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        scroll = ScrollColumn()
        for edit, hint in ((self.prompt, "Rewrite for {{audience}}: {{text}}"), (self.system, "none"),
                           (self.models, "provider/model, one per line"), (self.params, '{"max_tokens": 200}')):
            edit.setPlaceholderText(hint)
        numbers = QHBoxLayout()
        for row in (FormRow("Samples", self.samples), FormRow("Parallel", self.parallel),
                    FormRow("Highest cost, $", self.most)):
            numbers.addWidget(row)
        box = QWidget()
        box.setLayout(numbers)
        numbers.setContentsMargins(0, 0, 0, 0)
        for widget in (
            self.name, FormRow("Prompt template", self.prompt), FormRow("System prompt", self.system),
            FormRow("Models", self.models), FormRow("Inputs", self.inputs), FormRow("Axes", self.axes),
            FormRow("Fixed parameters (JSON)", self.params), box, FormRow("Checks", self.checks),
        ):
            scroll.column.addWidget(widget)
        scroll.column.addStretch(1)
        column.addWidget(scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(16, 8, 16, 12)
        foot.setSpacing(8)
        for widget in (self._mistake, self._estimate, self.run):
            foot.addWidget(widget)
        column.addLayout(foot)
        self._mistake.hide()

    # --- values ---

    def show_plan(self, plan: Plan) -> None:
        """Fills the form."""
        self.blockSignals(True)
        self.name.setText(plan.name)
        self.prompt.setPlainText(plan.prompt)
        self.system.setPlainText(plan.system)
        self.models.setPlainText("\n".join(plan.models))
        self.params.setPlainText(json.dumps(dict(plan.params), ensure_ascii=False) if plan.params else "")
        self.samples.setText(str(plan.samples))
        self.parallel.setText(str(plan.parallel))
        self.most.setText("" if plan.max_cost is None else f"{plan.max_cost:g}")
        self.inputs.show_rows(names_in(plan.prompt + plan.system), plan.inputs)
        self.axes.show_rows([(name, show_axis(values)) for name, values in plan.axes.items()])
        self.checks.show_rows([(check.kind, _check_text(check.kind, check.fields)) for check in plan.checks])
        self.blockSignals(False)
        self.changed.emit()

    def plan(self) -> Plan:
        """What the form says. Raises ``BadInput`` with a sentence."""
        axes = {name: parse_axis(name, text) for name, text in self.axes.values() if text.strip()}
        return Plan.from_json({
            "name": self.name.text().strip() or "Experiment",
            "models": [line.strip() for line in self.models.toPlainText().splitlines() if line.strip()],
            "prompt": self.prompt.toPlainText(), "system": self.system.toPlainText(),
            "samples": _whole("Samples", self.samples.text()), "parallel": _whole("Parallel", self.parallel.text()),
            "max_cost": _money(self.most.text()), "params": _object(self.params.toPlainText()), "axes": axes,
            "inputs": self.inputs.rows(),
            "checks": [_check_value(kind, text) for kind, text in self.checks.values() if text.strip()],
        })

    def show_estimate(self, about: Estimate | None) -> None:
        if about is None:
            self._estimate.setText("")
            return
        cost = "unknown cost" if about.cost is None else f"≈ ${about.cost:.4f}"
        tokens = about.input_tokens + about.output_tokens
        self._estimate.setText(f"{about.requests:,} requests · ≈ {tokens:,} tokens · {cost} · ≈ {about.seconds:.0f} s")

    def show_mistake(self, sentence: str) -> None:
        self._mistake.setText(sentence)
        self._mistake.setVisible(bool(sentence))

    def _ask_run(self) -> None:
        try:
            plan = self.plan()
        except BadInput as error:
            self.show_mistake(str(error))
            return
        self.show_mistake("")
        self.run_wanted.emit(plan)

    def _follow_variables(self) -> None:
        self.inputs.set_names(names_in(self.prompt.toPlainText() + self.system.toPlainText()))

    # --- rows ---

    def _axis_row(self) -> tuple[ComboBox, Field]:
        name = ComboBox("Axis")
        name.addItems(_AXES)
        name.setCurrentText("temperature")
        return name, Field("Values of the axis", "0, 0.5, 1 or 0 → 1.5 in 4 steps")

    def _check_row(self) -> tuple[ComboBox, Field]:
        kind = ComboBox("Kind of check")
        kind.addItems(list(CHECK_FIELDS))
        return kind, Field("What the check demands", "text, pattern, number of words or schema")


def _whole(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadInput(f"{name} needs a whole number, not “{text}”.") from None


def _money(text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        raise BadInput(f"The highest cost needs a number of dollars, not “{text}”.") from None


def _object(text: str) -> Mapping[str, Any]:
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except ValueError as error:
        raise BadInput(f"The fixed parameters are no JSON: {error}.") from None
    if not isinstance(value, dict):
        raise BadInput("The fixed parameters must be a JSON object, in braces.")
    return value


def _check_value(kind: str, text: str) -> dict[str, Any]:
    """A check from its one line. A judge is written “provider/model: rubric”."""
    field = CHECK_FIELDS[kind][0]
    if kind == "max_words":
        return {"kind": kind, field: _whole("The number of words", text)}
    if kind == "json_schema":
        return {"kind": kind, field: _object(text)}
    if kind == "judge":
        model, colon, rubric = text.partition(": ")
        if not colon:
            raise BadInput("A judge is written as provider/model: rubric.")
        return {"kind": kind, "model": model.strip(), "rubric": rubric.strip()}
    return {"kind": kind, field: text}


def _check_text(kind: str, fields: Mapping[str, Any]) -> str:
    if kind == "judge":
        return f"{fields['model']}: {fields['rubric']}"
    value = fields[CHECK_FIELDS[kind][0]]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class _Rows(QWidget):
    """Lines of a choice and a text, with a way to add and take out."""

    def __init__(self, what: str, make: Callable[[], tuple[ComboBox, Field]], changed: Callable[[], None]) -> None:
        super().__init__()
        self._what, self._make, self._changed = what, make, changed
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._rows: list[tuple[QWidget, ComboBox, Field]] = []
        self._add = Button(f"Add {what.lower()}", "quiet", "plus")
        self._add.clicked.connect(lambda: self.add("", ""))
        self._column.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeading)

    def values(self) -> list[tuple[str, str]]:
        return [(choice.currentText(), field.text()) for _, choice, field in self._rows]

    def show_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        for row, _, _ in self._rows[:]:
            self._take(row)
        for name, text in rows:
            self.add(name, text)

    def add(self, name: str, text: str) -> None:
        choice, field = self._make()
        if name:
            choice.setCurrentText(name)
        field.setText(text)
        row = QWidget(self)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        choice.setMinimumContentsLength(12)
        away = IconButton("x", f"Take out this {self._what.lower()}")
        for widget, stretch in ((choice, 2), (field, 3), (away, 0)):
            line.addWidget(widget, stretch)
        away.clicked.connect(lambda: (self._take(row), self._changed()))
        choice.currentTextChanged.connect(lambda _: self._changed())
        field.textChanged.connect(lambda _: self._changed())
        self._rows.append((row, choice, field))
        self._column.insertWidget(len(self._rows) - 1, row)
        self._changed()

    def _take(self, row: QWidget) -> None:
        self._rows = [one for one in self._rows if one[0] is not row]
        self._column.removeWidget(row)
        row.deleteLater()


class _InputTable(QWidget):
    """A table of the prompt's variables, typed in or read from a file."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        self.table = QTableWidget(0, 0)
        self.table.setAccessibleName("Inputs")
        self.table.setFixedHeight(110)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.verticalHeader().hide()
        self.table.cellChanged.connect(lambda *_: self.edited.emit())
        self._wrong = Label("", "bad", wrap=True)
        self._wrong.hide()
        self._none = Label("The prompt has no {{variables}}.", "faint", wrap=True)
        buttons = QHBoxLayout()
        add, load = Button("Add row", "quiet", "plus"), Button("From file…", "quiet", "file")
        add.clicked.connect(lambda: self._add_row({}))
        load.clicked.connect(lambda: ask_files(self, "Inputs from CSV or JSON lines", self.load))
        for button in (add, load):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self._buttons = QWidget()
        self._buttons.setLayout(buttons)
        buttons.setContentsMargins(0, 0, 0, 0)
        for widget in (self._none, self.table, self._buttons, self._wrong):
            column.addWidget(widget)
        self.set_names(())

    def names(self) -> list[str]:
        return [self.table.horizontalHeaderItem(at).text() for at in range(self.table.columnCount())]

    def set_names(self, names: Sequence[str]) -> None:
        """Columns follow the variables in the text; what is typed in stays with its name."""
        if list(names) == self.names() and names:
            return
        self.show_rows(names, self._all())

    def show_rows(self, names: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        self.table.setColumnCount(len(names))
        self.table.setHorizontalHeaderLabels(list(names))
        self.table.blockSignals(False)
        for row in rows or ([{}] if names else []):
            self._add_row(row)
        self._none.setVisible(not names)
        self.table.setVisible(bool(names))
        self._buttons.setVisible(bool(names))

    def load(self, paths: Sequence[Path]) -> None:
        try:
            rows = [row for path in paths for row in read_inputs(path)]
            self._wrong.hide()
        except BadInput as error:
            self._wrong.setText(str(error))
            self._wrong.show()
            return
        self.show_rows(self.names() or list(rows[0]), rows)
        self.edited.emit()

    def rows(self) -> list[dict[str, str]]:
        """The rows that have something in them."""
        return [row for row in self._all() if any(value.strip() for value in row.values())]

    def _all(self) -> list[dict[str, str]]:
        names = self.names()
        return [
            {name: item.text() if (item := self.table.item(row, at)) else "" for at, name in enumerate(names)}
            for row in range(self.table.rowCount())
        ]

    def _add_row(self, values: Mapping[str, str]) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for at, name in enumerate(self.names()):
            self.table.setItem(row, at, QTableWidgetItem(values.get(name, "")))
