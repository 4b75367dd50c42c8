"""What a model accepts, measured: run, watch, stop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from workbench.core.ports.providers import ProbeRow
from workbench.core.request.models import ModelInfo
from workbench.core.request.probe_report import total
from workbench.ui.widgets import Button, ComboBox, Label, delete_widgets

_TONES = {"yes": "ok", "refused": "bad", "ignored": "warn"}


class ProbeView(QWidget):
    """``chosen`` carries a model id whose cost is to be shown, ``wanted`` one to be measured."""

    chosen = Signal(str)
    wanted = Signal(str)
    stopped = Signal()
    reported = Signal(str, object)  # model id, its rows
    saved = Signal(str, object)  # the same, to be written to a file

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
        self._run = Button("Measure", parent=self)
        self._run.clicked.connect(self._toggle)
        row.addWidget(self._run)
        self._report = Button("Copy report", parent=self)
        self._report.setToolTip("What was found, as Markdown: for a bug report, for instance.")
        self._report.clicked.connect(lambda: self.reported.emit(self.model(), self._rows))
        self._report.hide()
        row.addWidget(self._report)
        self._save = Button("Save report…", parent=self)
        self._save.setToolTip("As Markdown or JSON, to be attached to a bug report.")
        self._save.clicked.connect(lambda: self.saved.emit(self.model(), self._rows))
        self._save.hide()
        row.addWidget(self._save)
        column.addLayout(row)
        self._rows: list[ProbeRow] = []
        self._words = Label("", "dim", wrap=True, parent=self)
        column.addWidget(self._words)
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
        """What was measured of this model before, and what it would take to measure it."""
        self._clear()
        for name, verdict in self._accepts.get(self.model(), {}).items():
            self.add_row(ProbeRow(name, verdict, ""))
        self.chosen.emit(self.model())

    def set_estimate(self, requests: int, tokens: int, cost: float | None) -> None:
        """What it will take, said before anything is spent."""
        if not self._running:
            self._words.setText(f"{requests} small requests, about {tokens:,} tokens{_price(cost, 'about ')}.")

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
        if row.evidence:  # not one that is only remembered
            self._rows.append(row)

    def end(self, problem: str) -> None:
        """``problem`` is ``""`` when everything was measured."""
        for button in (self._report, self._save):
            button.setVisible(bool(self._rows))
        self._running = False
        self._run.setText("Measure again")
        tokens, cost = total(self._rows)
        spent = f"{tokens:,} tokens{_price(cost)}"
        self._words.setText(f"{problem} {spent} were used." if problem else f"Measured with {spent}. It is remembered.")

    def _toggle(self) -> None:
        if self._running:
            self.stopped.emit()
            return
        self._running = True
        self._clear()
        self._run.setText("Stop")
        self._words.setText("Measuring…")
        self.wanted.emit(self.model())

    def _clear(self) -> None:
        self._rows = []
        for button in (self._report, self._save):
            button.hide()
        delete_widgets(self._grid)


def _price(cost: float | None, how: str = "") -> str:
    return "" if cost is None else f", {how}${cost:.4f}" if cost else ", free of charge"
