"""Experiments in the window: the list, the open one, and its run."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from workbench.core.errors import WorkbenchError
from workbench.core.experiments.estimate import estimate
from workbench.core.experiments.grid import Job
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.runner import Runner
from workbench.core.services import Services

RUN = "run the experiment"
SHOW_MS = 100
"""How often what came is shown while a run goes on; 64 streams bring thousands of pieces a second."""


class Experimenting(QObject):
    """One experiment is open at a time, and one runs at a time; it goes on when another is opened."""

    listed = Signal(list)  # Shelved values
    opened = Signal(str, object, list)  # id, Plan, Results
    estimated = Signal(object)  # Estimate
    progressed = Signal(object)  # Progress
    arrived = Signal(list, object)  # new Results; cell → what is coming in there
    changed = Signal(list)  # all Results of the open one
    failed = Signal(str)
    running = Signal(bool)
    exported = Signal(object)  # Path

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._shelf, self._tasks = services.experiments(), services.tasks
        self._providers, self._validate = services.providers, services.validate_schema
        self.id = ""
        self.plan: Plan | None = None
        self.results: list[Result] = []
        self._runner: Runner | None = None
        self._running_id = ""
        self._new: list[Result] = []
        self._coming: dict[int, str] = {}
        self._clock = QTimer(self, interval=SHOW_MS)
        self._clock.timeout.connect(self._show)

    def load(self) -> None:
        """Tells all experiments."""
        self._start("list experiments", self._load)

    def open(self, experiment_id: str) -> None:
        self._start("open an experiment", self._open, experiment_id)

    def save(self, plan: Plan) -> None:
        """Keeps the plan as the open experiment's, or as a new one."""
        self._start("save an experiment", self._save, plan)

    def duplicate(self) -> None:
        if self.plan is not None:
            self._start("save an experiment", self._create, dataclasses.replace(self.plan, name=f"{self.plan.name} 2"))

    def forget(self) -> None:
        """Begins a new one."""
        self.id, self.plan, self.results = "", None, []

    def delete(self, experiment_id: str) -> None:
        self._start("delete an experiment", self._delete, experiment_id)

    def estimate(self, plan: Plan) -> None:
        self._start("estimate", self._estimate, plan)

    @property
    def is_running(self) -> bool:
        return self._runner is not None

    @property
    def is_paused(self) -> bool:
        return self._runner is not None and self._runner.paused

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
        self._start("rate", self._off, self._shelf.rewrite, self.id, list(self.results))
        self.changed.emit(self.results)

    def export(self, format: str, path: Path) -> None:
        self._start("export an experiment", self._export, format, path)

    # --- the work ---

    def _start(self, name: str, work: Callable[..., Coroutine[Any, Any, Any]], *arguments: Any) -> None:
        self._tasks.start(name, self._told(work, arguments))

    async def _told(self, work: Callable[..., Coroutine[Any, Any, Any]], arguments: tuple[Any, ...]) -> None:
        try:
            await work(*arguments)
        except (WorkbenchError, OSError) as error:
            self.failed.emit(str(error))

    async def _off(self, call: Callable[..., Any], *arguments: Any) -> Any:
        return await asyncio.to_thread(call, *arguments)

    async def _load(self) -> None:
        self.listed.emit(list(await self._off(self._shelf.listed)))

    async def _open(self, experiment_id: str) -> None:
        self.plan = await self._off(self._shelf.plan, experiment_id)
        self.results = await self._off(self._shelf.results, experiment_id)
        self.id = experiment_id
        self.opened.emit(experiment_id, self.plan, self.results)

    async def _save(self, plan: Plan) -> None:
        if not self.id:
            await self._create(plan)
        elif plan != self.plan:
            await self._off(self._shelf.save_plan, self.id, plan)
            self.plan = plan
            await self._load()

    async def _create(self, plan: Plan) -> None:
        self.id = await self._off(self._shelf.create, plan)
        self.plan, self.results = plan, []
        self.opened.emit(self.id, plan, [])
        await self._load()

    async def _delete(self, experiment_id: str) -> None:
        if experiment_id == self._running_id:
            self.stop()
        await self._off(self._shelf.delete, experiment_id)
        if experiment_id == self.id:
            self.forget()
        await self._load()

    async def _estimate(self, plan: Plan) -> None:
        await asyncio.sleep(0.2)  # the user is still typing; a newer estimate replaces this one
        self.estimated.emit(await self._off(estimate, plan, self._providers.info))

    async def _export(self, format: str, path: Path) -> None:
        await self._off(self._shelf.export, self.id, format, path)
        self.exported.emit(path)

    async def _run(self, plan: Plan) -> None:
        await self._save(plan)
        own = self._running_id = self.id
        good = [result for result in self.results if not result.error]
        if len(good) < len(self.results):
            await self._off(self._shelf.rewrite, own, good)
            self.results = good
        self._runner = Runner(plan, self._providers, lambda result: self._keep(own, result), self._validate,
                              known=good, on_text=self._piece, on_progress=self.progressed.emit)
        self._clock.start()
        self.running.emit(True)
        try:
            self.progressed.emit(await self._runner.run())
        finally:
            progress = self._runner.progress
            self._runner = None
            self._running_id = ""
            self._coming.clear()
            self._clock.stop()
            self._show()
            self.progressed.emit(progress)
            self.running.emit(False)
            self.load()

    def _keep(self, experiment_id: str, result: Result) -> None:
        self._shelf.keep(experiment_id, result)
        self._coming.pop(result.cell, None)
        if experiment_id == self.id:
            self.results.append(result)
            self._new.append(result)

    def _piece(self, job: Job, text: str) -> None:
        self._coming[job.cell.index] = (self._coming.get(job.cell.index, "") + text)[-200:]

    def _show(self) -> None:
        new, self._new = self._new, []
        if new or self._coming:
            self.arrived.emit(new, dict(self._coming))
