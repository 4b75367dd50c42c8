"""The form of a plan: what is asked, of which models, with which settings, and the checks of the answers."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from workbench.core.chat.templates import names_in
from workbench.core.errors import BadInput
from workbench.core.experiments.axes import TEXT_AXES, text_of
from workbench.core.experiments.estimate import Estimate
from workbench.core.experiments.gate import Gate
from workbench.core.experiments.plan import Plan, check_names
from workbench.core.json_types import Json, JsonObject
from workbench.core.text.formatting import count, counted, dollars, span
from workbench.core.tools.simulated import SimulatedTool
from workbench.ui.experiments.axis_rows import AxisRow, AxisRows
from workbench.ui.experiments.case_list import CaseList
from workbench.ui.experiments.check_rows import CheckRows
from workbench.ui.experiments.input_table import InputTable
from workbench.ui.experiments.refused_plans import read_case, verify_cases
from workbench.ui.theme.scale import follow, px
from workbench.ui.widgets import Button, CodeEdit, Field, FormRow, Label, ScrollColumn


class PlanForm(QWidget):
    """Shows a ``Plan``, reads the changed one, and shows what is wrong in it."""

    changed = Signal()
    run_requested = Signal(object)  # Plan
    versions_requested = Signal(str, list, object)  # prompt or system, its versions, what takes others
    models_requested = Signal(object)  # the widget to open the picker at, for ``add_model``
    params_requested = Signal()  # for ``show_params``
    row_removed = Signal(str, object)  # a sentence that says so, and what puts the row back

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        follow(self, lambda form: form.setMinimumWidth(px(300)))
        self.name = Field("Name of the experiment", "Name")
        self.prompt = CodeEdit("Prompt template", least=2, most=8)
        self.system = CodeEdit("System prompt of the experiment", least=1, most=6)
        self.models = CodeEdit("Models of the experiment", least=1, most=6)
        self._add_model, self._set_params = Button("Add model…", "quiet", "plus"), Button(
            "Set fixed parameters…", "quiet", "sliders")
        self.inputs, self.cases = InputTable(), CaseList()
        self.axes, self.checks = AxisRows(), CheckRows()
        self.samples = Field("Samples", text="3")
        self.parallel = Field("Parallel", text="4")
        self.max_cost = Field("Highest cost in dollars", "no limit")
        self.min_pass_rate = Field("Least pass rate in percent", "any")
        self.params = CodeEdit("Fixed parameters", least=1, most=5)
        # These are kept: they have no place in the form.
        self._gate: Gate | None = None
        self._tools: tuple[SimulatedTool, ...] = ()
        self._estimate, self._repeated = Label("", "dim", wrap=True), Label("", "dim", wrap=True)
        self._mistake = Label("", "bad", wrap=True)
        self.run = Button("Run sweep", "primary", "play")
        self._build()
        self._connect()
        self._show_kind()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        scroll = ScrollColumn()
        self._input_row, self._case_row = FormRow("Inputs", self.inputs), FormRow("Cases", self.cases)
        for widget in (
            self.name, self._case_row, FormRow("Prompt template", self.prompt), FormRow("System prompt", self.system),
            FormRow("Models", _with_button(self.models, self._add_model)), self._input_row, FormRow("Axes", self.axes),
            FormRow("Fixed parameters (JSON)", _with_button(self.params, self._set_params)), self._numbers(),
            FormRow("Checks", self.checks),
        ):
            scroll.column.addWidget(widget)
        scroll.column.addStretch(1)
        column.addWidget(scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 12)
        foot.setSpacing(8)
        for widget in (self._mistake, self._repeated, self._estimate, self.run):
            foot.addWidget(widget)
        column.addLayout(foot)
        for hidden in (self._mistake, self._repeated):
            hidden.hide()

    def _numbers(self) -> QWidget:
        box = QWidget()
        grid = QGridLayout(box)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(8)
        fields = (("Samples", self.samples), ("Parallel", self.parallel), ("Highest cost, $", self.max_cost),
                  ("Least pass rate, %", self.min_pass_rate))
        for at, (title, field) in enumerate(fields):
            grid.addWidget(FormRow(title, field), at // 2, at % 2)
        return box

    def _connect(self) -> None:
        self.run.clicked.connect(self._ask_run)
        self._add_model.clicked.connect(lambda: self.models_requested.emit(self._add_model))
        self._set_params.clicked.connect(self.params_requested)
        for field in (self.name, self.samples, self.parallel, self.max_cost, self.min_pass_rate):
            field.textChanged.connect(lambda _: self.changed.emit())
        for edit in (self.prompt, self.system, self.models, self.params):
            edit.textChanged.connect(self.changed.emit)
        for edit in (self.prompt, self.system):
            edit.textChanged.connect(self._show_variables)
        self.axes.changed.connect(self._show_kind)
        self.checks.changed.connect(self._show_variables)
        self.inputs.edited.connect(self.checks.preview_soon)
        for signal in (self.inputs.edited, self.axes.changed, self.checks.changed):
            signal.connect(self.changed)
        self.cases.edited.connect(self._show_kind)
        self.cases.edited.connect(self.changed)
        self.axes.versions_requested.connect(self._ask_versions)
        self.axes.rows.removing.connect(lambda: self._tell_removed("The axis was taken out.", self.axes))
        self.checks.rows.removing.connect(lambda: self._tell_removed("The check was taken out.", self.checks))

    # --- values ---

    def show_plan(self, plan: Plan) -> None:
        """Fills the form with a plan."""
        self.blockSignals(True)
        self._gate, self._tools = plan.gate, plan.tools
        self.name.setText(plan.name)
        self.prompt.setPlainText(plan.prompt)
        self.system.setPlainText(plan.system)
        self.models.setPlainText("\n".join(plan.models))
        self.params.setPlainText(_params_text(plan.params))
        self.samples.setText(str(plan.samples))
        self.parallel.setText(str(plan.parallel))
        self.max_cost.setText("" if plan.max_cost is None else repr(plan.max_cost).removesuffix(".0"))
        self.min_pass_rate.setText(f"{100 * plan.min_pass_rate:g}" if plan.min_pass_rate else "")
        self.cases.show_cases(plan.cases)
        self.axes.show_axes(plan.axes)
        self.checks.show_checks(plan.checks)
        self.inputs.show_rows(self._variables(), plan.inputs)
        self._show_kind()
        self.blockSignals(False)
        self.changed.emit()

    def draft(self) -> JsonObject:
        """Returns what is in the form as it is written, also what makes no plan yet."""
        return {
            **{name: widget.toPlainText() for name, widget in self._edits().items()},
            **{name: widget.text() for name, widget in self._fields().items()},
            "axes": list(self.axes.draft()), "checks": list(self.checks.draft()),
            "columns": list(self.inputs.names()), "inputs": list(map(dict, self.inputs.all_rows())),
            "cases": [case.to_json() for case in self.cases.cases],
            "gate": self._gate.to_json() if self._gate else None,
            "tools": [tool.to_json() for tool in self._tools],
        }

    def show_draft(self, draft: Mapping[str, Any]) -> None:  # Any: what a file says
        """Fills the form with what ``draft`` returned. Raises ``BadInput`` for cases that cannot be read."""
        cases = [read_case(case) for case in draft.get("cases", ())]
        tools = tuple(SimulatedTool.from_json(tool) for tool in draft.get("tools", ()))
        gate, samples = draft.get("gate"), draft.get("samples", "")
        self.blockSignals(True)
        self._gate = Gate.from_json(gate, int(samples)) if gate and str(samples).isdecimal() else None
        self._tools = tools
        for name, edit in self._edits().items():
            edit.setPlainText(str(draft.get(name, "")))
        for name, field in self._fields().items():
            field.setText(str(draft.get(name, "")))
        self.cases.show_cases(cases)
        self.axes.show_draft(draft.get("axes", ()))
        self.checks.show_draft(draft.get("checks", ()))
        rows = [{**dict.fromkeys(draft.get("columns", ()), ""), **row} for row in draft.get("inputs", ())]
        self.inputs.show_rows(self._variables(), rows)
        self._show_kind()
        self.blockSignals(False)
        self.changed.emit()

    def _edits(self) -> Mapping[str, CodeEdit]:
        return {"prompt": self.prompt, "system": self.system, "models": self.models, "params": self.params}

    def _fields(self) -> Mapping[str, Field]:
        return {"name": self.name, "samples": self.samples, "parallel": self.parallel, "max_cost": self.max_cost,
                "min_pass_rate": self.min_pass_rate}

    def plan(self) -> Plan:
        """Returns the plan that the form describes. Raises ``BadInput`` with what is wrong."""
        verify_cases(self.cases.cases)
        axes = {name: tuple(values) for name, values in self.axes.axes().items()}
        return Plan(
            self.name.text().strip() or "Experiment",
            self.model_names(),
            "" if "prompt" in axes else self.prompt.toPlainText(),
            "" if "system" in axes else self.system.toPlainText(),
            _whole_number("Samples", self.samples.text()), _whole_number("Parallel", self.parallel.text()),
            _number("The highest cost", "dollars", self.max_cost.text()),
            (_number("The least pass rate", "percent", self.min_pass_rate.text()) or 0) / 100,
            self.fixed_params(), axes, () if self.cases.cases else tuple(self.inputs.rows()),
            self.checks.checks(), self.cases.cases, self._gate, self._tools,
        )

    def model_names(self) -> tuple[str, ...]:
        return tuple(line.strip() for line in self.models.toPlainText().splitlines() if line.strip())

    def add_model(self, model: str) -> None:
        """Adds a model that is not there yet, as if it had been typed: Ctrl+Z takes it out again."""
        names = self.model_names()
        if model not in names:
            _type_over(self.models, "\n".join([*names, model]))

    def fixed_params(self) -> Mapping[str, Json]:
        """Raises ``BadInput`` for what is no JSON object."""
        return _object(self.params.toPlainText())

    def show_params(self, params: Mapping[str, Json]) -> None:
        _type_over(self.params, _params_text(params))

    def show_estimate(self, about: Estimate, cap: float | None = None, repeated: str = "") -> None:
        """Shows what a plan will take. ``cap`` is its limit of the cost in US dollars; ``repeated`` says which rows ask
        what others ask."""
        self._repeated.setText(repeated)
        self._repeated.setVisible(bool(repeated))
        cost = "unknown cost" if about.cost is None else f"≈ {dollars(about.cost)}" if about.cost else "free"
        if cap is not None and about.cost is None:
            cost += ": no cap can hold without a price"
        elif cap is not None and (about.cost or 0) > cap:
            cost += ": more than the cap, where it will stop"
        tokens = about.input_tokens + about.output_tokens
        requests = counted(about.requests, "{n} request", "{n} requests")
        if about.most_requests > about.requests:
            requests = f"{requests} (at most {count(about.most_requests)} with the gate)"
        facts = (requests, f"≈ {count(tokens)} tokens", f"≈ {span(about.seconds)}")
        whole = [fact.replace(" ", "\u00a0") for fact in facts]  # a number stays with what it counts
        self._tell("\u00a0· ".join((*whole[:2], cost, whole[2])))

    def show_unready(self, reason: str) -> None:
        """Shows in place of the estimate why the plan cannot be run yet."""
        self._repeated.hide()
        self._tell(reason)

    def _tell(self, words: str) -> None:
        self._estimate.setText(words)
        self._estimate.setVisible(words != self._mistake.text())  # once is enough

    def show_mistake(self, sentence: str) -> None:
        self._mistake.setText(sentence)
        self._mistake.setVisible(bool(sentence))
        self._tell(self._estimate.text())

    def _ask_run(self) -> None:
        try:
            plan = self.plan()
            check_names(plan)
        except BadInput as error:
            self.show_mistake(str(error))
            return
        self.show_mistake("")
        self.run_requested.emit(plan)

    # --- what depends on what ---

    def _tell_removed(self, words: str, rows: AxisRows | CheckRows) -> None:
        self.row_removed.emit(words, partial(rows.show_draft, rows.draft()))

    def _ask_versions(self, row: AxisRow) -> None:
        """Asks for versions of a text; the first is the text in the form."""
        edit = {"prompt": self.prompt, "system": self.system}[row.name.currentText()]
        versions: Sequence[Json] = row.versions or [edit.toPlainText()]
        self.versions_requested.emit(row.name.currentText(), list(versions), row.set_versions)

    def _show_kind(self) -> None:
        """Shows the fields that a plan with cases, or with an axis of texts, needs."""
        suite = bool(self.cases.cases)
        its = "each case's own" if len(self.cases.cases) > 1 else "the case's own"
        self._case_row.setVisible(suite)
        self._input_row.setVisible(not suite)
        hints = {"prompt": f"{its} question" if suite else "Rewrite for {{audience}}: {{text}}",
                 "system": its if suite else "none"}
        for name, edit in (("prompt", self.prompt), ("system", self.system)):
            varied = bool(self.axes.texts(name))
            edit.setEnabled(not varied)
            edit.setPlaceholderText(f"the versions of the axis {name}" if varied else hints[name])
        self.models.setPlaceholderText(f"{its} model" if suite else "provider/model, one per line")
        self.params.setPlaceholderText(its if suite else '{"max_tokens": 200}')
        self._show_variables()

    def _show_variables(self) -> None:
        self.inputs.set_names(self._variables(), nameless=bool(re.search(r"\{\{\s*\}\}", self._texts())))

    def _variables(self) -> Sequence[str]:
        return list(dict.fromkeys([*names_in(self._texts()), *self.checks.variables()]))

    def _texts(self) -> str:
        """Returns all versions of the prompt and the system prompt."""
        texts = [text_of(version) for name in TEXT_AXES for version in self.axes.texts(name)]
        edits = [edit.toPlainText() for edit in (self.prompt, self.system) if edit.isEnabled()]
        return "\n".join([*edits, *texts])


def _params_text(params: Mapping[str, Json]) -> str:
    return json.dumps(dict(params), ensure_ascii=False) if params else ""


def _type_over(edit: CodeEdit, text: str) -> None:
    """Puts a text in the place of all that is there; Ctrl+Z brings that back."""
    cursor = edit.textCursor()
    cursor.select(QTextCursor.SelectionType.Document)
    cursor.insertText(text)


def _with_button(edit: QWidget, button: Button) -> QWidget:
    """Returns an editor with a button below that fills it in."""
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(4)
    column.addWidget(edit)
    column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeading)
    return box


def _whole_number(name: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise BadInput(f"{name} needs a whole number, not “{text}”.") from None


def _number(name: str, unit: str, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError:
        value = -1.0
    if not 0 <= value < math.inf:
        raise BadInput(f"{name} needs a number of {unit}, not “{text}”.")
    return value


def _object(text: str) -> Mapping[str, Json]:
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except ValueError as error:
        raise BadInput(f"The fixed parameters are not valid JSON: {error}.") from None
    if not isinstance(value, dict):
        raise BadInput("The fixed parameters must be a JSON object, in braces.")
    return value
