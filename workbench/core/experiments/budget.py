"""The budget of a run: what it has cost, and whether one more request stays within the cap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from workbench.core.text.formatting import dollars

from .grid import Job
from .results import Result


class Budget:
    """Admits requests. Before a request is sent, as much is set aside as the dearest answer of its model has cost, or
    as it can cost at most (``most_of``, None when that is not known). Of a model of which neither is known one request
    goes first, so that the cap is not overrun by all that are sent at once."""

    def __init__(self, cap: float | None, known: Iterable[Result], most_of: Callable[[Job], float | None]) -> None:
        """``cap`` is in US dollars; without one everything is admitted. ``known`` are the results of earlier runs: what
        they have cost is spent, and their dearest requests tell what another one may cost."""
        self.spent = 0.0
        self.stopped_because = ""
        self._cap, self._most_of = cap, most_of
        self._dearest: dict[str, float] = {}  # by model
        self._under_way: dict[str, Job] = {}  # by key
        self._settled = asyncio.Event()
        for result in known:
            self.spent += result.spent
            if result.cost is not None or result.earlier_cost:
                self._learn(result.model, max(result.cost or 0.0, result.earlier_cost))

    async def admit(self, job: Job) -> bool:
        """Waits until the request is within the cap, and sets its cost aside; returns whether it is, which it never
        will be when those under way leave no room. Each one that is admitted must be settled or released."""
        while self._cap is not None and not self.stopped_because:
            need = self._need(job)
            first = need is None and not any(other.cell.model == job.cell.model for other in self._under_way.values())
            room = self._cap - self.spent - sum(self._need(other) or 0.0 for other in self._under_way.values())
            if (first and room > 0) or (need is not None and need <= room + 1e-12):
                break
            if not self._under_way:
                self._stop(self._cap, need)
                break
            await self._settled.wait()
        if self.stopped_because:
            return False
        self._under_way[job.key] = job
        return True

    def settle(self, job: Job, result: Result) -> None:
        """Counts what a request has cost in the place of what was set aside."""
        self.spent += (result.cost or 0.0) - (result.saved or 0.0)
        model = job.cell.model
        if result.cost is not None:
            self._learn(model, result.cost)
        elif not result.error:
            self._dearest.setdefault(model, 0.0)  # no answer will tell a cost: the cap cannot hold
        self.release(job)

    def release(self, job: Job) -> None:
        """Sets nothing aside any more for a request that was not sent, or not to its end."""
        self._under_way.pop(job.key, None)
        self._tell()

    def _learn(self, model: str, cost: float) -> None:
        self._dearest[model] = max(self._dearest.get(model, 0.0), cost)

    def _need(self, job: Job) -> float | None:
        return self._dearest[job.cell.model] if job.cell.model in self._dearest else self._most_of(job)

    def _stop(self, cap: float, need: float | None) -> None:
        room = f" Another request may cost {dollars(need)}." if need and self.spent < cap else ""
        self.stopped_because = (f"The cap of ${cap:g} is reached: ${self.spent:.4f} is spent.{room} "
                                "Raise max_cost and resume.")
        self._tell()

    def _tell(self) -> None:
        settled, self._settled = self._settled, asyncio.Event()
        settled.set()
