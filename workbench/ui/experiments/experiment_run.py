"""The run of an experiment: asks what is not answered yet, and collects what comes in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.gate_run import run_gated
from workbench.core.experiments.gate_words import round_words
from workbench.core.experiments.grid import Job
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.runner import Progress, Runner
from workbench.core.ports.check_worker import CheckWorker
from workbench.core.services import Services

SHOW_MS = 100
"""How often a run tells that it advanced; 64 streams bring thousands of pieces a second."""
_LONGEST = 200  # characters of an incoming answer that a cell shows


class ExperimentRun(QObject):
    """Runs one experiment at a time. It goes on while another experiment is looked at. Where the plan has a gate, cells
    that it is undecided about are asked again."""

    changed = Signal(bool)  # whether one runs
    asked_again = Signal(str)  # a sentence on what the gate asks again
    advanced = Signal()  # ``progress`` or ``incoming`` is another; every ``SHOW_MS`` at most

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._providers, self._make_worker = services.providers, services.check_worker
        self._experiment: Experiment | None = None
        self._runner: Runner | None = None
        self._answers: list[Result] = []  # that were known, and all that have come since
        self._keep: Callable[[Result], None] = lambda result: None
        self._worker: CheckWorker | None = None
        self._advanced = False  # since it was told last
        self.experiment_id = ""  # of the one that runs, "" while none does
        self.name = ""
        self.progress: Progress | None = None
        self.incoming: dict[int, str] = {}  # cell → the end of its unfinished answer
        self._clock = QTimer(self, interval=SHOW_MS)
        self._clock.timeout.connect(self._emit_advanced)

    async def prepare(
        self, experiment_id: str, plan: Plan, known: Sequence[Result], keep: Callable[[str, Result], None],
        *, allow_code: bool = False,
    ) -> None:
        """Lays out the requests of a plan but for those that ``known`` results answer. ``keep`` stores each result
        before it counts as done."""

        def store(result: Result) -> None:
            keep(experiment_id, result)
            self._answers.append(result)
            self.incoming.pop(result.cell, None)

        self._worker, self._keep, self._answers = self._make_worker(allow_code), store, list(known)
        self._experiment = Experiment(plan)
        self._runner = await self._make_runner(self._experiment)
        self.experiment_id, self.name = experiment_id, plan.name

    async def _make_runner(self, part: Experiment) -> Runner:
        assert self._worker is not None
        runner = await asyncio.to_thread(partial(
            Runner, part, self._providers, self._keep, self._worker, known=list(self._answers), on_text=self._on_text,
            on_progress=self._on_progress))
        self.progress = runner.progress
        return runner

    async def run(self) -> None:
        """Runs what was prepared; cancelling this ends the run, and what is answered stays."""
        experiment = self._experiment
        assert experiment is not None and self._worker is not None
        self._clock.start()
        self.changed.emit(True)
        try:
            if experiment.plan.gate is None:
                await self._ask(experiment)
            else:
                await run_gated(experiment, self._ask, self._answers,
                                on_round=lambda part: self.asked_again.emit(round_words(part)))
        finally:
            self._worker.close()
            self._clock.stop()
            self.incoming.clear()
            self.advanced.emit()
            self._experiment, self._runner, self.experiment_id = None, None, ""
            self.changed.emit(False)

    async def _ask(self, part: Experiment) -> Progress:
        if part is not self._experiment:
            self._runner = await self._make_runner(part)
        assert self._runner is not None
        return await self._runner.run()

    @property
    def is_running(self) -> bool:
        return self._runner is not None

    def pause(self, on: bool) -> None:
        """Sends nothing new while it is on; what is under way comes to its end."""
        if self._runner is not None:
            (self._runner.pause if on else self._runner.resume)()

    def _on_text(self, job: Job, text: str) -> None:
        cell = job.cell.index
        self.incoming[cell] = (self.incoming.get(cell, "") + text)[-_LONGEST:]
        self._advanced = True

    def _on_progress(self, progress: Progress) -> None:
        self._advanced = True

    def _emit_advanced(self) -> None:
        if self._advanced:
            self._advanced = False
            self.advanced.emit()
