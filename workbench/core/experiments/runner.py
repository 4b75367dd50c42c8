"""The runner of an experiment: bounded parallelism, a cap on cost, pause, stop and resume."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.core.ports.check_worker import CheckWorker
from workbench.core.ports.providers import Providers
from workbench.core.reply.events import Event, Retrying, TextDelta
from workbench.core.reply.records import RequestRecord
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request

from .answer_cache import AnswerCache
from .asking import Checked, Checker, ask
from .asking_with_tools import ask_with_tools
from .budget import Budget
from .check_kinds.judge import PAIRWISE
from .checks import Check, CheckResult
from .estimate import most_cost
from .experiment import Experiment
from .grid import Job
from .logprobs import mean_logprob
from .pairwise import FIRST, against
from .results import Result

Sink = Callable[[Result], None]
"""Keeps a result for good before it returns; the runner counts it as done only then."""

APART = 0.004
"""Seconds between the first requests of a run: opening a connection takes 2 to 3 ms of the event loop, and 64 at
one time would hold up the window."""

OnText = Callable[[Job, str], None]
"""Told each new piece of a job's answer, for a grid that shows it live."""


@dataclass
class Progress:
    """The state of a run. ``spent`` is in US dollars, ``seconds_left`` an estimate from the pace so far."""

    total: int
    done: int = 0
    running: int = 0
    failed: int = 0
    retried: int = 0
    spent: float = 0.0
    seconds_left: float | None = None
    stopped_because: str = ""


class Runner:
    """One run of an experiment. ``known`` are results of an earlier run of the same plan, which are not requested again
    unless they failed; ``only`` are the keys of the requests to make, all by default."""

    def __init__(
        self, experiment: Experiment, providers: Providers, sink: Sink, worker: CheckWorker, *,
        known: Sequence[Result] = (), only: Collection[str] | None = None, cache: AnswerCache | None = None,
        on_text: OnText | None = None, on_progress: Callable[[Progress], None] | None = None,
    ) -> None:
        self._plan = experiment.plan
        self._providers, self._sink, self._cache = providers, sink, cache
        self._checker = Checker(providers, worker, self._hear)
        self._on_text, self._on_progress = on_text, on_progress
        done = {result.key for result in known if not result.error}
        self._failed = {result.key: result for result in known if result.error}
        asked = [job for job in experiment.jobs if only is None or job.key in only]
        waiting = [job for job in asked if job.key not in done]
        self._opponents = experiment.opponents
        self._queue = _Queue(())
        # What is compared with an answer waits until that has come, without a worker that waits for it.
        self._waiting = [[job for job in waiting if (job.key in self._opponents) == later] for later in (False, True)]
        self._rivals = {result.key: result for result in known
                        if not result.error and result.key in set(self._opponents.values())}
        self._budget = Budget(self._plan.max_cost, known, self._most_cost)
        self.progress = Progress(len(asked), len(asked) - len(waiting), spent=self._budget.spent)
        self._go = asyncio.Event()
        self._go.set()
        self._began = 0.0
        self._began_with = self.progress.done

    @property
    def paused(self) -> bool:
        return not self._go.is_set()

    def pause(self) -> None:
        """Sends nothing new; requests under way run to their end."""
        self._go.clear()

    def resume(self) -> None:
        self._go.set()

    async def run(self) -> Progress:
        """Runs the requests that are left. Cancelling it closes every connection; results that were kept stay."""
        self._began = time.monotonic()
        for model in self._models():
            self._providers.resolve(model)  # an unknown one fails before anything is spent
        for waiting in self._waiting:
            self._queue = _Queue(waiting)
            await self._work_off()
        return self.progress

    async def _work_off(self) -> None:
        """Makes the requests of the queue."""
        workers = [asyncio.ensure_future(self._work(number * APART)) for number in range(self._plan.parallel)]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    def _models(self) -> Iterator[str]:
        yield from self._plan.asked_models
        yield from (str(check.fields["model"]) for check in self._plan.all_checks if check.is_judge)
        yield from (tool.model for tool in self._plan.tools if tool.model)

    async def _work(self, delay: float) -> None:
        await asyncio.sleep(delay)
        while (job := await self._next()) is not None:
            self.progress.running += 1
            self._report()
            try:
                answer = await self._answer(job)
                result = await self._checked(job, answer)
            finally:
                self.progress.running -= 1
                self._queue.ended(job)
            if self._opponents and not result.error:
                self._rivals[job.key] = result
            self._sink(result)
            if self._cache:
                self._cache.keep(job, answer)
            self._budget.settle(job, result)
            self._count(result)
        if self._budget.stopped_because:
            self.progress.stopped_because = self._budget.stopped_because
            self._report()

    async def _next(self) -> Job | None:
        """Waits for the next request that may be sent; returns None when none is left, or none is within the cap."""
        while True:
            await self._go.wait()
            job = await self._queue.next()
            if job is None or not await self._budget.admit(job):
                return None
            if not self.paused:
                return job
            self._budget.release(job)  # the pause began while the provider rested, or an answer had to come first
            self._queue.put_back(job)

    def _most_cost(self, job: Job) -> float | None:
        return most_cost(self._plan, job, self._providers.info)

    def _count(self, result: Result) -> None:
        progress = self.progress
        progress.done += 1
        progress.failed += bool(result.error)
        progress.spent = self._budget.spent
        pace = (time.monotonic() - self._began) / (progress.done - self._began_with)
        progress.seconds_left = pace * (progress.total - progress.done)
        self._report()

    def _report(self) -> None:
        if self._on_progress is not None:
            self._on_progress(self.progress)

    async def _answer(self, job: Job) -> Result:
        """Returns the answer of the cache or of the model, without checks."""
        other = self._opponents.get(job.key)
        if other is not None and other not in self._rivals:
            return Result(job.key, job.cell.index, job.cell.model, job.params, job.row.values, job.sample, "",
                          error=_NO_RIVAL, case=job.cell.case)
        kept = self._cache.find(job) if self._cache else None
        if kept is not None:
            return kept
        ref = self._providers.resolve(job.cell.model)
        on_text = self._on_text

        def hear(request: Request, event: Event) -> None:
            self._hear(request, event)
            if isinstance(event, TextDelta) and on_text is not None:
                on_text(job, event.text)

        request = Request(ref, job.messages, job.params, job.row.files)
        if self._plan.tools:
            answer = await ask_with_tools(self._providers, request, self._plan.tools, job.row.values, hear)
        else:
            answer = await ask(self._providers, request, hear)
        record = answer.record
        return Result(
            job.key, job.cell.index, job.cell.model, job.params, job.row.values, job.sample, answer.text,
            record.finish_reason, record.usage, record.cost, _rounded(record.first_token), _rounded(record.ended),
            (), None, answer.error, str(record.info.get("system_fingerprint") or ""),
            mean_logprob([token.logprob for token in record.logprobs]), job.cell.case,
            tuple(change for change in record.adjustments if change.parameter in job.params), _name_of(record),
            calls=answer.calls,
        )

    async def _checked(self, job: Job, answer: Result) -> Result:
        """Returns the answer with its checks, what their judges cost, and what it cost before to no avail."""
        checks: list[CheckResult] = []
        cost, error = answer.cost, answer.error
        if not error:
            for check in job.checks(self._plan):
                made = await self._made(check, job, answer)
                checks.append(made.result)
                error = error or made.problem  # an answer without a verdict has not failed, it is requested again
                cost = made.cost if cost is None else cost + (made.cost or 0.0)
        before = self._failed.get(job.key)
        return replace(answer, checks=tuple(checks), cost=cost, error=error,
                       earlier_cost=before.spent if before else 0.0)

    async def _made(self, check: Check, job: Job, answer: Result) -> Checked:
        if check.kind == PAIRWISE:
            if job.key not in self._opponents:
                return Checked(FIRST)
            check = against(check, self._rivals[self._opponents[job.key]])
        return await self._checker.check(check, job.messages, answer.reply)

    def _hear(self, request: Request, event: Event) -> None:
        if isinstance(event, Retrying):
            self.progress.retried += 1
            self._queue.rest(request.model.provider, event.delay)


