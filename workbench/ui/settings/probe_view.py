"""The probe of a model: starts and stops it, and shows what the model accepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.ports.providers import ProbeRow
from workbench.core.request.models import ModelInfo
from workbench.core.request.probe_report import total
from workbench.core.text.formatting import count
from workbench.ui.widgets import Button, ComboBox, Label, delete_widgets

_TONES = {"yes": "ok", "refused": "bad", "ignored": "warn"}


class ProbeView(QWidget):
    """``model_chosen`` carries the id of a model whose estimate is to be shown."""

    model_chosen = Signal(str)
    probe_requested = Signal(str)  # model id
    stop_requested = Signal()
    copy_requested = Signal(str, object)  # model id, its rows
    save_requested = Signal(str, object)  # the same

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(8)
        column.addWidget(Label("What a model accepts", "strong", parent=self))
        row = QHBoxLayout()
        row.setSpacing(8)
        self._models = ComboBox("Model to measure", self)
        self._models.setMinimumContentsLength(10)
        self._models.activated.connect(self._choose)
        self._accepts: dict[str, Mapping[str, str]] = {}
        row.addWidget(self._models, 1)
        self._measure = Button("Measure", parent=self)
        self._measure.clicked.connect(self._toggle)
        row.addWidget(self._measure)
        self._copy = Button("Copy report", parent=self)
        self._copy.setToolTip("What was found, as Markdown: for a bug report, for instance.")
        self._copy.clicked.connect(lambda: self.copy_requested.emit(self.model(), self._rows))
        self._copy.hide()
        row.addWidget(self._copy)
        self._save = Button("Save report…", parent=self)
        self._save.setToolTip("As Markdown or JSON, to be attached to a bug report.")
        self._save.clicked.connect(lambda: self.save_requested.emit(self.model(), self._rows))
        self._save.hide()
        row.addWidget(self._save)
        column.addLayout(row)
        self._rows: list[ProbeRow] = []
        self._status = Label("", "dim", wrap=True, parent=self)
        column.addWidget(self._status)
        self._table = QWidget(self)
        self._grid = QGridLayout(self._table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(2, 1)
        column.addWidget(self._table)
        self._running = False

    def model(self) -> str:
        return str(self._models.currentData() or "")

    def set_models(self, models: Sequence[ModelInfo]) -> None:
        self.setVisible(bool(models))
        self._accepts = {info.ref.model: info.accepts for info in models}
        self._models.set_items([(info.ref.model, info.ref.model) for info in models])
        if models and not self._running:
            self._choose()

    def _choose(self) -> None:
        """Shows what was measured of this model before, and asks what a probe would take."""
        self._clear()
        for name, verdict in self._accepts.get(self.model(), {}).items():
            self.add_row(ProbeRow(name, verdict, ""))
        self.model_chosen.emit(self.model())

    def set_estimate(self, requests: int, tokens: int, cost: float | None) -> None:
        """Shows what a probe will take, before anything is spent."""
        if not self._running:
            self._status.setText(f"{requests} small requests, about {count(tokens)} tokens{_price(cost, 'about ')}.")

    def add_row(self, row: ProbeRow) -> None:
        line = self._grid.rowCount()
        name = Label(row.name, parent=self._table)
        verdict = Label(row.verdict, _TONES.get(row.verdict, "dim"), parent=self._table)
        verdict.setAccessibleName(f"{row.name}: {row.verdict}")
        labels = [name, verdict]
        if row.evidence:
            labels.append(Label(row.evidence, "dim", wrap=True, selectable=True, parent=self._table))
        for place, label in enumerate(labels):
            self._grid.addWidget(label, line, place, Qt.AlignmentFlag.AlignTop if place < 2 else Qt.AlignmentFlag(0))
        if row.evidence:  # of this probe: remembered ones have no evidence
            self._rows.append(row)

    def end(self, problem: str) -> None:
        """Shows that the probe has ended. ``problem`` is ``""`` when everything was measured."""
        for button in (self._copy, self._save):
            button.setVisible(bool(self._rows))
        self._running = False
        self._measure.setText("Measure again")
        tokens, cost = total(self._rows)
        spent = f"The probe took {count(tokens)} tokens{_price(cost)}."
        self._status.setText(f"{problem} {spent}" if problem else f"{spent} Its result is remembered.")

    def _toggle(self) -> None:
        if self._running:
            self.stop_requested.emit()
            return
        self._running = True
        self._clear()
        self._measure.setText("Stop")
        self._status.setText("Measuring…")
        self.probe_requested.emit(self.model())

    def _clear(self) -> None:
        self._rows = []
        for button in (self._copy, self._save):
            button.hide()
        delete_widgets(self._grid)


def _price(cost: float | None, how: str = "") -> str:
    return "" if cost is None else f", {how}${cost:.4f}" if cost else ", free of charge"
