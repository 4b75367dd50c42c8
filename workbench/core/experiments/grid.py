"""The grid of a plan: its cells, and the requests that fill them."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from workbench.core.chat.messages import Message, system, user
from workbench.core.chat.templates import fill
from workbench.core.json_types import Json

from .axes import TEXT_AXES, heading, text_of
from .cases import Case
from .checks import Check
from .plan import Plan


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in the grid: a model with one value of each axis, and one case in a plan with cases. ``params`` include
    the fixed ones; ``prompt`` is ``""`` where a case asks its own question. ``check_names`` are those of the checks on
    an answer, in their order, no two the same."""

    index: int
    model: str
    axis: Mapping[str, Json]
    params: Mapping[str, Json]
    system: str
    prompt: str = ""
    case: str = ""
    check_names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its case, model and settings on one line."""
        return " · ".join(filter(None, [self.case, self.model, *(heading(*pair) for pair in self.axis.items())]))


@dataclass(frozen=True, slots=True)
class Job:
    """One request of an experiment. ``key`` names it by its content, so that a resumed run recognises it."""

    key: str
    cell: Cell
    row: Case
    sample: int
    question: Message
    system: str
    params: Mapping[str, Json]

    @property
    def prompt(self) -> str:
        return self.question.text

    def checks(self, plan: Plan) -> Sequence[Check]:
        """Returns the checks on its answer: the plan's, filled from the row, and the row's own as they are."""
        return [*(check.filled(self.row.values) for check in plan.checks), *self.row.checks]

    @property
    def messages(self) -> tuple[Message, ...]:
        """What is sent."""
        first = (system(self.system),) if self.system.strip() else ()
        return (*first, *self.row.messages[:-1], self.question)


def cells(plan: Plan) -> Sequence[Cell]:
    """Returns the grid: cases first, then models, then the axes in their order, the last one varying fastest."""
    combinations = [dict(zip(plan.axes, values, strict=True))
                    for values in itertools.product(*plan.axes.values())]
    names = {case.name: _distinct([check.label for check in (*plan.checks, *case.checks)])
             for case in plan.cases or (Case(""),)}
    found: list[Cell] = []
    for case, model, axis in itertools.product(plan.cases or (Case(""),), plan.models or ("",), combinations):
        varied = {name: value for name, value in axis.items() if name not in TEXT_AXES}
        found.append(Cell(
            len(found), model or case.model, axis, {**case.params, **plan.params, **varied},
            text_of(axis["system"]) if "system" in axis else plan.system or case.system,
            text_of(axis["prompt"]) if "prompt" in axis else plan.prompt, case.name,
            names[case.name],
        ))
    return found


def _distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """Returns the labels with a number behind those that were there before."""
    seen = Counter[str]()
    found = []
    for label in labels:
        seen[label] += 1
        found.append(label if seen[label] == 1 else f"{label} ({seen[label]})")
    return tuple(found)


def jobs(plan: Plan, grid: Sequence[Cell], samples: range | None = None) -> Iterator[Job]:
    """Yields every request of a plan and its cells, or of other ``samples`` than the plan's, sample by sample so that
    each cell has answers early. With a fixed ``seed`` sample k is asked with seed + k: equal seeds would give equal
    samples."""
    rows: Mapping[str, Sequence[Case]] = {case.name: (case,) for case in plan.cases} or {"": plan.rows}
    known = {case.name: _digest([case.name, [message.to_json() for message in case.messages]])
             for case in plan.cases}
    same = Counter[str]()
    step = _seed_step(plan)
    tools = [tool.to_json() for tool in plan.tools]
    for sample in range(plan.samples) if samples is None else samples:
        for cell in grid:
            params = dict(cell.params)
            if isinstance(params.get("seed"), int) and sample:
                params["seed"] = params["seed"] + sample * step  # type: ignore[operator]
            for row in rows[cell.case]:
                # A case's own system prompt comes from a chat: braces in it are not variables.
                system_prompt = cell.system if cell.system == row.system else fill(cell.system, row.values)
                question = user(fill(cell.prompt, row.values)) if cell.prompt else row.messages[-1]
                content = [cell.model, _plain(params), system_prompt, question.text, sample]
                content += [known[row.name]] if row.messages else []
                content += tools
                key = _digest(content)
                before, same[key] = same[key], same[key] + 1
                if before:  # two cells or rows with one content are distinguished by their order
                    key = _digest([*content, ["again", before]])
                yield Job(key, cell, row, sample, question, system_prompt, params)


def _seed_step(plan: Plan) -> int:
    """Returns what the seed grows by from sample to sample: beyond the seeds of an axis, so that no two cells share
    one."""
    seeds = [seed for seed in plan.axes.get("seed", ()) if isinstance(seed, int)]
    return max(seeds) - min(seeds) + 1 if seeds else 1


def _plain(value: Json) -> Json:
    """Returns the same value for 1 and 1.0, which a range, a list and a file write differently."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _digest(content: Sequence[object]) -> str:
    """Returns the name of a request by its content, the same in every run."""
    return hashlib.sha256(_TEXT.encode(content).encode("utf-8", "replace")).hexdigest()[:20]


_TEXT = json.JSONEncoder(sort_keys=True, ensure_ascii=False)  # json.dumps would make one for each of 100,000 requests