_NO_RIVAL = "It was not asked, as the answer that it is to be compared with could not be had."


class _Queue:
    """The requests to come, by provider: one that asks for a rest or is slow delays no other."""

    def __init__(self, waiting: Sequence[Job]) -> None:
        self._waiting: dict[str, deque[Job]] = {}
        for job in waiting:
            self._waiting.setdefault(_provider(job), deque()).append(job)
        self._running = Counter[str]()
        self._rest: dict[str, float] = {}  # provider → the time before which nothing more is sent to it

    async def next(self) -> Job | None:
        """Returns the next request of the provider with the fewest under way, None when there is none left."""
        while waiting := [provider for provider, queue in self._waiting.items() if queue]:
            now = time.monotonic()
            if ready := [provider for provider in waiting if self._rest.get(provider, 0.0) <= now]:
                provider = min(ready, key=self._running.__getitem__)
                self._running[provider] += 1
                return self._waiting[provider].popleft()
            await asyncio.sleep(min(self._rest[provider] for provider in waiting) - now)
        return None

    def put_back(self, job: Job) -> None:
        self._waiting[_provider(job)].appendleft(job)
        self.ended(job)

    def ended(self, job: Job) -> None:
        self._running[_provider(job)] -= 1

    def rest(self, provider: str, seconds: float) -> None:
        """Sends nothing to the provider for so many seconds."""
        self._rest[provider] = time.monotonic() + seconds


def _provider(job: Job) -> str:
    return ModelRef.parse(job.cell.model).provider


def _name_of(record: RequestRecord) -> str:
    """Returns a name for what was sent, by its content; ``""`` when nothing was."""
    sent = json.dumps([record.url, record.body], sort_keys=True, default=str)
    return hashlib.sha256(sent.encode("utf-8", "replace")).hexdigest()[:16] if record.body else ""


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)
