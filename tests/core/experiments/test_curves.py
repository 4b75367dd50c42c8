"""What plots run along, and what they show there."""

from __future__ import annotations

import pytest

from workbench.core.chat.messages import user
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import CheckResult
from workbench.core.experiments.curves import Axis, metric_lines, plot_axis
from workbench.core.experiments.grid import cells
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, Summary, summarise

VERSIONS = ("Be kind.", {"name": "v2", "text": "Be brief."})
CASES = tuple(Case(name, (user(name),), model="a/x") for name in ("one", "two"))


def summaries(plan: Plan) -> list[Summary]:
    passed = (CheckResult("contains", True),)
    return [summarise(cell, [Result("k", cell.index, cell.model, {}, {}, 0, "x", checks=passed)])
            for cell in cells(plan)]


@pytest.mark.parametrize(("plan", "axis", "names"), [
    (Plan("p", ("a/x", "b/y"), "Hi", axes={"system": VERSIONS, "temperature": (0, 1)}), Axis("temperature"),
     ["a/x, Be kind.", "a/x, v2", "b/y, Be kind.", "b/y, v2"]),
    (Plan("p", ("a/x",), "Hi", axes={"system": VERSIONS}), Axis("system", ("Be kind.", "v2")), ["Pass rate"]),
    (Plan("p", (), cases=CASES), Axis("case", ("one", "two")), ["Pass rate"]),
    (Plan("p", ("a/x", "b/y"), "Hi"), Axis("model", ("a/x", "b/y")), ["Pass rate"]),
    (Plan("p", ("a/x", "b/y"), cases=CASES), Axis("case", ("one", "two")), ["a/x", "b/y"]),
])
def test_the_axis_of_a_plan(plan: Plan, axis: Axis, names: list[str]) -> None:
    assert plot_axis(plan) == axis
    lines = metric_lines(plan, summaries(plan), axis, "pass_rate")
    assert [line.name for line in lines] == names
    places = [[round(point.x) for point in line.points] for line in lines]
    assert places == [[0, 1]] * len(lines)
    assert all(line.joined is not bool(axis.values) for line in lines)
    assert all(point.low is not None and point.low < 1 == point.high for line in lines for point in line.points)


def test_a_plan_with_one_cell_has_no_axis() -> None:
    assert plot_axis(Plan("p", ("a/x",), "Hi")) is None
