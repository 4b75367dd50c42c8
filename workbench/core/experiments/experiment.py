"""An experiment: a plan with its grid of cells and its requests, which are made once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .grid import Cell, Job, cells, jobs
from .pairwise import opponents
from .plan import MOST_REQUESTS, Plan


@dataclass(frozen=True)
class Experiment:
    """``jobs`` of the largest plan, 100,000 requests, take 3 s to make and 50 MB to keep. Those of a further round are
    ``again``, the samples of some cells beyond the plan's."""

    plan: Plan
    again: Mapping[int, range] = field(default_factory=dict)

    @cached_property
    def cells(self) -> Sequence[Cell]:
        return cells(self.plan)

    @cached_property
    def jobs(self) -> Sequence[Job]:
        if not self.again:
            return tuple(jobs(self.plan, self.cells))
        samples = range(min(one.start for one in self.again.values()), max(one.stop for one in self.again.values()))
        return tuple(job for job in jobs(self.plan, self.cells, samples)
                     if job.sample in self.again.get(job.cell.index, ()))

    @cached_property
    def opponents(self) -> Mapping[str, str]:
        """The request whose answer that of a request is compared with, by their keys; empty where none is."""
        return opponents(self.plan, self.cells, self.jobs)

    def places(self, samples: int = 0) -> Mapping[str, int]:
        """Returns the cell of each request, also of those that a gate may ask again, or that the plan asked when it had
        more ``samples``."""
        samples = min(samples, MOST_REQUESTS * self.plan.samples // self.plan.requests)  # no plan had more
        most = max(samples, self.plan.samples, self.plan.gate.most_samples if self.plan.gate else 0)
        return {job.key: job.cell.index for job in jobs(self.plan, self.cells, range(most))}

    def job(self, key: str) -> Job | None:
        """Returns the request of a result, None when the plan does not ask it any more."""
        return next((job for job in self.jobs if job.key == key), None)
