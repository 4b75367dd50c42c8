"""Comparisons of two runs of an experiment: which cells got better or worse, and whether that is chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workbench.core.text.formatting import signed

from .axes import label_of
from .clusters import Difference, clustered_rate, difference
from .grid import Cell, cells
from .plan import Plan
from .results import Result, by_cell, by_row
from .statistics import Interval


@dataclass(frozen=True, slots=True)
class Change:
    """The pass rates of both runs, and their difference, row by row where both have the same rows.

    A change is better or worse when the interval of the difference excludes zero: samples that merely vary do so in
    one of twenty comparisons.
    """

    old: Interval
    new: Interval
    difference: Difference

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


def compare_runs(old_plan: Plan, old: Iterable[Result], new_plan: Plan, new: Iterable[Result]) -> Comparison:
    """Compares cells with equal case, model and values of the axes. Where both runs have one cell for a case, these are
    compared whatever the settings: their effect is what is asked for."""
    before, now = by_cell(old), by_cell(new)
    pairs = [(index, other) for index, other in _pairs(cells(old_plan), cells(new_plan))
             if before.get(other) and now.get(index)]
    changes = {index: _change(before[other], now[index]) for index, other in pairs}
    overall = _change([one for _, other in pairs for one in before[other]],
                      [one for index, _ in pairs for one in now[index]]) if pairs else None
    return Comparison(changes, overall)


def overall_rate(results: Iterable[Result]) -> Interval | None:
    """Returns the share of all answers that passed."""
    rate = clustered_rate(by_row(results).values())
    return rate.interval if rate else None


def _pairs(old: Sequence[Cell], new: Sequence[Cell]) -> Iterable[tuple[int, int]]:
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


def _change(old: Iterable[Result], new: Iterable[Result]) -> Change:
    """Returns the change between two sets of answers, neither of them empty."""
    before, now = by_row(old), by_row(new)
    rates = clustered_rate(before.values()), clustered_rate(now.values())
    found = difference(before, now)
    assert rates[0] and rates[1] and found
    return Change(rates[0].interval, rates[1].interval, found)


def change_words(change: Change) -> str:
    """Returns “+20 % since then, better [+3, +35] %”, or that it may be chance."""
    found = change.difference
    value, low, high = (round(100 * share) for share in (found.interval.value, found.interval.low, found.interval.high))
    if not value:
        return "as then"
    word = change.word or "may be chance"
    words = f"{signed(value)}\u00a0% since then, {word} [{signed(low)}, {signed(high)}]\u00a0%"
    return f"{words} on these {found.rows} rows" if found.about_these and found.rows > 1 else words
