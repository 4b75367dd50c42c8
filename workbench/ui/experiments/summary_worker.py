"""The summaries and the outcome of the open experiment, made in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from workbench.core.experiments.comparison import CellRows
from workbench.core.experiments.experiment_store import StoredRun
from workbench.core.experiments.gate_run import judge
from workbench.core.experiments.outcome import Outcome, outcome_of
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, Summary, rows_by_cell, same_requests
from workbench.core.experiments.same_questions import same_questions
from workbench.core.experiments.tally import Tallies
from workbench.core.tasks import Tasks

SUM = "sum up an experiment"

MAX_WHILE_RUNNING = 2_000
"""With more answers the outcome waits for the end of the run: it looks at all of them."""


class SummaryWorker(QObject):
    """Adds up results as they come. Comparing the texts of a cell, or cells with each other, takes tens of
    milliseconds, so a thread does it."""

    summed = Signal(object)  # cell → Summary, of the cells that it changed for
    concluded = Signal(object)  # Outcome of all results so far

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._plan: Plan | None = None
        self._tallies: Tallies | None = None
        self._summaries: dict[int, Summary] = {}
        self._waiting: list[Result] = []
        self._results: list[Result] = []
        self._since: StoredRun | None = None
        self._since_rows: CellRows = {}
        self._running = self._stale = False

    def begin(self, plan: Plan | None, results: Sequence[Result] = ()) -> None:
        """Begins again with another plan and other results; the plan is None when no experiment is open."""
        self._plan, self._tallies = plan, Tallies(plan) if plan is not None else None
        self._summaries, self._waiting, self._results = {}, [], []
        self.add(results)

    def add(self, results: Sequence[Result]) -> None:
        """Adds results that have come since."""
        self._waiting = [*self._waiting, *results]
        self._results += results
        self._conclude_again()

    def compare_with(self, run: StoredRun | None) -> None:
        """Takes another earlier run to compare with, None for none."""
        if run is not self._since:
            self._since, self._since_rows = run, {}
            self._conclude_again()

    def set_running(self, on: bool) -> None:
        self._running = on
        if not on:
            self._conclude_again()

    def _conclude_again(self) -> None:
        self._stale = True
        if self._tallies is not None and not self._tasks.running(SUM):
            self._tasks.start(SUM, self._sum_up())

    async def _sum_up(self) -> None:
        while (tallies := self._tallies) is not None and (self._waiting or self._stale):
            results, self._waiting = self._waiting, []
            summaries = await asyncio.to_thread(tallies.add, results)
            if tallies is self._tallies and summaries:
                self._summaries.update(summaries)
                self.summed.emit(summaries)
            if not self._waiting:
                self._stale = False
                if not self._running or len(self._results) <= MAX_WHILE_RUNNING:
                    await self._conclude(tallies)

    async def _conclude(self, tallies: Tallies) -> None:
        plan, since = self._plan, self._since
        if plan is None:
            return
        if since is not None and not self._since_rows:
            rows = await asyncio.to_thread(rows_by_cell, since.results, same_questions(plan))
            if since is self._since:
                self._since_rows = rows
        before = (since.plan, self._since_rows) if since is not None else None
        twins = same_requests([one for _, one in sorted(self._summaries.items())])
        outcome: Outcome = await asyncio.to_thread(outcome_of, plan, tallies.rows(), twins, before)
        if plan.gate is not None:
            earlier = (since.plan, since.results) if since is not None else None
            outcome = replace(
                outcome, judgement=await asyncio.to_thread(judge, plan, plan.gate, list(self._results), earlier))
        if tallies is self._tallies and since is self._since:
            self.concluded.emit(outcome)
