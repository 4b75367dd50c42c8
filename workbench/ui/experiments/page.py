"""The page: a list of experiments, the plan's form, and the answers with progress, grid, plots and one cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QProgressBar, QSplitter, QVBoxLayout, QWidget

from workbench.core.errors import BadInput
from workbench.core.experiments.grid import Cell
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.runner import Progress
from workbench.core.experiments.shelf import Shelved
from workbench.ui import style
from workbench.ui.experiments.cell_detail import CellDetail
from workbench.ui.experiments.grid_model import METRICS, GridModel
from workbench.ui.experiments.grid_view import GridView
from workbench.ui.experiments.plan_form import PlanForm
from workbench.ui.experiments.plots import Plot, cost_points, latency_lines, metric_lines, numeric_axis, title_of
from workbench.ui.widgets import Button, ComboBox, HLine, Label, ScrollColumn


class ExperimentsPage(QWidget):
    """Shows values and tells wishes; ``controller.experimenting`` carries them out."""

    opened = Signal(str)
    new_wanted = Signal()
    duplicate_wanted = Signal()
    delete_wanted = Signal(str)
    plan_edited = Signal(object)  # Plan
    run_wanted = Signal(object)  # Plan
    pause_wanted = Signal(bool)
    stop_wanted = Signal()
    export_wanted = Signal(str)  # format
    use_wanted = Signal(object)  # Cell
    chat_wanted = Signal(object)  # Result
    rated = Signal(str, object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.form = PlanForm()
        self.model = GridModel(self)
        self.grid = GridView(self.model)
        self.detail = CellDetail()
        self._plots = [Plot("Plot of the metric"), Plot("Plot of times"), Plot("Plot of cost")]
        self._plan: Plan | None = None
        self._results: list[Result] = []
        self._id = ""
        self._choice = ComboBox("Experiment")
        self._choice.setMinimumContentsLength(24)
        self._back = Button("Back to the chat", "quiet", "chevron-left")
        self._new, self._duplicate = Button("New", "", "plus"), Button("Duplicate")
        self._delete, self._export = Button("Delete", "quiet"), Button("Export", "", "export")
        self._status, self._bar = Label("", "dim"), QProgressBar()
        self._pause, self._stop = Button("Pause", "quiet", "pause"), Button("Stop", "quiet", "stop")
        self._metric = ComboBox("Metric")
        self._metric.addItems(list(METRICS.values()))
        self._empty = Label("Fill in the plan at the left and run it: answers come into a grid here, one cell for "
                            "each model and setting. The built-in n-gram model costs nothing to try it with: "
                            "builtin/ngram, temperature 0 → 1.5 in 4 steps.", "dim", wrap=True)
        self._build()
        self._connect()
        self.show_running(False)

    # --- parts ---

    def _build(self) -> None:
        self._bar.setAccessibleName("Progress of the experiment")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 12, 8)
        head.setSpacing(8)
        head.addWidget(self._back)
        head.addWidget(self._choice)
        head.addStretch(1)
        for button in (self._new, self._duplicate, self._delete, self._export):
            head.addWidget(button)
        split = QSplitter()
        split.setHandleWidth(1)
        split.setChildrenCollapsible(False)
        split.addWidget(self.form)
        split.addWidget(self._results_side())
        split.setStretchFactor(1, 1)
        split.setSizes([330, 900])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(HLine())
        column.addWidget(split, 1)

    def _results_side(self) -> QWidget:
        side = ScrollColumn(margin=16, gap=12)
        line = QHBoxLayout()
        line.addWidget(Label("Results", "strong"))
        line.addWidget(self._status)
        line.addStretch(1)
        for widget in (self._metric, self._pause, self._stop):
            line.addWidget(widget)
        below = QHBoxLayout()
        below.setSpacing(24)
        plots = QVBoxLayout()
        for plot in self._plots:
            plots.addWidget(plot)
            plot.hide()
        plots.addStretch(1)
        below.addLayout(plots, 1)
        below.addWidget(self.detail, 1)
        side.column.addLayout(line)
        for widget in (self._bar, self._empty, self.grid):
            side.column.addWidget(widget)
        side.column.addLayout(below)
        side.column.addStretch(1)
        return side

    def _connect(self) -> None:
        self._choice.activated.connect(lambda at: self.opened.emit(str(self._choice.itemData(at))))
        self._back.clicked.connect(self.left)
        self._new.clicked.connect(self.new_wanted)
        self._duplicate.clicked.connect(self.duplicate_wanted)
        self._delete.clicked.connect(lambda: self.delete_wanted.emit(self._id))
        self._export.clicked.connect(self._ask_format)
        self.form.changed.connect(self._edited)
        self.form.run_wanted.connect(self.run_wanted)
        self._pause.clicked.connect(lambda: self.pause_wanted.emit(self._pause.text() == "Pause"))
        self._stop.clicked.connect(self.stop_wanted)
        self._metric.currentIndexChanged.connect(lambda _: self._show_metric())
        self.grid.chosen.connect(self._show_cell)
        self.detail.use_wanted.connect(self.use_wanted)
        self.detail.chat_wanted.connect(self.chat_wanted)
        self.detail.rated.connect(self.rated)

    # --- values ---

    def show_list(self, shelved: Sequence[Shelved]) -> None:
        self._choice.blockSignals(True)
        self._choice.clear()
        for one in shelved:
            day = datetime.fromtimestamp(one.changed).astimezone().strftime("%d %b")
            self._choice.addItem(f"{one.name} · {one.done} of {one.total} · {day}", one.id)
        self._choice.setPlaceholderText("New experiment" if shelved else "No experiment yet")
        self._choice.setCurrentIndex(self._choice.findData(self._id))
        self._choice.setEnabled(bool(shelved))
        self._choice.blockSignals(False)

    def show_experiment(self, experiment_id: str, plan: Plan, results: Sequence[Result]) -> None:
        """The open experiment, with what it has so far."""
        self._id, self._plan, self._results = experiment_id, plan, list(results)
        self.form.show_plan(plan)
        self.model.show(plan, results)
        self._choice.setCurrentIndex(self._choice.findData(experiment_id))
        self._status.setText(f"{len(results)} of {plan.requests} done" if results else "")
        self._metric.setCurrentIndex(list(METRICS).index("pass_rate" if plan.checks else "agreement"))
        self._show_state()
        if results:
            self.grid.setCurrentIndex(self.model.index(0, 0))

    def show_new(self, plan: Plan | None = None) -> None:
        """An empty form, or one filled from a chat."""
        self._id, self._plan, self._results = "", None, []
        if plan is not None:
            self.form.show_plan(plan)
        self._choice.setCurrentIndex(-1)
        self._status.setText("")
        self._show_state()

    def add(self, results: Sequence[Result], coming: dict[int, str]) -> None:
        """What came since the last call."""
        if self._plan is None:
            return
        first = not self._results
        self._results.extend(results)
        self.model.add(results, coming)
        if first:
            self._show_state()
            self.grid.setCurrentIndex(self.model.index(0, 0))
        if results:
            self._show_metric()
            self._show_cell(self.grid.currentIndex())

    def show_results(self, results: Sequence[Result]) -> None:
        """All of them anew (a rating was given)."""
        if self._plan is not None:
            at = self.grid.currentIndex()
            place = (at.row(), at.column())
            self._results = list(results)
            self.model.show(self._plan, results)
            self.grid.setCurrentIndex(self.model.index(*place))
            self._show_metric()

    def show_progress(self, progress: Progress) -> None:
        left = "" if progress.seconds_left is None or progress.done == progress.total else (
            f" · {progress.seconds_left:.0f} s left")
        spent = f" · ${progress.spent:.4f}" if progress.spent else ""
        self._status.setText(f"{progress.done} of {progress.total} done · {progress.retried} retried · "
                             f"{progress.failed} failed{left}{spent}")
        self._bar.setMaximum(progress.total)
        self._bar.setValue(progress.done)
        if progress.stopped_because:
            self.form.show_mistake(progress.stopped_because)

    def show_running(self, on: bool) -> None:
        for widget in (self._bar, self._pause, self._stop):
            widget.setVisible(on)
        self._pause.setText("Pause")
        self.form.run.setEnabled(not on)

    def show_paused(self, on: bool) -> None:
        self._pause.setText("Resume" if on else "Pause")
        self._pause.setAccessibleName(self._pause.text())

    def _show_state(self) -> None:
        some = self._plan is not None
        self.grid.setVisible(some)
        self.detail.setVisible(some)
        self._empty.setVisible(not some)
        self._metric.setVisible(some)
        for button in (self._duplicate, self._delete, self._export):
            button.setEnabled(some)
        self._show_metric()

    def _show_metric(self) -> None:
        metric = list(METRICS)[self._metric.currentIndex()]
        self.grid.set_metric(metric)
        plan, summaries = self._plan, self.model.summaries()
        axis = numeric_axis(plan) if plan else None
        self._plots[0].show_lines(title_of(metric, axis) if axis else "", axis or "",
                                  metric_lines(plan, summaries, axis, metric) if plan and axis else ())
        times = latency_lines(plan, self._results) if plan else ()
        self._plots[1].show_lines("Answers within a time", "seconds", times)
        self._plots[2].show_lines(f"Cost against {METRICS[metric].lower()}", "US dollars",
                                  cost_points(plan, summaries, metric) if plan and metric != "cost" else ())

    def _show_cell(self, index: QModelIndex) -> None:
        if index.isValid():
            self.detail.show_cell(self.model.cell(index), self.model.results(index))

    def _edited(self) -> None:
        try:
            plan = self.form.plan()
        except BadInput:
            self.form.show_estimate(None)  # the sentence comes with Run: nobody wants it while typing
            return
        self.plan_edited.emit(plan)

    def _ask_format(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for format, text in (("csv", "CSV"), ("jsonl", "JSON lines"), ("html", "HTML report")):
            menu.addAction(text).triggered.connect(lambda _=False, format=format: self.export_wanted.emit(format))
        menu.popup(self._export.mapToGlobal(self._export.rect().bottomLeft()))

    def current_cell(self) -> Cell | None:
        index = self.grid.currentIndex()
        return self.model.cell(index) if index.isValid() else None

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(style.theme().background))
