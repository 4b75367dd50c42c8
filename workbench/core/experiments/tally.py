"""Tallies: summaries of the cells of a plan, updated as answers come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .clusters import Rows
from .grid import cells
from .plan import Plan
from .results import Result, Summary, Tally
from .same_questions import same_questions


class Tallies:
    """The tallies of all cells of a plan."""

    def __init__(self, plan: Plan) -> None:
        same = same_questions(plan)
        self._cells = {cell.index: Tally(cell, plan.samples, same) for cell in cells(plan)}

    def add(self, results: Sequence[Result]) -> Mapping[int, Summary]:
        """Counts results; returns the new summaries of their cells."""
        self.count(results)
        return {index: self._cells[index].summary() for index in {one.cell for one in results} & self._cells.keys()}

    def count(self, results: Sequence[Result]) -> None:
        for result in results:
            if result.cell in self._cells:
                self._cells[result.cell].add(result)

    def rows(self) -> dict[int, Rows]:
        """Returns the answers of each cell to each row, as 1 for those that passed and 0 for others."""
        return {index: tally.rows for index, tally in self._cells.items() if tally.rows}

    def summaries(self) -> list[Summary]:
        """Returns the summaries of all cells, in their order."""
        return [tally.summary() for tally in self._cells.values()]


def summaries_of(plan: Plan, results: Sequence[Result]) -> list[Summary]:
    """Returns the summaries of all cells."""
    tallies = Tallies(plan)
    tallies.count(results)
    return tallies.summaries()
