"""The summaries of the open experiment, made in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.tally import Tallies
from workbench.core.tasks import Tasks

SUM = "sum up an experiment"


class SummaryWorker(QObject):
    """Adds up results as they come. Comparing the texts of a cell takes tens of milliseconds, so a thread does it."""

    summed = Signal(object)  # cell → Summary, of the cells that it changed for

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._tallies: Tallies | None = None
        self._waiting: list[Result] = []

    def begin(self, plan: Plan | None, results: Sequence[Result] = ()) -> None:
        """Begins again with another plan and other results; the plan is None when no experiment is open."""
        self._tallies, self._waiting = Tallies(plan) if plan is not None else None, []
        self.add(results)

    def add(self, results: Sequence[Result]) -> None:
        """Adds results that have come since."""
        self._waiting = [*self._waiting, *results]
        if self._waiting and not self._tasks.running(SUM):
            self._tasks.start(SUM, self._sum_up())

    async def _sum_up(self) -> None:
        while self._waiting and (tallies := self._tallies) is not None:
            results, self._waiting = self._waiting, []
            summaries = await asyncio.to_thread(tallies.add, results)
            if tallies is self._tallies:
                self.summed.emit(summaries)
