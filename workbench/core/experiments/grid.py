"""A plan spread out: the cells of its grid, and the requests that fill them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..json_types import Json
from ..templates import fill
from .plan import Plan


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of the grid: a model with one value of each axis. ``params`` include the fixed ones."""

    index: int
    model: str
    axis: Mapping[str, Json]
    params: Mapping[str, Json]
    system: str


@dataclass(frozen=True, slots=True)
class Job:
    """One request of an experiment. ``key`` names it by its content, so that a resumed run knows it again."""

    key: str
    cell: Cell
    input: Mapping[str, str]
    sample: int
    prompt: str
    system: str
    params: Mapping[str, Json]


def cells(plan: Plan) -> Sequence[Cell]:
    """The grid, models first, then the axes in their order, the last one running fastest."""
    combinations = [dict(zip(plan.axes, values, strict=True))
                    for values in itertools.product(*plan.axes.values())]
    found: list[Cell] = []
    for model, axis in itertools.product(plan.models, combinations):
        params = {**plan.params, **{name: value for name, value in axis.items() if name != "system"}}
        system = str(axis.get("system", plan.system))
        found.append(Cell(len(found), model, axis, params, system))
    return found


def jobs(plan: Plan, digest: Callable[[bytes], str]) -> Iterable[Job]:
    """Every request, sample by sample so that each cell has answers early. With a fixed ``seed`` sample k is
    asked with seed + k: equal seeds would give equal samples."""
    grid = cells(plan)
    for sample in range(plan.samples):
        for cell, row in itertools.product(grid, plan.inputs or ({},)):
            params = dict(cell.params)
            if isinstance(params.get("seed"), int) and sample:
                params["seed"] = params["seed"] + sample  # type: ignore[operator]
            prompt, system = fill(plan.prompt, row), fill(cell.system, row)
            content = [cell.model, params, system, prompt, sample]
            key = digest(json.dumps(content, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace"))
            yield Job(key, cell, row, sample, prompt, system, params)
