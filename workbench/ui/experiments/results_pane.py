"""The results of an experiment: progress, the comparison with an earlier run, the grid, plots and one cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QDateTime, QLocale, QModelIndex, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QProgressBar, QVBoxLayout

from workbench.core.experiments.best import best_words
from workbench.core.experiments.calibration import calibrations
from workbench.core.experiments.comparison import Comparison, change_words
from workbench.core.experiments.curves import (
    METRICS,
    cost_points,
    latency_lines,
    metric_lines,
    plot_axis,
    title_of,
)
from workbench.core.experiments.experiment_store import StoredRun
from workbench.core.experiments.gate_words import judgement_words
from workbench.core.experiments.outcome import Outcome
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, Summary
from workbench.core.experiments.runner import Progress
from workbench.core.text.formatting import counted, dollars, interval, percent, span
from workbench.ui.experiments.cell_detail import CellDetail
from workbench.ui.experiments.grid_model import GridModel
from workbench.ui.experiments.grid_view import GridView
from workbench.ui.experiments.plots import Plot
from workbench.ui.theme import icons
from workbench.ui.widgets import Button, ComboBox, ElidedLabel, EmptyState, Label, ScrollColumn
from workbench.ui.widgets.tips import plain_tip

_CHANGE_TIP = ("Better or worse: the 95 % interval of the difference, row by row, leaves zero out. Of twenty cells "
               "that stayed the same one will look changed.")
_BEST_TIP = ("The setting that comes first of several was lucky too. Its honest estimate shrinks all rates towards "
             "their mean by as much as their differences are chance. Proven: better than each of the others, row by "
             "row, at 5 % for all of them together (Holm).")

_WIDE = 640
"""The width in pixels from which on the plots and the cell are side by side."""


class ResultsPane(ScrollColumn):
    """Shows the results of one experiment, and how far its run is."""

    pause_requested = Signal(bool)
    stop_requested = Signal()
    run_selected = Signal(object)  # StoredRun to compare with, None for none

    def __init__(self) -> None:
        super().__init__(margin=16, gap=12)
        self.model = GridModel(self)
        self.grid = GridView(self.model)
        self.detail = CellDetail()
        self._plots = [Plot("Plot of the metric"), Plot("Plot of times"), Plot("Plot of cost")]
        self._plan: Plan | None = None
        self._results: list[Result] = []
        self._runs: Sequence[StoredRun] = ()
        self._outcome: Outcome | None = None
        self._round = ""  # what the gate asks again, in a run that is under way
        self._status, self._bar = ElidedLabel("", "dim"), QProgressBar()
        self._change = Label("", "dim", wrap=True)
        self.best = Label("", wrap=True, selectable=True)
        self.judges = Label("", "dim", wrap=True, selectable=True)
        self.pause, self.stop = Button("Pause", "quiet", "pause"), Button("Stop", "quiet", "stop")
        self.metrics, self.since = ComboBox("Metric"), ComboBox("Compare with run")
        self.metrics.addItems(list(METRICS.values()))
        self.since.setMinimumContentsLength(18)
        self._empty = EmptyState(
            "experiment", "No answers yet",
            "Fill in the plan and run it: answers come into a grid here, one cell for each model and setting. "
            "builtin/ngram costs nothing to try it with. “This must stay true…” on a reply of a chat makes a test "
            "of it.")
        self._build()
        self._connect()
        self.show_running(False)
        self._show_state()

    def _build(self) -> None:
        self.best.setAccessibleName("Best setting")
        self.judges.setAccessibleName("Judges against ratings of yours")
        self.best.setToolTip(plain_tip(_BEST_TIP))
        self._bar.setAccessibleName("Progress of the experiment")
        self._bar.setTextVisible(False)
        self._bar.setFixedHeight(4)
        line = QHBoxLayout()
        line.addWidget(Label("Results", "strong"))
        line.addWidget(self._status, 1)
        for widget in (self.metrics, self.pause, self.stop):
            line.addWidget(widget)
        second = self._second = QHBoxLayout()
        second.addWidget(self._change, 1)
        second.addWidget(self.since)
        below = self._below = QHBoxLayout()
        below.setSpacing(24)
        plots = QVBoxLayout()
        for plot in self._plots:
            plots.addWidget(plot)
            plot.hide()
        plots.addStretch(1)
        below.addLayout(plots, 1)
        below.addWidget(self.detail, 1, Qt.AlignmentFlag.AlignTop)
        self.column.addLayout(line)
        self.column.addWidget(self._bar)
        self.column.addLayout(second)
        self.column.addWidget(self.best)
        self.column.addWidget(self.judges)
        self.column.addWidget(self.grid)
        self.column.addWidget(self._empty, 1)
        self.column.addLayout(below)
        self.column.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Puts the cell above the plots in a narrow window, and the choice of a run below the comparison."""
        super().resizeEvent(event)
        beside = self.viewport().width() >= _WIDE
        self._below.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.BottomToTop)
        self._second.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)

    def _connect(self) -> None:
        self.pause.clicked.connect(lambda: self.pause_requested.emit(self.pause.text() == "Pause"))
        self.stop.clicked.connect(self.stop_requested)
        self.metrics.currentIndexChanged.connect(lambda _: self._show_metric())
        self.since.currentIndexChanged.connect(lambda _: self._select_run())
        self.grid.chosen.connect(self._show_cell)

    # --- values ---

    def show_experiment(self, plan: Plan, results: Sequence[Result]) -> None:
        """Shows a stored experiment, with the results that it has so far."""
        self._plan, self._results, self._outcome = plan, list(results), None
        self.model.show(plan, results)
        self._show_count()
        self.metrics.setCurrentIndex(list(METRICS).index("pass_rate" if plan.is_checked else "agreement"))
        self._show_state()
        if results:
            self.grid.setCurrentIndex(self.model.index(0, 0))

    def show_nothing(self) -> None:
        self._plan, self._results, self._outcome = None, [], None
        self.show_runs(())
        self._status.setText("")
        self._show_state()

    def add(self, results: Sequence[Result], incoming: dict[int, str]) -> None:
        """Adds results. ``incoming`` has the text of unfinished answers by cell."""
        if self._plan is None:
            return
        first = not self._results
        self._results.extend(results)
        self.model.add(results, incoming)
        if first:
            self._show_state()
            self.grid.setCurrentIndex(self.model.index(0, 0))
        here = self.grid.currentIndex()
        if here.isValid() and any(result.cell == self.model.cell(here).index for result in results):
            self._show_cell(here)

    def show_summaries(self, summaries: Mapping[int, Summary]) -> None:
        """Shows new summaries of some cells."""
        self.model.set_summaries(summaries)
        self._show_metric()
        here = self.grid.currentIndex()
        if here.isValid() and self.model.cell(here).index in summaries:
            self._show_cell(here)

    def show_outcome(self, outcome: Outcome) -> None:
        """Shows what all results come to."""
        self._outcome = outcome
        self._show_outcome()

    def show_results(self, results: Sequence[Result]) -> None:
        """Shows results in the place of all before: a rating was given, or a new run begins."""
        if self._plan is not None:
            self._results = list(results)
            self.model.replace(results)
            self._show_cell(self.grid.currentIndex())
            self._show_metric()

    def show_runs(self, runs: Sequence[StoredRun]) -> None:
        """Offers earlier runs to compare with; the latest is selected."""
        self._runs = runs
        self.since.blockSignals(True)
        self.since.clear()
        self.since.addItems([f"since {run_label(run)}" for run in runs] + (["no comparison"] if runs else []))
        self.since.blockSignals(False)
        self.since.setVisible(bool(runs))
        self._select_run()

    def show_progress(self, progress: Progress, other: str = "") -> None:
        left = "" if progress.seconds_left is None or progress.done == progress.total else (
            f"{span(progress.seconds_left)} left")
        facts = (
            f"running: {other}" if other else self._round.rstrip("."), f"{progress.done} of {progress.total} done",
            f"{progress.retried} retried" if progress.retried else "",
            f"{progress.failed} failed" if progress.failed else "", left,
            dollars(progress.spent) if progress.spent else "",
        )
        self._status.setText(" · ".join(filter(None, facts)))
        self._bar.setMaximum(progress.total)
        self._bar.setValue(progress.done)

    def show_round(self, words: str) -> None:
        """Shows what the gate asks again."""
        self._round = words

    def show_running(self, on: bool) -> None:
        self._round = ""
        for widget in (self._bar, self.pause, self.stop):
            widget.setVisible(on)
        self.show_paused(False)
        if not on and self._missing():
            self._show_count()

    def show_paused(self, on: bool) -> None:
        self.pause.setText("Resume" if on else "Pause")
        self.pause.setAccessibleName(self.pause.text())
        self.pause.setIcon(icons.icon("play" if on else "pause", "dim"))

    def _show_count(self) -> None:
        """Shows how much is answered, and that a run which was cut short asks nothing twice."""
        plan, words = self._plan, list[str]()
        if plan and self._results:
            words.append(f"{len(self._results)} of {plan.requests} done")
            if missing := self._missing():
                words.append(counted(missing, "“Run sweep” asks only for the one that is missing",
                                     "“Run sweep” asks only for the {n} that are missing"))
        self._status.setText(" · ".join(words))

    def _missing(self) -> int:
        """Returns how many requests of the plan have no answer yet."""
        asked = self._plan.requests if self._plan else 0
        return max(asked - sum(not result.error for result in self._results), 0)

    def _show_state(self) -> None:
        some = bool(self._results)
        self.grid.setVisible(some or self._plan is not None)
        for widget in (self.detail, self.metrics):
            widget.setVisible(some)
        self._empty.setVisible(self._plan is None)
        self._show_metric()
        self._show_outcome()

    def _show_metric(self) -> None:
        metric = list(METRICS)[self.metrics.currentIndex()]
        self.grid.set_metric(metric)
        plan, summaries = self._plan, self.model.summaries()
        axis = plot_axis(plan) if plan else None
        if plan and axis:
            self._plots[0].show_lines(title_of(metric, axis.name), "" if axis.values else axis.name,
                                      metric_lines(plan, summaries, axis, metric), axis.values)
        else:
            self._plots[0].show_lines("", "", ())
        times = latency_lines(plan, self._results) if plan else ()
        self._plots[1].show_lines("Answers within a time", "seconds", times)
        self._plots[2].show_lines(f"Cost against {METRICS[metric].lower()}", "US dollars",
                                  cost_points(plan, summaries, metric) if plan and metric != "cost" else ())

    def _select_run(self) -> None:
        at = self.since.currentIndex()
        self.run_selected.emit(self._runs[at] if 0 <= at < len(self._runs) else None)

    def _show_outcome(self) -> None:
        """Shows the pass rate over all cells, what has changed since the selected run, and which setting is best."""
        plan, outcome = self._plan, self._outcome
        comparison = outcome.comparison if outcome else Comparison({}, None)
        self.model.set_changes(comparison.changes)
        rate = outcome.rate if outcome else None
        words = [f"{percent(rate.value)} of all answers pass {interval(rate.low, rate.high)}"] if rate else []
        summaries = self.model.summaries() if plan else ()  # else they are those of another one
        if failed := sum(summary.errors for summary in summaries):
            words.append(counted(failed, "{n} request failed and counts in no rate",
                                 "{n} requests failed and count in no rate"))
        if plan and plan.min_pass_rate and (below := self._count_below(plan.min_pass_rate)):
            words.append(counted(below, f"{{n}} cell is below {percent(plan.min_pass_rate)}",
                                 f"{{n}} cells are below {percent(plan.min_pass_rate)}"))
        if comparison.overall:
            words += [change_words(comparison.overall), f"{comparison.count('better')} better",
                      f"{comparison.count('worse')} worse"]
        if outcome and outcome.judgement:
            words.insert(0, judgement_words(outcome.judgement))
        self._change.setText(" · ".join(words))
        self._change.setVisible(bool(words))
        self._change.setToolTip(plain_tip(_CHANGE_TIP) if comparison.overall else "")
        self.best.setText(best_words(outcome.ranking) if outcome and outcome.ranking else "")
        self.best.setVisible(bool(self.best.text()))
        found = calibrations(summary.judged for summary in summaries)
        self.judges.setText("\n".join(judge.words for judge in found))
        self.judges.setVisible(bool(found))

    def _count_below(self, least: float) -> int:
        rates = [summary.pass_rate for summary in self.model.summaries() if summary.pass_rate]
        return sum(rate.value < least for rate in rates)

    def _show_cell(self, index: QModelIndex) -> None:
        if index.isValid():
            self.detail.show_cell(self.model.summary(index), self.model.results(index))


def run_label(run: StoredRun) -> str:
    """Returns “3 Oct 14:20 · 86 %”."""
    moment, locale = QDateTime.fromSecsSinceEpoch(int(run.ended)), QLocale()
    hour = locale.toString(moment.time(), QLocale.FormatType.ShortFormat)
    checked = [one for one in run.results if one.decided] if run.plan.is_checked else ()
    passed = f" · {percent(sum(one.passed for one in checked) / len(checked))}" if checked else ""
    return f"{locale.toString(moment.date(), 'd MMM')} {hour}{passed}"
