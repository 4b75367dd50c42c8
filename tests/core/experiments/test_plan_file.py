"""Files of plans, and the tables of inputs beside them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from workbench.core.errors import BadInput
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.plan_file import read_inputs, read_plan


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


@pytest.mark.parametrize(("name", "content", "sentence"), [
    ("rows.csv", b"", "a line of names and at least one row"), ("rows.csv", b"who\n", "at least one row"),
    ("rows.csv", b"\xff\xfe\x00", "is not text in UTF-8"), ("rows.jsonl", b'{"a": 1}\n[1]\n', "line 2 is not a JSON"),
    ("rows.jsonl", b"[" * 100_000, "line 1 is not a JSON"),
])
def test_tables_that_are_refused(tmp_path: Path, name: str, content: bytes, sentence: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BadInput, match=sentence):
        read_inputs(tmp_path / name)


@pytest.mark.parametrize(("name", "text", "sentence"), [
    ("plan.json", "{", "is not JSON"), ("plan.json", json.dumps([1]), "must be a JSON object"),
    ("plan.toml", "a = ", "is not TOML"), ("missing.toml", None, "could not be read"),
])
def test_files_that_are_refused(tmp_path: Path, name: str, text: str | None, sentence: str) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=sentence):
        read_plan(tmp_path / name)
