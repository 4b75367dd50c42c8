"""Calculations that the page asks for, carried out in threads: what a plan will take, and how samples vary."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import WorkbenchError
from workbench.core.experiments.estimate import estimate
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.variance import variance_of
from workbench.core.services import Services

_REST = 0.2  # seconds without a change of the plan before it is estimated


class Calculations(QObject):
    """A newer question takes the place of one of its kind that is not answered yet."""

    estimated = Signal(object, object)  # Estimate, the plan's cap on the cost in US dollars or None
    varied = Signal(object)  # Variance of the samples asked for
    failed = Signal(str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks, self._providers = services.tasks, services.providers

    def estimate(self, plan: Plan) -> None:
        self._tasks.start("estimate", self._estimate(plan))

    async def _estimate(self, plan: Plan) -> None:
        await asyncio.sleep(_REST)
        try:
            self.estimated.emit(
                await asyncio.to_thread(estimate, Experiment(plan), self._providers.info), plan.max_cost)
        except WorkbenchError as error:
            self.failed.emit(str(error))

    def compare_samples(self, texts: Sequence[str], rows: Sequence[str]) -> None:
        """Measures how samples vary, each among those that answer the same row."""
        self._tasks.start("compare samples", self._compare_samples(list(texts), list(rows)))

    async def _compare_samples(self, texts: Sequence[str], rows: Sequence[str]) -> None:
        self.varied.emit(await asyncio.to_thread(variance_of, texts, rows))
