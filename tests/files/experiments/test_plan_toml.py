"""Plans as TOML: whatever a plan holds is read back as an equal plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.core.experiments.checks import Check
from workbench.core.experiments.plan import Plan
from workbench.files.experiments.plan_file import read_plan
from workbench.files.experiments.plan_toml import plan_toml

ODD = 'quotes " and \\ and \t, lines\nand é天😀'


@pytest.mark.parametrize("plan", [
    Plan("Small", ("a/x",), "Hi"),
    Plan("Odd", ("a/x",), ODD, ODD, params={"stop": [ODD], "own.field": {"deep": {"x": [1, 2.5, True]}}, "seed": -1}),
    Plan("Long", ("a/x",), "Hi {{x}}", inputs=tuple({"x": f"{number} " * 50} for number in range(3))),
    Plan("Checked", ("a/x",), "Hi", checks=(Check("json_schema", {"schema": {"type": "object", "required": []}}),)),
])
def test_it_is_read_back_equal(tmp_path: Path, plan: Plan) -> None:
    (tmp_path / "plan.toml").write_text(plan_toml(plan), "utf-8")
    assert read_plan(tmp_path / "plan.toml") == plan


def test_halves_of_surrogate_pairs_are_replaced() -> None:
    assert "\ufffd" in plan_toml(Plan("p", ("a/x",), "half \ud83d"))


def test_empty_fields_are_left_out() -> None:
    text = plan_toml(Plan("p", ("a/x",), "Hi"))
    assert "max_cost" not in text and "[axes]" not in text
