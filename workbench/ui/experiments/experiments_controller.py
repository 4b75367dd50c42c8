"""Experiments in the window: the list, the open one, and its run."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ParamSpec

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.core.errors import BadInput, WorkbenchError
from workbench.core.experiments.cases import Case, free_name
from workbench.core.experiments.estimate import estimate
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.grid import Job
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.rerun import adopted
from workbench.core.experiments.results import Result
from workbench.core.experiments.runner import Progress, Runner
from workbench.core.experiments.variance import variance_of
from workbench.core.services import Services
from workbench.ui.experiments.summary_worker import SummaryWorker

P = ParamSpec("P")

RUN = "run the experiment"
SHOW_MS = 100
"""How often what came is shown while a run goes on; 64 streams bring thousands of pieces a second."""


class ExperimentsController(QObject):
    """One experiment is open at a time, and one runs at a time; it goes on when another is opened."""

    listed = Signal(list)  # Shelved values
    opened = Signal(str, object, list)  # id, Plan, Results
    runs_listed = Signal(list)  # earlier Runs of the open one, latest first
    estimated = Signal(object, object)  # Estimate, the plan's cap on the cost or None
    progressed = Signal(object, str)  # Progress, the name of what runs when another experiment is open
    arrived = Signal(list, object)  # new Results; cell → what is coming in there
    summed = Signal(object)  # cell → Summary, of the cells that it changed for
    changed = Signal(list)  # all Results of the open one
    failed = Signal(str)
    running = Signal(bool)
    exported = Signal(object)  # Path
    deleted = Signal(str)  # id
    compared = Signal(object)  # Variance of the samples asked for
    case_kept = Signal(str, str)  # id and name of the suite that has a new case

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf, self._tasks = services.experiments(), services.tasks
        self._providers, self._validate = services.providers, services.validate_schema
        self.id = ""
        self.plan: Plan | None = None
        self.results: list[Result] = []
        self._runner: Runner | None = None
        self._running_id = ""
        self._changed_meanwhile: Plan | None = None  # the plan that the running experiment has from then on
        self._new: list[Result] = []
        self._untold: tuple[Progress, str, str] | None = None
        self._coming: dict[int, str] = {}
        self._summing = SummaryWorker(services.tasks, self)
        self._summing.summed.connect(self.summed)
        self._turn = asyncio.Lock()
        self._clock = QTimer(self, interval=SHOW_MS)
        self._clock.timeout.connect(self._show)

    def load(self) -> None:
        """Tells all experiments."""
        self._start("list experiments", self._load)

    def open(self, experiment_id: str) -> None:
        self._queue("open an experiment", self._open, experiment_id)

    def save(self, plan: Plan) -> None:
        """Keeps the changed plan of the open experiment, which may be left for another; while it runs, the run
        comes to its end as it was begun."""
        if self.plan is not None and self.id == self._running_id:
            self._changed_meanwhile = plan
        elif self.plan is not None:
            self._queue("", self._change, self.id, plan)

    def add_case(self, suite_id: str, case: Case) -> None:
        """Puts a case into a suite, a new one without an id."""
        self._queue("", self._add_case, suite_id, case)

    def compare_samples(self, texts: Sequence[str], rows: Sequence[str]) -> None:
        """Tells how samples vary, each among those that answer the same row."""
        self._start("compare samples", self._compare_samples, list(texts), list(rows))

    def duplicate(self) -> None:
        self._queue("", self._duplicate)

    def forget(self) -> None:
        """Begins a new one."""
        self.id, self.plan, self.results, self._new = "", None, [], []
        self._summing.begin(None)

    def delete(self, experiment_id: str) -> None:
        self._queue("", self._delete, experiment_id)

    def restore(self, experiment_id: str) -> None:
        """Brings back what was deleted, and opens it."""
        self._queue("", self._restore, experiment_id)

    def estimate(self, plan: Plan) -> None:
        self._start("estimate", self._estimate, plan)

    @property
    def is_running(self) -> bool:
        return self._runner is not None

    def run(self, plan: Plan) -> None:
        """Saves the plan and asks what is not answered yet."""
        if not self.is_running:
            self._start(RUN, self._run, plan)

    def pause(self, on: bool) -> None:
        if self._runner is not None:
            if on:
                self._runner.pause()
            else:
                self._runner.resume()

    def stop(self) -> None:
        """Ends the run; what is answered stays, and ``run`` goes on from there."""
        self._tasks.cancel(RUN)

    def rate(self, key: str, rating: float | None) -> None:
        self.results = [one.rated(rating) if one.key == key else one for one in self.results]
        if self.id == self._running_id:
            self._shelf.rewrite(self.id, self.results)  # at once: answers are being added to the file
        else:
            self._start("rate", asyncio.to_thread, partial(self._shelf.rewrite, self.id, list(self.results)))
        self.changed.emit(self.results)
        self._sum_anew()

    def export(self, format: str, path: Path) -> None:
        self._start("export an experiment", self._export, format, path)

    # --- the work ---

    def _start(self, name: str, work: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
        self._tasks.start(name, self._told(partial(work, *args, **kwargs)))

    async def _told(self, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except (WorkbenchError, OSError) as error:
            self.failed.emit(str(error))

    def _queue(self, name: str, work: Callable[P, Awaitable[object]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Starts what changes which experiment is open, or its files: in the order in which it is asked for."""
        self._start(name, self._alone, partial(work, *args, **kwargs))

    async def _alone(self, work: Callable[[], Awaitable[object]]) -> None:
        async with self._turn:
            await work()

    async def _load(self) -> None:
        self.listed.emit(list(await asyncio.to_thread(self._shelf.listed)))

    async def _open(self, experiment_id: str) -> None:
        self.plan = await asyncio.to_thread(self._shelf.plan, experiment_id)
        self.results = await asyncio.to_thread(self._shelf.results, experiment_id)
        self.id, self._new = experiment_id, []
        self.opened.emit(experiment_id, self.plan, self.results)
        self._sum_anew()
        await self._list_runs()

    async def _list_runs(self) -> None:
        self.runs_listed.emit(list(await asyncio.to_thread(self._shelf.runs, self.id)))

    async def _change(self, experiment_id: str, plan: Plan) -> None:
        old = await asyncio.to_thread(self._shelf.plan, experiment_id)
        await self._save(experiment_id, old, plan, await asyncio.to_thread(self._shelf.results, experiment_id))

    async def _save(self, experiment_id: str, old: Plan, new: Plan, results: Sequence[Result]) -> None:
        """The plan of an experiment has changed: what its answers are worth to the new one stays with it."""
        good = [result for result in results if not result.error]
        kept = await asyncio.to_thread(adopted, Experiment(old), Experiment(new), good, self._validate)
        if len(kept) < len(good):
            # Answers that the new plan does not ask for are kept.
            await asyncio.to_thread(self._shelf.archive_run, experiment_id)
        await asyncio.to_thread(self._shelf.save_plan, experiment_id, new)
        await asyncio.to_thread(self._shelf.rewrite, experiment_id, kept)
        if self.id == experiment_id:
            self.plan, self.results = new, kept
            self.opened.emit(experiment_id, new, kept)
            self._sum_anew()
            await self._list_runs()
        await self._load()

    async def _begin_anew(self) -> None:
        """All is answered: the answers become an earlier run."""
        await asyncio.to_thread(self._shelf.archive_run, self.id)
        self.results = []
        self.changed.emit([])
        self._sum_anew()
        await self._list_runs()

    async def _add_case(self, suite_id: str, case: Case) -> None:
        if suite_id:
            plan = await asyncio.to_thread(self._shelf.plan, suite_id)
            case = dataclasses.replace(case, name=free_name(case.name, plan.cases))
            plan = dataclasses.replace(plan, cases=(*plan.cases, case))  # at the end: answers keep their cells
            await asyncio.to_thread(self._shelf.save_plan, suite_id, plan)
        else:
            plan = Plan("What must stay true", (), samples=5, cases=(case,))
            suite_id = await asyncio.to_thread(self._shelf.create, plan)
        if suite_id == self.id:
            self.plan = plan
            self.opened.emit(suite_id, plan, self.results)
            self._sum_anew()
        self.case_kept.emit(suite_id, plan.name)
        await self._load()

    async def _compare_samples(self, texts: Sequence[str], rows: Sequence[str]) -> None:
        self.compared.emit(await asyncio.to_thread(variance_of, texts, rows))

    async def _duplicate(self) -> None:
        if self.plan is not None:
            await self._create(dataclasses.replace(self.plan, name=f"{self.plan.name} 2"))

    async def _create(self, plan: Plan) -> None:
        self.id = await asyncio.to_thread(self._shelf.create, plan)
        self.plan, self.results = plan, []
        self.opened.emit(self.id, plan, [])
        self._sum_anew()
        self.runs_listed.emit([])
        await self._load()

    async def _delete(self, experiment_id: str) -> None:
        if experiment_id == self._running_id:
            raise BadInput("The experiment is running. Stop it first, then delete it.")
        await asyncio.to_thread(self._shelf.delete, experiment_id)
        if experiment_id == self.id:
            self.forget()
        self.deleted.emit(experiment_id)
        await self._load()

    async def _restore(self, experiment_id: str) -> None:
        await asyncio.to_thread(self._shelf.restore, experiment_id)
        await self._open(experiment_id)
        await self._load()

    async def _estimate(self, plan: Plan) -> None:
        await asyncio.sleep(0.2)  # the user is still typing; a newer estimate replaces this one
        self.estimated.emit(await asyncio.to_thread(estimate, Experiment(plan), self._providers.info), plan.max_cost)

    async def _export(self, format: str, path: Path) -> None:
        await asyncio.to_thread(self._shelf.export, self.id, format, path)
        self.exported.emit(path)

    async def _prepare(self, plan: Plan) -> Runner:
        """Saves the plan; what is answered already is not asked again, but for a run in which all is answered:
        then the same is run anew."""
        if self.plan is None:
            await self._create(plan)
        elif plan != self.plan:
            await self._save(self.id, self.plan, plan, self.results)
        elif sum(not result.error for result in self.results) >= plan.requests:
            await self._begin_anew()
        good = [result for result in self.results if not result.error]
        if len(good) < len(self.results):
            await asyncio.to_thread(self._shelf.rewrite, self.id, good)
            self.results = good
            self.changed.emit(good)
            self._sum_anew()
        own = self.id
        return await asyncio.to_thread(partial(
            Runner, Experiment(plan), self._providers, lambda result: self._keep(own, result), self._validate,
            known=good, on_text=self._piece, on_progress=lambda progress: self._note(progress, own, plan.name)))

    async def _run(self, plan: Plan) -> None:
        async with self._turn:
            self._runner = await self._prepare(plan)
            self._running_id = self.id
        self._clock.start()
        self.running.emit(True)
        try:
            await self._runner.run()
        finally:
            self._coming.clear()
            self._clock.stop()
            self._show()
            self._tell(self._runner.progress, self._running_id, plan.name)
            if self._changed_meanwhile is not None:
                self._queue("", self._change, self._running_id, self._changed_meanwhile)
            self._runner, self._changed_meanwhile, self._running_id = None, None, ""
            self.running.emit(False)
            self.load()

    def _keep(self, experiment_id: str, result: Result) -> None:
        self._shelf.keep(experiment_id, result)
        self._coming.pop(result.cell, None)
        if experiment_id == self.id:
            self.results.append(result)
            self._new.append(result)

    def _tell(self, progress: Progress, experiment_id: str, name: str) -> None:
        self.progressed.emit(progress, "" if experiment_id == self.id else name)

    def _note(self, progress: Progress, experiment_id: str, name: str) -> None:
        self._untold = progress, experiment_id, name

    def _piece(self, job: Job, text: str) -> None:
        self._coming[job.cell.index] = (self._coming.get(job.cell.index, "") + text)[-200:]

    def _show(self) -> None:
        new, self._new = self._new, []
        if self.id == self._running_id and (new or self._coming):
            self.arrived.emit(new, dict(self._coming))
            self._summing.add(new)
        if self._untold is not None:
            self._tell(*self._untold)
            self._untold = None

    def _sum_anew(self) -> None:
        self._summing.begin(self.plan, self.results)
