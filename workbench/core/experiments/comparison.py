"""Comparisons of two runs of an experiment: which cells got better or worse, and whether that is chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workbench.core.json_types import JsonObject
from workbench.core.text.formatting import signed

from .axes import label_of
from .clusters import Difference, Rows, clustered_rate, difference, merged
from .grid import Cell, cells
from .plan import Plan
from .statistics import Interval

CellRows = Mapping[int, Rows]
"""The answers of each cell to each row."""


@dataclass(frozen=True, slots=True)
class Change:
    """The pass rates of both runs, and their difference, row by row where both have the same rows.

    A change is better or worse when the interval of the difference excludes zero: samples that merely vary do so in
    one of twenty comparisons.
    """

    old: Interval
    new: Interval
    difference: Difference

    def to_json(self) -> JsonObject:
        """Returns the change as ``summary.json`` has it."""
        return {"old": self.old.to_json(), "new": self.new.to_json(), "difference": self.difference.interval.to_json(),
                "p_value": self.difference.p_value, "rows": self.difference.rows,
                "verdict": self.word or "may be chance"}

    @property
    def word(self) -> str:
        """``better``, ``worse``, or ``""`` for what may be chance."""
        interval = self.difference.interval
        return "better" if interval.low > 0 else "worse" if interval.high < 0 else ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``changes`` by the index of the cell now; cells that were not run then have none. ``overall`` covers the answers
    of all cells that both runs have."""

    changes: Mapping[int, Change]
    overall: Change | None

    def count(self, word: str) -> int:
        return sum(change.word == word for change in self.changes.values())


def compare_runs(old_plan: Plan, old: CellRows, new_plan: Plan, new: CellRows) -> Comparison:
    """Compares cells with equal case, model and values of the axes. Where both runs have one cell for a case, these are
    compared whatever the settings: their effect is what is asked for."""
    pairs = [(index, other) for index, other in matched_cells(old_plan, new_plan)
             if old.get(other) and new.get(index)]
    changes = {index: _change(old[other], new[index]) for index, other in pairs}
    overall = _change(merged(old[other] for _, other in pairs),
                      merged(new[index] for index, _ in pairs)) if pairs else None
    return Comparison(changes, overall)


def matched_cells(old_plan: Plan, new_plan: Plan) -> Iterator[tuple[int, int]]:
    """Yields the index of each cell now with that of its cell in the old run."""
    old, new = cells(old_plan), cells(new_plan)
    known = {_settings(cell): cell.index for cell in old}
    only = _only(old)
    alone = _only(new)
    for cell in new:
        other = known.get(_settings(cell))
        if other is None and cell.case in alone:
            other = only.get(cell.case)
        if other is not None:
            yield cell.index, other


def _settings(cell: Cell) -> tuple[object, ...]:
    return cell.case, cell.model, tuple((name, label_of(value)) for name, value in sorted(cell.axis.items()))


def _only(grid: Sequence[Cell]) -> Mapping[str, int]:
    """Returns, by case, its cell, for cases with a single cell."""
    found: dict[str, list[int]] = defaultdict(list)
    for cell in grid:
        found[cell.case].append(cell.index)
    return {case: indexes[0] for case, indexes in found.items() if len(indexes) == 1}


def _change(old: Rows, new: Rows) -> Change:
    """Returns the change between two sets of answers, neither of them empty."""
    before, now, found = clustered_rate(old.values()), clustered_rate(new.values()), difference(old, new)
    assert before and now and found
    return Change(before.interval, now.interval, found)


def change_words(change: Change) -> str:
    """Returns “+20 % since then, better [+3, +35] %”, or that it may be chance."""
    found = change.difference
    value, low, high = (round(100 * share) for share in (found.interval.value, found.interval.low, found.interval.high))
    if not value:
        return "as then"
    word = change.word or "may be chance"
    words = f"{signed(value)}\u00a0% since then, {word} [{signed(low)}, {signed(high)}]\u00a0%"
    return f"{words} on these {found.rows} rows" if found.about_these and found.rows > 1 else words
