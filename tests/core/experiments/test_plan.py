"""Plans: what a file says, what the grid becomes, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.core.errors import BadInput
from workbench.core.experiments.grid import cells, jobs
from workbench.core.experiments.plan import Plan, axis_values, read_plan

PLAN = """
name = "Tone"
models = ["a/x", "b/y"]
prompt_file = "prompt.md"
system = "Be kind to {{who}}."
inputs_file = "inputs.csv"
samples = 2
parallel = 8
max_cost = 1.5
min_pass_rate = 0.8

[params]
max_tokens = 50
seed = 7

[axes]
temperature = { from = 0, to = 1.5, steps = 4 }
top_p = [0.5, 1]

[[inputs]]
who = "writers"
what = "poems"

[[checks]]
kind = "max_words"
words = 25

[[checks]]
kind = "contains"
text = "{{what}}"
"""


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    (tmp_path / "prompt.md").write_text("Tell {{who}} about {{what}}.")
    (tmp_path / "inputs.csv").write_text('who,what\ndevelopers,"logs, traces"\nmanagers,exports\n')
    (tmp_path / "plan.toml").write_text(PLAN)
    return read_plan(tmp_path / "plan.toml")


def test_a_plan_from_its_file(plan: Plan) -> None:
    assert plan.axes["temperature"] == (0, 0.5, 1.0, 1.5)
    assert [row["what"] for row in plan.inputs] == ["poems", "logs, traces", "exports"]
    assert plan.requests == 2 * 4 * 2 * 3 * 2
    assert [check.label for check in plan.checks] == ["max 25 words", "contains “{{what}}”"]
    assert Plan.from_json(plan.to_json()) == plan


def test_the_grid_and_its_requests(plan: Plan) -> None:
    grid = cells(plan)
    assert len(grid) == 16 and grid[0].params == {"max_tokens": 50, "seed": 7, "temperature": 0, "top_p": 0.5}
    asked = list(jobs(plan, lambda content: content.decode()))
    assert len(asked) == plan.requests == len({job.key for job in asked})
    assert asked[0].prompt == "Tell writers about poems." and asked[0].system == "Be kind to writers."
    assert {job.params["seed"] for job in asked if job.sample == 0} == {7}
    assert {job.params["seed"] for job in asked if job.sample == 1} == {8}


def test_json_lines_as_inputs(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"x": "a"}\n\n{"x": [1, 2]}\n')
    (tmp_path / "plan.toml").write_text('models = ["a/x"]\nprompt = "{{x}}"\ninputs_file = "rows.jsonl"\n')
    assert [row["x"] for row in read_plan(tmp_path / "plan.toml").inputs] == ["a", "[1, 2]"]


def test_ranges() -> None:
    assert axis_values("max_tokens", {"from": 1, "to": 100, "steps": 3}) == (1, 50, 100)
    assert axis_values("temperature", {"from": 0.1, "to": 0.3, "steps": 3}) == (0.1, 0.2, 0.3)


@pytest.mark.parametrize(("change", "sentence"), [
    ('models = []\nprompt = "x"', "names no models"), ('models = ["a/x"]', "has no prompt"),
    ('models = ["a/x"]\nprompt = "{{y}}"', "no value for y"), ("models = [", "is no TOML"),
    ('models = ["a/x"]\nprompt = "x"\nmodel = 1', "has model, which no plan has"),
    ('models = ["a/x"]\nprompt = "x"\n[axes]\ntemperature = [0, 5]', "between 0 and 2"),
    ('models = ["a/x"]\nprompt = "x"\n[axes]\ntemperature = { from = 0, to = 1 }', "must be a list of values"),
    ('models = ["a/x"]\nprompt = "x"\n[params]\nseed = 1\n[axes]\nseed = [1]', "both a fixed parameter and an axis"),
    ('models = ["a/x"]\nprompt = "x"\n[[checks]]\nkind = "smells"', "kind must be one of"),
    ('models = ["a/x"]\nprompt = "x"\n[[checks]]\nkind = "regex"', "needs pattern"),
    ('models = ["a/x"]\nprompt = "x"\nsamples = 0', "at least 1"),
    ('models = ["a/x"]\nprompt = "x"\nsamples = 200000', "at most 100,000"),
    ('models = ["a/x"]\nprompt_file = "none.md"', "could not be read"),
])
def test_what_is_refused(tmp_path: Path, change: str, sentence: str) -> None:
    (tmp_path / "plan.toml").write_text(change)
    with pytest.raises(BadInput, match=sentence):
        read_plan(tmp_path / "plan.toml")


def test_ragged_tables_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n3\n")
    (tmp_path / "plan.toml").write_text('models = ["a/x"]\nprompt = "{{a}}"\ninputs_file = "rows.csv"\n')
    with pytest.raises(BadInput, match="row 3 has 1 cells"):
        read_plan(tmp_path / "plan.toml")
