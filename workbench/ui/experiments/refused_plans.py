"""Refused plans, such as an older version of the program kept: what the form shows of one, so that it can be mended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.experiments.axes import TEXT_AXES
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check, read_check
from workbench.core.experiments.fields import texts_of
from workbench.core.experiments.gate import Gate
from workbench.core.json_types import Json, JsonObject, is_number
from workbench.core.tools.simulated import SimulatedTool
from workbench.ui.experiments.axis_text import show_axis
from workbench.ui.experiments.check_rows import draft_of_check

Written = Mapping[str, Any]  # Any: what a file says


def draft_of_plan(plan: Written) -> JsonObject:
    """Returns the draft of a plan as its file has it. What has no place in the form and is refused is left out."""
    inputs = [texts_of(row) for row in _tables(plan, "inputs")]
    least = plan.get("min_pass_rate")
    return {
        **{name: _text(plan.get(name)) for name in ("name", "prompt", "system", "max_cost")},
        "samples": _text(plan.get("samples", 1)), "parallel": _text(plan.get("parallel", 4)),
        "min_pass_rate": f"{100 * least:g}" if is_number(least) and least else _text(least or None),
        "models": "\n".join(map(_text, _list(plan, "models"))),
        "params": _text(plan.get("params") or None),
        "axes": [_draft_of_axis(name, values) for name, values in _table(plan, "axes").items()],
        "checks": [draft_of_check(check) for check in _tables(plan, "checks")],
        "columns": list(dict.fromkeys(name for row in inputs for name in row)), "inputs": [dict(row) for row in inputs],
        "cases": list(_tables(plan, "cases")),
        "gate": _usable_gate(plan), "tools": list(_usable_tools(plan)),
    }


def left_out(plan: Written) -> str:
    """Says what of a refused plan its draft lacks, ``""`` for nothing."""
    gate = plan.get("gate") is not None and _usable_gate(plan) is None
    tools = len(_usable_tools(plan)) < len(_list(plan, "tools"))
    if gate and tools:
        return "Its gate and some of its tools cannot be used, and are left out here."
    return ("Its gate cannot be used, and is left out here." if gate else
            "Some of its tools cannot be used, and are left out here." if tools else "")


def read_case(data: Written) -> Case:
    """Returns a case of a draft, also one whose checks are refused. Raises ``BadInput`` for anything else."""
    checks = _tables(data, "checks")
    case = Case.from_json({name: value for name, value in data.items() if name != "checks"})
    return replace(case, checks=tuple(
        Check(str(check.get("kind")), {name: value for name, value in check.items() if name != "kind"})
        for check in checks))


def verify_cases(cases: tuple[Case, ...]) -> None:
    """Raises ``BadInput`` with the case and what is wrong in its checks."""
    for case in cases:
        for check in case.checks:
            try:
                read_check(check.to_json())
            except BadInput as error:
                raise BadInput(f"The case “{case.name}” has a check that cannot be used: {error}") from None


def _draft_of_axis(name: str, values: Json) -> JsonObject:
    if name in TEXT_AXES and isinstance(values, list):
        return {"name": name, "text": "", "versions": values}
    if isinstance(values, list):
        return {"name": name, "text": show_axis(tuple(values))}
    if isinstance(values, dict) and set(values) == {"from", "to", "steps"}:
        return {"name": name, "text": f"{values['from']} → {values['to']} in {values['steps']} steps"}
    return {"name": name, "text": _text(values)}


def _usable_gate(plan: Written) -> Json:
    samples = plan.get("samples", 1)
    try:
        return Gate.from_json(_table(plan, "gate"), samples if isinstance(samples, int) else 1).to_json()
    except BadInput:
        return None


def _usable_tools(plan: Written) -> list[Json]:
    found: list[Json] = []
    for tool in _tables(plan, "tools"):
        try:
            found.append(SimulatedTool.from_json(tool).to_json())
        except BadInput:
            continue
    return found


def _text(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)


def _list(data: Written, name: str) -> list[Json]:
    value = data.get(name)
    return value if isinstance(value, list) else []


def _tables(data: Written, name: str) -> list[JsonObject]:
    return [item for item in _list(data, name) if isinstance(item, dict)]


def _table(data: Written, name: str) -> JsonObject:
    value = data.get(name)
    return value if isinstance(value, dict) else {}
