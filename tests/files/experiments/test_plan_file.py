"""Files of plans, and the tables of inputs beside them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from workbench.core.errors import BadInput
from workbench.core.experiments.plan import Plan
from workbench.files.experiments.plan_file import read_plan


def test_json_lines_as_inputs(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"x": "a"}\n\n{"x": [1, 2]}\n')
    (tmp_path / "plan.toml").write_text('models = ["a/x"]\nprompt = "{{x}}"\ninputs_file = "rows.jsonl"\n')
    assert [row["x"] for row in read_plan(tmp_path / "plan.toml").inputs] == ["a", "[1, 2]"]


def test_ragged_tables_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n3\n")
    (tmp_path / "plan.toml").write_text('models = ["a/x"]\nprompt = "{{a}}"\ninputs_file = "rows.csv"\n')
    with pytest.raises(BadInput, match="as there are names, 2; row 3 has 1"):
        read_plan(tmp_path / "plan.toml")


def test_a_plan_is_named_by_its_file_unless_it_says_otherwise(tmp_path: Path) -> None:
    for name in ("mine.toml", "mine.json"):
        text = 'models = ["a/x"]\nprompt = "Hi"\n' if name.endswith("toml") else '{"models": ["a/x"], "prompt": "Hi"}'
        (tmp_path / name).write_text("\ufeff" + text, "utf-8")
        assert read_plan(tmp_path / name) == Plan("mine", ("a/x",), "Hi")


def test_prompt_and_rows_come_from_the_folder_of_the_plan(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts/prompt.md").write_text("Ask {{who}}")
    (tmp_path / "rows.csv").write_text("who\nAda\n\nBob\n")
    (tmp_path / "plan.toml").write_text('models = ["a/x"]\nprompt_file = "texts/prompt.md"\n'
                                        'inputs_file = "rows.csv"\n[[inputs]]\nwho = "Me"\n')
    plan = read_plan(tmp_path / "plan.toml")
    assert plan.prompt == "Ask {{who}}" and [row["who"] for row in plan.inputs] == ["Me", "Ada", "Bob"]


@pytest.mark.parametrize(("name", "text", "sentence"), [
    ("plan.json", "{", "is not JSON"), ("plan.json", json.dumps([1]), "must be a JSON object"),
    ("plan.toml", "a = ", "is not TOML"), ("missing.toml", None, "could not be read"),
])
def test_files_that_are_refused(tmp_path: Path, name: str, text: str | None, sentence: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=sentence):
        read_plan(tmp_path / name)


HEAD = 'models = ["builtin/ngram"]\nprompt = "x"\n'


@pytest.mark.parametrize(("text", "line", "place", "sentence"), [
    (HEAD + "[axes]\nseed = {from=nan,to=1,steps=2}\n", 4, "axes.seed", "a number must be one"),
    (HEAD + "[axes]\nseed = {from=0,to=1,steps=nan}\n", 4, "axes.seed", "a number must be one"),
    (HEAD + "[axes]\nseed = {from=0,to=1,steps=inf}\n", 4, "axes.seed", "a number must be one"),
    (HEAD + "[axes]\nseed = [1]\nwhen = [2020-01-01, 2020-01-02]\n", 5, "axes.when", "a date needs quotation marks"),
    (HEAD + "[axes]\nprompt = [{}]\n", 4, "axes.prompt", "needs texts, or tables"),
    (HEAD + "[axes]\ntemprature = [0, 1]\n", 4, "axes.temprature", "Did you mean “temperature”"),
    (HEAD + "[params]\nmax_tokns = 3\n", 4, "params.max_tokns", "Did you mean “max_tokens”"),
    (HEAD + "[params]\nmodel = 'other'\n", 4, "params.model", "set it with models"),
    (HEAD + "[params]\nmessages = []\n", 4, "params.messages", "set it with prompt"),
    (HEAD + "[params]\nwhen = 2020-01-01\n", 4, "params.when", "a date needs quotation marks"),
    (HEAD + f"samples = {'9' * 5000}\n", 3, "samples", "too many digits"),
    (HEAD + f"[params]\nseed = 1\nstop = [1, -{'9' * 5000}]\n", 5, "params.stop[2]", "too many digits"),
    (HEAD + f"samples = {'9' * 4000}\n", 3, "samples", "too large"),
    (HEAD + f"max_cost = {'9' * 4000}\n", 3, "max_cost", "too large"),
    (HEAD + '[gate]\nbar = 0.8\n[[checks]]\nkind = "contains"\ntext = "a"\nweight = 0\n', 3, "gate", "only measure"),
    (HEAD + '[[checks]]\nkind = "judge"\nrubric = "Good?"\nmodel = "a/j"\nparams = { temprature = 0 }\n', 7,
     "checks[1].params.temprature", "Did you mean “temperature”"),
    (HEAD + '[[checks]]\nkind = "preferred"\nrubric = "Good?"\ntext = "b"\nmodel = "a/j"\n[checks.params]\n'
     "max_tokns = 5\n", 9, "checks[1].params.max_tokns", "Did you mean “max_tokens”"),
    (HEAD + "[axes]\ntemperature = [0, 1, 0.0]\n", 4, "axes.temperature", "has the value 0 twice"),
    (HEAD + "[axes]\nsystem = ['Be brief.', 'Be brief.']\n", 4, "axes.system", "twice"),
    (HEAD + "[axes]\nmax_tokens = { from = 1, to = 2, steps = 4 }\n", 4, "axes.max_tokens", "twice"),
    (HEAD + '[[checks]]\nkind = "finish_reason"\nreason = "lenght"\n', 5, "checks[1].reason",
     "Known are: stop, length, tool_calls"),
    (HEAD + "promt = 'y'\n", 3, "promt", "Did you mean “prompt”"),
    ('models = ["a/x"]\nprompt = ["a", "b"]\n', 2, "prompt", r"\[axes\] prompt"),
    ('models = ["a/x", "a/x"]\nprompt = "x"\n', 1, "models[1]", "twice"),
    (HEAD + "max_cost = nan\n", 3, "max_cost", "number"),
    (HEAD + "samples = 1.5\n", 3, "samples", "whole number"),
    (HEAD + '[[checks]]\nkind = "equals"\ntext = "a"\n[[checks]]\nkind = "contains"\ntext = "b"\nignorecase = true\n',
     9, "checks[2].ignorecase", "Did you mean “ignore_case”"),
    (HEAD + '[[checks]]\nkind = "contains"\ntext = ["hello", "world"]\n', 5, "checks[1].text", "must be a text"),
    (HEAD + '[[checks]]\nkind = "regex"\npattern = "("\n', 5, "checks[1].pattern", "is not a regular expression"),
    (HEAD + '[[checks]]\nkind = "similarity"\ntext = "a"\nat_least = nan\n', 6, "checks[1].at_least", "0 and 1"),
    (HEAD + '[[checks]]\nkind = "equals"\ntext = "a"\nignore_case = "false"\n', 6, "checks[1].ignore_case",
     "quotation"),
    (HEAD + "samples = 0\n", 3, "samples", "at least 1, not 0"),
    (HEAD + "\nparallel = 1000\n", 4, "parallel", "between 1 and 256, not 1000"),
    (HEAD + "min_pass_rate = 80\n", 3, "min_pass_rate", "between 0 and 1, not 80"),
    (HEAD + "samples = 90000\n[axes]\nseed = [1, 2]\n", 3, "samples", "180,000 requests"),
    (HEAD + "[params]\nseed = 1\ntemperature = 9\n", 5, "params.temperature", "between 0 and 2"),
    (HEAD + "[gate]\nbar = 0.8\n", 3, "gate", "needs checks"),
    (HEAD + "[gate]\nbar = 0.8\nmost_sample = 9\n", 5, "gate.most_sample", "Did you mean “most_samples”"),
    (HEAD + "[gate]\nalpha = 0.1\nbar = 8\n", 5, "gate.bar", "between 0 and 1"),
    (HEAD + 'min_pass_rate = 0.5\n[gate]\nbar = 0.8\n[[checks]]\nkind = "no_calls"\n', 3, "min_pass_rate",
     "not both"),
    ('models = ["a/x"]\nprompt = "{{text}}"\n[[inputs]]\ntxt = "a"\n', 2, "prompt", "Did you mean “txt”"),
    ('models = ["a/x"]\nprompt = "{{a}}"\ninputs = [\n  { a = "1" },\n  { b = "2" },\n]\n', 5, "inputs[2]",
     "Input 2 has no value for a"),
    (HEAD + '[[inputs]]\na = "1"\n[[checks]]\nkind = "one_of"\noptions = ["yes"]\nexpected = "{{label}}"\n', 8,
     "checks[1].expected", "no value for label"),
    (HEAD + 'checks = [\n  { kind = "no_calls" },\n  # a comment, with [brackets]\n  { kind = "contain" },\n]\n', 6,
     "checks[2].kind", "Did you mean “contains”"),
    (HEAD + '[[checks]]\nkind = "code"\ncode = "1 +"\n', 5, "checks[1].code", "is not Python"),
    (HEAD + '[[checks]]\nkind = "no_calls"\ntransform = "trim"\n', 5, "checks[1].transform", "must be one of"),
    (HEAD + '[[checks]]\nkind = "no_calls"\nweight = -1\n', 5, "checks[1].weight", "not negative"),
    ('models = ["a/x"]\nsystem = """\nprompt = 1\n"""\nprompt = 5\n', 5, "prompt", "must be a text"),
    ('models = ["a/x"]\n[axes]\nprompt = [{name="v",text="a"},{name="v",text="b"}]\n', 3, "axes.prompt", "named v"),
    ('[[cases]]\nname="c"\nmodel="a/x"\nmessages=[{role="usr",content="x"}]\n', 1, "cases[1]", "Did you mean “user”"),
    ('[[cases]]\nname="c"\nmodel="a/x"\nmesages=[]\n', 4, "cases[1].mesages", "Did you mean “messages”"),
])
def test_a_mistake_is_told_with_its_line_and_field(
    tmp_path: Path, text: str, line: int, place: str, sentence: str
) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text)
    with pytest.raises(BadInput, match=sentence) as told:
        read_plan(path)
    assert str(told.value).startswith(f"{path}, line {line}, {place}: ")


@pytest.mark.parametrize("text", ["x = " + "[" * 3000, HEAD + "[params]\nmin_tokens = 3\nrepeat_penalty = 1.1\n",
                                  HEAD + "[[inputs]]\nwhen = 2020-01-01\nat = 12:30:00\n"])
def test_a_plan_is_refused_in_a_sentence_or_read(tmp_path: Path, text: str) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(text)
    if "[[[" in text:
        with pytest.raises(BadInput, match="nested too deeply"):
            read_plan(path)
    else:
        plan = read_plan(path)
        assert not plan.inputs or plan.inputs[0] == {"when": "2020-01-01", "at": "12:30:00"}


def test_what_a_file_of_inputs_lacks_is_told_at_its_name(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"a": "1"}\n{"b": "2"}\n')
    path = tmp_path / "plan.toml"
    path.write_text('models = ["a/x"]\nprompt = "{{a}}"\ninputs_file = "rows.jsonl"\n')
    with pytest.raises(BadInput, match=r"line 3, inputs\[2\]: Input 2 has no value for a"):
        read_plan(path)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes in the file system")
@pytest.mark.parametrize("name", ["prompt_file", "inputs_file"])
def test_a_plan_names_no_pipe(tmp_path: Path, name: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "plan.toml").write_text(f'models = ["a/x"]\nprompt = "x"\n{name} = "pipe"\n')
    with pytest.raises(BadInput, match="a device or a pipe"):
        read_plan(tmp_path / "plan.toml")


def test_a_plan_has_no_endless_key(tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(".".join("a" * 20_000) + " = 1")
    with pytest.raises(BadInput, match="over 100 dots"):
        read_plan(tmp_path / "plan.toml")
