"""The outcome of a run: its pass rate, which setting is best, what has changed since another run, and what the gate
says."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from workbench.core.json_types import JsonObject

from .best import Ranking, rank
from .clusters import clustered_rate, merged
from .comparison import CellRows, Comparison, compare_runs
from .gate import Gate, Judgement
from .gate_run import Earlier, judge
from .plan import Plan
from .results import Result, rows_by_cell
from .same_questions import same_questions
from .statistics import Interval


@dataclass(frozen=True, slots=True)
class Outcome:
    """``rate`` is the share of all answers that passed, where they are checked. What is not known is None."""

    rate: Interval | None
    ranking: Ranking | None
    comparison: Comparison
    judgement: Judgement | None = None

    def to_json(self) -> JsonObject:
        """Returns the entries of ``summary.json`` that are about all cells."""
        overall = self.comparison.overall
        return {"all": self.rate.to_json() if self.rate else None,
                "best": self.ranking.to_json() if self.ranking else None,
                "since": overall.to_json() if overall else None,
                "gate": self.judgement.to_json() if self.judgement else None}


def outcome_of(
    plan: Plan, rows: CellRows, twins: Collection[int] = (), since: tuple[Plan, CellRows] | None = None
) -> Outcome:
    """Returns the outcome of a run with such answers. ``twins`` are cells that were asked the same as others;
    ``since`` is the run to compare with."""
    rate = clustered_rate(merged(rows.values()).values()) if plan.is_checked else None
    return Outcome(rate.interval if rate else None, rank(plan, rows, twins),
                   compare_runs(*since, plan, rows) if since else Comparison({}, None))


def outcome_of_results(
    plan: Plan, results: Sequence[Result], twins: Collection[int] = (), since: Earlier | None = None
) -> Outcome:
    """Returns the outcome of a run with such results, and what its gate says; without one in the plan, whether it has
    fallen since the other run."""
    same = same_questions(plan)
    before = (since[0], rows_by_cell(first_samples(*since), same)) if since else None
    found = outcome_of(plan, rows_by_cell(first_samples(plan, results), same), twins, before)
    gate = plan.gate or (Gate(0.0, most_samples=plan.samples) if since and plan.is_checked else None)
    return replace(found, judgement=judge(plan, gate, results, since)) if gate else found


def first_samples(plan: Plan, results: Iterable[Result]) -> Iterable[Result]:
    """Yields the results of the plan, without those of cells that a gate asked again because they were bad."""
    return (result for result in results if result.sample < plan.samples)
