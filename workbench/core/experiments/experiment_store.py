"""The store of experiments, as a Protocol. Experiments are files; ``files.experiments`` implements it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from workbench.core.json_types import JsonObject

from .plan import Plan
from .results import Result


@dataclass(frozen=True, slots=True)
class StoredExperiment:
    """One experiment in the list. ``changed`` is seconds since 1970; ``done`` counts answers of ``total``; an
    experiment with ``cases`` is a suite. ``problem`` says why one cannot be opened, in sentences."""

    id: str
    name: str
    changed: float
    done: int
    total: int
    cases: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """An earlier run, unchanged. ``ended`` is seconds since 1970."""

    id: str
    ended: float
    plan: Plan
    results: Sequence[Result]


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A plan in the making, as the form has it. Its ``id`` is that of an experiment whose plan is being changed, or one
    of its own. ``changed`` is seconds since 1970."""

    id: str
    changed: float
    form: JsonObject

    @property
    def name(self) -> str:
        return str(self.form.get("name") or "Experiment")


class ExperimentStore(Protocol):
    """All experiments. Calls read and write files: call them from a worker thread, except ``keep``.

    Raises ``BadInput`` for an experiment that does not exist or cannot be read.
    """

    def listed(self) -> Sequence[StoredExperiment]:
        """Returns the experiments, latest first."""
        ...

    def create(self, plan: Plan) -> str:
        """Keeps a new experiment and returns its id."""
        ...

    def plan(self, experiment_id: str) -> Plan: ...

    def written_plan(self, experiment_id: str) -> JsonObject:
        """Returns a plan as its file has it, also one that is refused. Raises ``BadInput`` for a damaged file."""
        ...

    def save_plan(self, experiment_id: str, plan: Plan) -> None: ...
    def results(self, experiment_id: str) -> list[Result]: ...

    def keep(self, experiment_id: str, result: Result) -> None:
        """Appends one result; it is on disk when this returns."""
        ...

    def rewrite(self, experiment_id: str, results: Sequence[Result]) -> None:
        """Replaces all results (a rating was given, or failed requests are to be sent again)."""
        ...

    def drafts(self) -> Sequence[StoredDraft]:
        """Returns the plans in the making, latest first."""
        ...

    def save_draft(self, draft_id: str, form: JsonObject | None) -> None:
        """Keeps a plan in the making; None forgets it."""
        ...

    def archive_run(self, experiment_id: str) -> None:
        """Keeps the plan and the results that it has as an earlier run; the experiment has none afterwards."""
        ...

    def runs(self, experiment_id: str) -> Sequence[StoredRun]:
        """Returns the earlier runs, latest first, and only the latest of many."""
        ...

    def delete(self, experiment_id: str) -> None:
        """Hides an experiment until ``restore``; after 30 days it is gone for good."""
        ...

    def restore(self, experiment_id: str) -> None: ...

    def export(self, experiment_id: str, format: str, path: Path) -> None:
        """Writes ``csv``, ``jsonl`` or ``html``, or ``toml``: the plan, for the command line."""
        ...
