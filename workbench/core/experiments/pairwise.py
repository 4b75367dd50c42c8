"""Pairwise comparison: whose answers those of each cell are compared with, and how often a judge preferred them.

Preferences are counted by row, each answer against that of the other cell to the same row and sample, so that hard rows
do not hide what differs (Miller 2024, section 4, arXiv 2411.00640).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .axes import label_of
from .check_kinds.judge import PAIRWISE
from .check_kinds.transforms import transformed
from .checks import Check, CheckResult
from .grid import Cell, Job
from .judging import answer_text
from .plan import Plan
from .results import Result

FIRST = CheckResult(PAIRWISE, True, note="others are compared with this one", weight=0.0)
"""The result of the check on an answer that others are compared with."""


def opponents(plan: Plan, grid: Sequence[Cell], jobs: Iterable[Job]) -> Mapping[str, str]:
    """Returns the request whose answer that of a request is compared with, by their keys. Those of the setting that
    others are compared with have none."""
    check = next((check for check in plan.all_checks if check.kind == PAIRWISE), None)
    if check is None:
        return {}
    others = _other_cells(check, grid)
    compared = [job for job in jobs if check in plan.checks or any(own.kind == PAIRWISE for own in job.row.checks)]
    places = {(job.cell.index, id(job.row), job.sample): job.key for job in compared}
    return {job.key: places[others[job.cell.index], id(job.row), job.sample]
            for job in compared if job.cell.index in others}


def _other_cells(check: Check, grid: Sequence[Cell]) -> Mapping[int, int]:
    """Returns the cell that a cell is compared with: the one that has the settings of the check and else its own, or
    where the check names none, the first of all."""
    than = check.fields.get("than")
    named = {name: label_of(value) for name, value in than.items()} if isinstance(than, dict) else {}
    known = {_settings(cell, {}): cell.index for cell in grid}
    first = {cell.case: cell.index for cell in reversed(grid)}
    found = {cell.index: known.get(_settings(cell, named)) if named else first[cell.case] for cell in grid}
    return {cell: other for cell, other in found.items() if other is not None and other != cell}


def _settings(cell: Cell, named: Mapping[str, str]) -> tuple[str, ...]:
    """Returns what tells a cell from others, with the settings that are ``named`` in the place of its own."""
    return (cell.case, named.get("model", cell.model),
            *(named.get(name, label_of(value)) for name, value in cell.axis.items()))


def against(check: Check, other: Result) -> Check:
    """Returns a check of a cell's answer that compares it with another one."""
    seen = replace(other.reply, text=transformed(other.text, check.fields.get("transform")))
    return Check(PAIRWISE, {**check.fields, "text": answer_text(seen)})
