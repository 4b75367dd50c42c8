"""Plans: what a file says, what the grid becomes, and what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Blob, Image, Text
from workbench.core.errors import BadInput
from workbench.core.experiments.axes import label_of
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.fields import PlanError
from workbench.core.experiments.grid import cells
from workbench.core.experiments.plan import Plan, check_names
from workbench.files.experiments.plan_file import read_plan

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
    asked = Experiment(plan).jobs
    assert len(asked) == plan.requests == len({job.key for job in asked})
    assert asked[0].prompt == "Tell writers about poems." and asked[0].system == "Be kind to writers."
    assert {job.params["seed"] for job in asked if job.sample == 0} == {7}
    assert {job.params["seed"] for job in asked if job.sample == 1} == {8}


@pytest.mark.parametrize(("change", "sentence"), [
    ('models = []\nprompt = "x"', "names no models"), ('models = ["a/x"]', "has no prompt"),
    ('models = ["a/x"]\nprompt = "{{y}}"', "no value for y"), ("models = [", "is not TOML"),
    ('models = ["a/x"]\nprompt = "x"\nmodel = 1', "has model, which no plan has"),
    ('models = ["a/x"]\nprompt = "x"\n[axes]\ntemperature = [0, 5]', "between 0 and 2"),
    ('models = ["a/x"]\nprompt = "x"\n[axes]\ntemperature = { from = 0, to = 1 }', "must be a list of values"),
    ('models = ["a/x"]\nprompt = "x"\n[params]\nseed = 1\n[axes]\nseed = [1]', "both fixed and an axis"),
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


SUITE = """
name = "Support"
system = "Be {{tone}}."

[axes]
temperature = [0, 1]

[[cases]]
name = "Refund"
model = "a/x"
system = "Braces {{stay}} as they are."
messages = [
    { role = "user", content = "Hi" }, { role = "assistant", content = "Hello" },
    { role = "user", content = "Where is {{it}}?" },
]
params = { max_tokens = 9 }
values = { tone = "kind" }
checks = [{ kind = "contains", text = "{{it}}" }]

