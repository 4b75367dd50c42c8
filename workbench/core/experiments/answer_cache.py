"""The cache of answers that runs share: which requests it serves, and under what names."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from enum import Enum
from typing import Protocol

from workbench.core.ports.providers import Providers

from .grid import Job
from .results import Result, is_greedy


class AnswerStore(Protocol):
    """Answers by name, for a while."""

    def find(self, name: str) -> Result | None:
        """Returns the answer of that name, None when there is none or it is too old."""
        ...

    def keep(self, name: str, answer: Result) -> None: ...


class Reuse(Enum):
    """Which requests the cache serves. ``REPEATABLE`` are those that should be answered the same again: with a
    ``seed``, or for the likeliest tokens. Sampling without a seed is there to see what varies."""

    NONE = "none"
    REPEATABLE = "repeatable"
    ALL = "all"


class AnswerCache:
    """Answers of earlier runs, whatever plan and folder they belong to."""

    def __init__(self, store: AnswerStore, providers: Providers, reuse: Reuse) -> None:
        self._store, self._providers, self._reuse = store, providers, reuse

    def find(self, job: Job) -> Result | None:
        """Returns the answer to an equal request as one to this, without checks; None where there is none."""
        kept = self._store.find(self._name(job)) if self._serves(job) else None
        return None if kept is None else replace(
            kept, key=job.key, cell=job.cell.index, model=job.cell.model, params=job.params, input=job.row.values,
            sample=job.sample, case=job.cell.case, saved=kept.cost or 0.0)

    def keep(self, job: Job, answer: Result) -> None:
        """Keeps an answer that was asked for; not one that came from the cache, nor a failure."""
        if not answer.error and answer.saved is None and self._serves(job):
            self._store.keep(self._name(job), replace(answer, params={}, input={}, case=""))

    def _serves(self, job: Job) -> bool:
        if self._providers.resolve(job.cell.model).provider == "builtin":
            return False  # it costs nothing to ask again
        repeatable = isinstance(job.params.get("seed"), int) or is_greedy(job.params)
        return self._reuse is Reuse.ALL or (self._reuse is Reuse.REPEATABLE and repeatable)

    def _name(self, job: Job) -> str:
        """Returns the name of a request: its content and sample (``Job.key``), and where it goes."""
        ref = self._providers.resolve(job.cell.model)
        where = [[config.preset, config.base_url, config.protocol, config.variables, config.add_fields,
                  config.remove_fields] for config in self._providers.configs() if config.id == ref.provider]
        text = json.dumps([str(ref), where, job.key], sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
