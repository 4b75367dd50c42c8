"""Calculations that the page asks for, carried out in threads: what a plan will take, what files
of inputs say, and how samples vary."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import WorkbenchError
from workbench.core.experiments.estimate import estimate
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.same_questions import repeated_words
from workbench.core.experiments.variance import variance_of
from workbench.core.services import Services

_REST = 0.2  # seconds without a change of the plan before it is estimated


class Calculations(QObject):
    """A newer question takes the place of one of its kind that is not answered yet."""

    estimated = Signal(object, object, str)  # Estimate, the plan's cap in US dollars or None, which rows repeat
    varied = Signal(object)  # Variance of the samples asked for
    inputs_read = Signal(list, str)  # rows, what is wrong with the files
    failed = Signal(str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._providers = services.tasks, services.providers
        self._read = services.read_inputs

    def estimate(self, plan: Plan) -> None:
        self._tasks.start("estimate", self._estimate(plan))

    async def _estimate(self, plan: Plan) -> None:
        await asyncio.sleep(_REST)
        try:
            about = await asyncio.to_thread(estimate, Experiment(plan), self._providers.info)
            self.estimated.emit(about, plan.max_cost, await asyncio.to_thread(repeated_words, plan))
        except WorkbenchError as error:
            self.failed.emit(str(error))

    def read_inputs(self, paths: Sequence[Path]) -> None:
        """Reads rows of variables from files."""
        self._tasks.start("read inputs", self._read_inputs(list(paths)))

    async def _read_inputs(self, paths: Sequence[Path]) -> None:
        try:
            rows = await asyncio.to_thread(lambda: [row for path in paths for row in self._read(path)])
        except (WorkbenchError, OSError) as error:
            self.inputs_read.emit([], str(error))
        else:
            self.inputs_read.emit(rows, "")

    def compare_samples(self, texts: Sequence[str], rows: Sequence[str]) -> None:
        """Measures how samples vary, each among those that answer the same row."""
        self._tasks.start("compare samples", self._compare_samples(list(texts), list(rows)))

    async def _compare_samples(self, texts: Sequence[str], rows: Sequence[str]) -> None:
        self.varied.emit(await asyncio.to_thread(variance_of, texts, rows))