[[cases]]
name = "Greeting"
model = "b/y"
messages = [{ role = "user", content = "Hi" }]
values = { tone = "short" }
"""


def suite(tmp_path: Path, text: str = SUITE) -> Plan:
    (tmp_path / "suite.toml").write_text(text)
    return read_plan(tmp_path / "suite.toml")


def test_cases_are_asked_as_they_were_but_for_what_the_plan_says(tmp_path: Path) -> None:
    plan = suite(tmp_path)
    assert Plan.from_json(plan.to_json()) == plan and plan.requests == 4
    grid = cells(plan)
    assert [(cell.case, cell.model, cell.params) for cell in grid] == [
        ("Refund", "a/x", {"max_tokens": 9, "temperature": 0}), ("Refund", "a/x", {"max_tokens": 9, "temperature": 1}),
        ("Greeting", "b/y", {"temperature": 0}), ("Greeting", "b/y", {"temperature": 1})]
    refund, *_, greeting = Experiment(plan).jobs
    assert [message.text for message in refund.messages] == ["Be kind.", "Hi", "Hello", "Where is {{it}}?"]
    assert [message.text for message in greeting.messages] == ["Be short.", "Hi"]
    assert [check.fields for check in refund.checks(plan)] == [{"text": "{{it}}"}]
    own = suite(tmp_path, SUITE.replace('system = "Be {{tone}}."', 'models = ["c/z"]\nparams = { max_tokens = 5 }'))
    job = Experiment(own).jobs[0]
    assert job.system == "Braces {{stay}} as they are." and job.cell.model == "c/z"
    assert job.params == {"max_tokens": 5, "temperature": 0}


def test_a_prompt_of_the_plan_takes_the_place_of_the_question(tmp_path: Path) -> None:
    plan = suite(tmp_path, 'prompt = "Say it {{tone}}"\n' + SUITE)
    first = Experiment(plan).jobs[0]
    assert [message.text for message in first.messages[1:]] == ["Hi", "Hello", "Say it kind"]


def test_files_of_a_case_travel_with_it(tmp_path: Path) -> None:
    image = Message("user", (Image(Blob("ab12", 3, "image/png")), Text("What is it?")))
    plan = Plan("p", (), cases=(Case("Picture", (image,), model="a/x", files={"ab12": b"png"}),))
    again = Plan.from_json(json.loads(json.dumps(plan.to_json())))
    assert again == plan and again.cases[0].files == {"ab12": b"png"}


@pytest.mark.parametrize(("change", "sentence"), [
    (("Greeting", "Refund"), "Two cases are called “Refund”"), (('model = "b/y"\n', ""), "names no models"),
    (('content = "Hi" }]', 'text = "Hi" }]'), "must have role and content"),
    (('{ role = "user", content = "Where is {{it}}?" },', ""), "the last must be the question"),
    (('values = { tone = "short" }', ""), "The case “Greeting” has no value for tone"),
    (('name = "Refund"', 'nam = "Refund"'), "has nam, which no case has"),
    (('[axes]', '[[inputs]]\nx = 1\n[axes]'), "inputs or cases, not both"),
])
def test_cases_that_are_refused(tmp_path: Path, change: tuple[str, str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        suite(tmp_path, SUITE.replace(*change))


VERSIONS = """
models = ["a/x"]
[axes]
prompt = ["About {{what}}", { name = "Long · 3 Oct", text = "All about {{what}}" }]
system = ["", "Be brief."]
[[inputs]]
what = "tea"
"""


def test_versions_of_texts_are_an_axis(tmp_path: Path) -> None:
    plan = suite(tmp_path, VERSIONS)
    assert [(job.prompt, job.system) for job in Experiment(plan).jobs] == [
        ("About tea", ""), ("About tea", "Be brief."), ("All about tea", ""), ("All about tea", "Be brief.")]
    assert [label_of(value) for value in plan.axes["prompt"]] == ["About {{what}}", "Long · 3 Oct"]
    with pytest.raises(BadInput, match="no value for who"):
        suite(tmp_path, VERSIONS.replace("All about {{what}}", "For {{who}}"))
    with pytest.raises(BadInput, match="needs texts, or tables with name and text"):
        suite(tmp_path, VERSIONS.replace("name =", "title ="))
    with pytest.raises(BadInput, match="prompt is both fixed and an axis"):
        suite(tmp_path, 'prompt = "x"\n' + VERSIONS)


def test_a_plan_as_json(tmp_path: Path) -> None:
    plan = suite(tmp_path)
    (tmp_path / "suite.json").write_text(json.dumps(plan.to_json()))
    assert read_plan(tmp_path / "suite.json") == plan
    (tmp_path / "suite.json").write_text("[1]")
    with pytest.raises(BadInput, match="must be a JSON object"):
        read_plan(tmp_path / "suite.json")


def test_several_answers_to_one_request_are_samples() -> None:
    with pytest.raises(PlanError, match="n is not a parameter: set it with samples") as caught:
        check_names(Plan("P", ("a/x",), "Hi", params={"n": 3}))
    assert caught.value.place == "params.n"


def test_a_call_needs_a_tool() -> None:
    calls = (Check("max_words", {"words": 9}), Check("calls", {"name": "find"}))
    with pytest.raises(PlanError, match="none is offered") as caught:
        check_names(Plan("P", ("a/x",), "Hi", checks=calls))
    assert caught.value.place == "checks[2]"
    tool = {"type": "function", "function": {"name": "find", "parameters": {}}}
    check_names(Plan("P", ("a/x",), "Hi", checks=calls, params={"tools": [tool]}))
    check_names(Plan("P", ("a/x",), "Hi", checks=calls, axes={"tools": ([tool], [tool, tool])}))
    case = Case("c", (user("Hi"),), model="a/x", checks=calls)
    with pytest.raises(PlanError, match="none is offered") as caught:
        check_names(Plan("P", (), cases=(case,)))
    assert caught.value.place == "cases[1].checks[2]"
    check_names(Plan("P", (), cases=(replace(case, params={"tools": [tool]}),)))
