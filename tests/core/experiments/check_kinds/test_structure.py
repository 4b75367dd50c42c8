"""Checks on JSON."""

from __future__ import annotations

import pytest

from tests.core.experiments.check_kinds.conftest import Checking
from workbench.core.errors import BadInput
from workbench.core.experiments.check_kinds.structure import parse_path, same_value
from workbench.core.experiments.checks import read_check
from workbench.core.json_types import Json

SCHEMA: Json = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.process
@pytest.mark.parametrize(("schema", "answer", "passed"), [
    (SCHEMA, '```json\n{"n": 1}\n```', True), (SCHEMA, '{"n": "one"}', False), (SCHEMA, "no", False),
    ('{"type": "array"}', "[]", True), ({"type": "string", "pattern": "^a+$"}, '"aaa"', True),
    ({"type": "nonsense"}, "{}", None),  # what is wrong with the plan is no fault of the answer
])
def test_schemas(checking: Checking, schema: Json, answer: str, passed: bool | None) -> None:
    result = checking("json_schema", {"schema": schema}, answer)
    assert result.passed is passed and (passed or result.note)


def test_what_can_be_no_schema_is_told() -> None:
    for schema in ("{", "[1]", 5):
        with pytest.raises(BadInput, match="schema"):
            read_check({"kind": "json_schema", "schema": schema})


@pytest.mark.parametrize(("path", "steps"), [
    ("$", []), ("$.items[0].name", ["items", 0, "name"]), ("items[-1]", ["items", -1]), ("$['a b'].c", ["a b", "c"]),
    ('["x.y"]', ["x.y"]), ("名", ["名"]),
])
def test_paths(path: str, steps: list[str | int]) -> None:
    assert parse_path(path) == steps


@pytest.mark.parametrize("path", ["$..a", "a[*]", "a[?@.b]", "$.1", "a b"])
def test_paths_that_are_none(path: str) -> None:
    with pytest.raises(BadInput, match="like"):
        read_check({"kind": "json_path", "path": path})


ANSWER = '{"items": [{"name": "Ann", "age": 3}], "ok": true, "none": null}'


@pytest.mark.parametrize(("fields", "passed", "note"), [
    ({"path": "$.items[0].name"}, True, ""), ({"path": "$.items[1]"}, False, "nothing at"),
    ({"path": "items[-1].name", "value": "{{who}}"}, True, ""),
    ({"path": "items[0].age", "value": "{{age}}"}, True, ""),
    ({"path": "items[0].age", "value": 3.0}, True, ""), ({"path": "ok", "value": 1}, False, "ok is true"),
    ({"path": "none", "value": None}, True, ""), ({"path": "items", "value": [{"age": 3, "name": "Ann"}]}, True, ""),
    ({"path": "ok.deeper"}, False, "nothing at"), ({"path": "items[0].name", "value": "Bob"}, False, "Ann"),
])
def test_values_at_paths(checking: Checking, fields: dict[str, Json], passed: bool, note: str) -> None:
    result = checking("json_path", fields, f"```json\n{ANSWER}\n```", who="Ann", age="3")
    assert result.passed is passed and note in result.note
    assert checking("json_path", fields, "no JSON", who="", age="").note == "the answer is not JSON"


def test_texts_of_variables_equal_what_they_are_written_as() -> None:
    assert same_value("3", 3) and same_value("true", True) and same_value("[1]", [1]) and same_value("3", "3")
    assert not same_value("x", 3) and not same_value(True, 1) and not same_value({"a": 1}, {"a": 2})
