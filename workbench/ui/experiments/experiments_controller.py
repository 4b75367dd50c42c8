"""The experiments behind the page: the list, the open one, its changes and its run."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import ParamSpec

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import BadInput, WorkbenchError
from workbench.core.experiments.cases import Case, free_name
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.experiment_store import StoredRun
from workbench.core.experiments.gate_run import judge, undecided
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.readiness import check_models, check_schemas
from workbench.core.experiments.rerun import adopted
from workbench.core.experiments.results import Result
from workbench.core.services import Services
from workbench.ui.experiments.experiment_run import ExperimentRun
from workbench.ui.experiments.summary_worker import SummaryWorker

P = ParamSpec("P")

RUN = "run the experiment"


class ExperimentsController(QObject):
    """One experiment is open at a time. What changes files is done in the order in which it is asked for, and what
    goes wrong is told by ``failed``."""

    listed = Signal(list)  # StoredExperiments, latest first
    opened = Signal(str, object, list)  # id, Plan, Results
    refused = Signal(str, dict, str)  # id, the plan as it is written, why it cannot be used
    runs_listed = Signal(list)  # StoredRuns of the open one, latest first
    results_changed = Signal(list)  # all Results of the open one
    arrived = Signal(list, object)  # new Results of the open one; cell → the text of its unfinished answer
    progressed = Signal(object, str)  # Progress, the name of what runs when another experiment is open
    summed = Signal(object)  # cell → Summary, of the cells of the open one that changed
    concluded = Signal(object)  # Outcome of the open one
    case_added = Signal(str, str)  # id and name of the suite that has a new case
    deleted = Signal(str)  # id
    vanished = Signal()  # the open one is no longer there
    exported = Signal(object)  # Path
    failed = Signal(str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks, self._make_worker = services.experiments(), services.tasks, services.check_worker
        self._providers = services.providers
        self.allow_code = False  # of the plan that runs or is saved next
        self.id = ""  # of the open one, "" for one that is not stored yet
        self.plan: Plan | None = None  # also None while the stored one is refused
        self.results: list[Result] = []
        self._arrived: list[Result] = []  # since ``arrived`` was emitted
        self._next_plan: Plan | None = None  # of the experiment that runs: what its plan becomes when it has ended
        self._work: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self._summaries = SummaryWorker(services.tasks, self)
        self._summaries.summed.connect(self.summed)
        self._summaries.concluded.connect(self.concluded)
        self.current_run = ExperimentRun(services, self)
        self.current_run.advanced.connect(self._show_advance)
        self.current_run.changed.connect(self._summaries.set_running)

    # --- the order of work ---

    def _start(self, name: str, work: Callable[P, Awaitable[None]], *args: P.args, **kwargs: P.kwargs) -> None:
        """Starts work that waits for its turn."""
        self._hold(self._tasks.spawn(name, self._in_turn(partial(work, *args, **kwargs))))

    async def _in_turn(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            async with self._turn:
                await work()
        except (WorkbenchError, OSError) as error:
            self.failed.emit(str(error))

    def _hold(self, task: asyncio.Task[None]) -> None:
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def settle(self) -> None:
        """Stops the run, and waits until everything is written."""
        self.stop()
        while self._work:
            await asyncio.wait(self._work)

    # --- the list, and the open experiment ---

    def load(self) -> None:
        """Reads the list of experiments."""
        self._start("list experiments", self._load)

    async def _load(self) -> None:
        self.listed.emit(list(await asyncio.to_thread(self._store.listed)))

    def open(self, experiment_id: str) -> None:
        self._start("open an experiment", self._open, experiment_id)

    async def _open(self, experiment_id: str) -> None:
        try:
            plan = await asyncio.to_thread(self._store.plan, experiment_id)
        except BadInput as error:
            await self._open_refused(experiment_id, str(error))
            return
        results = await asyncio.to_thread(self._store.results, experiment_id)
        await self._show(experiment_id, plan, results)

    async def _open_refused(self, experiment_id: str, reason: str) -> None:
        """Opens an experiment whose plan must be mended before it can be used. Raises ``BadInput`` for one that cannot
        be read."""
        written = await asyncio.to_thread(self._store.written_plan, experiment_id)
        results = await asyncio.to_thread(self._store.results, experiment_id)
        self.id, self.plan, self.results, self._arrived = experiment_id, None, results, []
        self._summaries.begin(None)
        self.refused.emit(experiment_id, written, reason)

    async def _show(self, experiment_id: str, plan: Plan, results: list[Result]) -> None:
        self.id, self.plan, self.results, self._arrived = experiment_id, plan, results, []
        self.opened.emit(experiment_id, plan, results)
        self._summaries.begin(plan, results)
        await self._list_runs()

    async def _list_runs(self) -> None:
        self.runs_listed.emit(list(await asyncio.to_thread(self._store.runs, self.id)))

    def open_anew(self) -> None:
        """Reads the list and the open experiment again, whose files may have been replaced."""
        self._start("read the experiments again", self._open_anew)

    async def _open_anew(self) -> None:
        stored = list(await asyncio.to_thread(self._store.listed))
        present = {one.id for one in stored}
        if self.current_run.is_running and self.current_run.experiment_id not in present:
            self.stop()
        if self.id in present:
            await self._open(self.id)
        elif self.id:
            self.close()
            self.vanished.emit()
        self.listed.emit(stored)

    def close(self) -> None:
        """Leaves the open experiment for one that is not stored yet."""
        self.id, self.plan, self.results, self._arrived = "", None, [], []
        self._summaries.begin(None)

    def compare_with(self, run: StoredRun | None) -> None:
        """Takes an earlier run of the open experiment to compare with, None for none."""
        self._summaries.compare_with(run)

    def duplicate(self) -> None:
        """Makes a new experiment with the plan of the open one, and opens it."""
        if self.plan is not None:
            self._start("duplicate an experiment", self._create,
                        dataclasses.replace(self.plan, name=f"{self.plan.name} 2"))

    async def _create(self, plan: Plan) -> None:
        await self._show(await asyncio.to_thread(self._store.create, plan), plan, [])
        await self._load()

    def delete(self, experiment_id: str) -> None:
        self._start("delete an experiment", self._delete, experiment_id)

    async def _delete(self, experiment_id: str) -> None:
        if experiment_id == self.current_run.experiment_id:
            raise BadInput("The experiment is running. Stop it first, then delete it.")
        await asyncio.to_thread(self._store.delete, experiment_id)
        if experiment_id == self.id:
            self.close()
        self.deleted.emit(experiment_id)
        await self._load()

    def restore(self, experiment_id: str) -> None:
        """Brings back what was deleted, and opens it."""
        self._start("restore an experiment", self._restore, experiment_id)

    async def _restore(self, experiment_id: str) -> None:
        await asyncio.to_thread(self._store.restore, experiment_id)
        await self._open(experiment_id)
        await self._load()

    def export(self, format: str, path: Path) -> None:
        self._start("export an experiment", self._export, format, path)

    async def _export(self, format: str, path: Path) -> None:
        await asyncio.to_thread(self._store.export, self.id, format, path)
        self.exported.emit(path)

    # --- changes ---

    def save(self, plan: Plan) -> None:
        """Stores the changed plan of the open experiment, even if another one is opened next. While it runs, the run
        comes to its end as it was begun."""
        if self.plan is not None and self.id == self.current_run.experiment_id:
            self._next_plan = plan
        elif self.id:
            self._start("save an experiment", self._save, self.id, plan)

    async def _save(self, experiment_id: str, new: Plan) -> None:
        try:
            old: Plan | None = await asyncio.to_thread(self._store.plan, experiment_id)
        except BadInput:  # it is refused; this one mends it
            old = None
        results = await asyncio.to_thread(self._store.results, experiment_id)
        await self._replace_plan(experiment_id, old, new, results)

    async def _replace_plan(self, experiment_id: str, old: Plan | None, new: Plan,
                            results: Sequence[Result]) -> None:
        """Stores a new plan with the answers that it asks for as well; the others become an earlier run, and so does
        all of a plan that was refused."""
        good = [result for result in results if not result.error]
        with self._make_worker(self.allow_code) as worker:
            kept = await asyncio.to_thread(adopted, Experiment(old) if old else None, Experiment(new), good,
                                           worker)
        if len(kept) < len(good) or old is None:
            await asyncio.to_thread(self._store.archive_run, experiment_id)
        await asyncio.to_thread(self._store.save_plan, experiment_id, new)
        await asyncio.to_thread(self._store.rewrite, experiment_id, kept)
        if self.id == experiment_id:
            await self._show(experiment_id, new, kept)
        await self._load()

    def add_case(self, suite_id: str, case: Case) -> None:
        """Adds a case to a suite, a new one when it has no id."""
        self._start("add a case", self._add_case, suite_id, case)

    async def _add_case(self, suite_id: str, case: Case) -> None:
        if suite_id:
            plan = await asyncio.to_thread(self._store.plan, suite_id)
            case = dataclasses.replace(case, name=free_name(case.name, plan.cases))
            plan = dataclasses.replace(plan, cases=(*plan.cases, case))  # at the end: answers keep their cells
            await asyncio.to_thread(self._store.save_plan, suite_id, plan)
        else:
            plan = Plan("What must stay true", (), samples=5, cases=(case,))
            suite_id = await asyncio.to_thread(self._store.create, plan)
        if suite_id == self.id:
            self.plan = plan
            self.opened.emit(suite_id, plan, self.results)
            self._summaries.begin(plan, self.results)
        self.case_added.emit(suite_id, plan.name)
        await self._load()

    def rate(self, key: str, rating: float | None) -> None:
        """Rates an answer of the open experiment from 0 to 1; None takes the rating away."""
        rated = [one.rated(rating) for one in self.results if one.key == key]
        self._show_results([one.rated(rating) if one.key == key else one for one in self.results])
        for one in rated:  # added to what is kept, so that no failed request and its cost is lost, nor what comes now
            if self.id == self.current_run.experiment_id:
                self._store.keep(self.id, one)
            else:
                self._start("rate an answer", self._keep, self.id, one)

    async def _keep(self, experiment_id: str, result: Result) -> None:
        await asyncio.to_thread(self._store.keep, experiment_id, result)

    def _show_results(self, results: list[Result]) -> None:
        self.results = results
        self.results_changed.emit(results)
        self._summaries.begin(self.plan, results)

    # --- the run ---

    def run(self, plan: Plan) -> None:
        """Saves the plan of the open experiment, and asks what is not answered yet."""
        if not self.current_run.is_running:
            self._hold(self._tasks.start(RUN, self._run(plan)))

    def stop(self) -> None:
        """Ends the run; what is answered stays, and ``run`` goes on from there."""
        self._tasks.cancel(RUN)

    async def _run(self, plan: Plan) -> None:
        try:
            async with self._turn:
                await self._prepare_run(plan)
            experiment_id = self.current_run.experiment_id
            try:
                await self.current_run.run()
            finally:
                next_plan, self._next_plan = self._next_plan, None
                if next_plan is not None:
                    self._start("save an experiment", self._save, experiment_id, next_plan)
                self.load()
        except (WorkbenchError, OSError) as error:
            self.failed.emit(str(error))

    async def _prepare_run(self, plan: Plan) -> None:
        """Saves the plan. What is answered already is not asked again, except when all is: then the answers become an
        earlier run, and all is asked anew."""
        await self._check(plan)
        if not self.id:
            await self._create(plan)
        elif plan != self.plan or any(None in [check.passed for check in one.checks] for one in self.results):
            await self._replace_plan(self.id, self.plan, plan, self.results)
        elif await self._is_answered(plan):
            await asyncio.to_thread(self._store.archive_run, self.id)
            self._show_results([])
            await self._list_runs()
        good = [result for result in self.results if not result.error]
        if len(good) < len(self.results):
            self._show_results(good)
        known = await asyncio.to_thread(self._store.results, self.id)  # what failed counts in the cost all the same
        await self.current_run.prepare(self.id, plan, known, self._save_result, allow_code=self.allow_code)

    async def _check(self, plan: Plan) -> None:
        """Raises ``BadInput`` for what would fail later, so that a run which cannot begin leaves no trace."""
        check_models(plan, self._providers)
        with self._make_worker(False) as worker:
            await asyncio.to_thread(check_schemas, plan, worker)

    async def _is_answered(self, plan: Plan) -> bool:
        """Returns whether there is nothing left to ask, also not by the gate."""
        if sum(not result.error for result in self.results) < plan.requests:
            return False
        if plan.gate is None:
            return True
        return not undecided(plan, await asyncio.to_thread(judge, plan, plan.gate, list(self.results)), {})

    def _save_result(self, experiment_id: str, result: Result) -> None:
        self._store.keep(experiment_id, result)
        if experiment_id == self.id:
            self.results.append(result)
            self._arrived.append(result)

    def _show_advance(self) -> None:
        run, new = self.current_run, self._arrived
        self._arrived = []
        here = self.id == run.experiment_id
        if here and (new or run.incoming):
            self.arrived.emit(new, dict(run.incoming))
            self._summaries.add(new)
        self.progressed.emit(run.progress, "" if here else run.name)
