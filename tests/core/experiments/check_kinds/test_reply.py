"""Checks on tool calls, cost, time and the finish reason."""

from __future__ import annotations

import pytest

from tests.core.experiments.check_kinds.conftest import Checking
from workbench.core.errors import BadInput
from workbench.core.experiments.checks import Call, Reply, read_check
from workbench.core.json_types import Json

REPLY = Reply("", "tool_calls", (Call("find", '{"city": "Paris", "days": 3}'), Call("time", "{")), 0.02, 0.5, 2.0)


@pytest.mark.parametrize(("kind", "fields", "passed", "note"), [
    ("calls", {"name": "find"}, True, ""), ("calls", {"name": "send"}, False, "not called, but find, time"),
    ("calls", {"name": "find", "arguments": {"city": "{{city}}", "days": "{{days}}"}}, True, ""),
    ("calls", {"name": "find", "arguments": {"city": "Rome"}}, False, 'city is "Paris"'),
    ("calls", {"name": "find", "arguments": {"zip": 1}}, False, "the argument zip is missing"),
    ("calls", {"name": "time"}, False, "not JSON"), ("no_calls", {}, False, "called: find, time"),
    ("call_order", {"names": ["find", "time"]}, True, ""), ("call_order", {"names": ["{{first}}"]}, True, ""),
    ("call_order", {"names": ["time", "find"]}, False, "called: find, time"),
    ("call_order", {"names": ["find", "find"]}, False, "called: find, time"),
    ("call_order", {"names": ["find"], "exactly": True}, False, "called: find, time"),
    ("call_order", {"names": ["find", "time"], "exactly": True}, True, ""),
    ("cost", {"at_most": 0.02}, True, ""), ("cost", {"at_most": 0.01}, False, "$0.020000"),
    ("latency", {"at_most": 1}, False, "2.00 s"), ("latency", {"at_most": 1, "of": "first_token"}, True, ""),
    ("finish_reason", {"reason": "stop"}, False, "tool_calls"), ("finish_reason", {"reason": "tool_calls"}, True, ""),
])
def test_replies(checking: Checking, kind: str, fields: dict[str, Json], passed: bool, note: str) -> None:
    result = checking(kind, fields, REPLY, city="Paris", days="3", first="find")
    assert result.passed is passed and note in result.note


@pytest.mark.process
def test_arguments_fit_a_schema(checking: Checking) -> None:
    schema: Json = {"properties": {"days": {"type": "integer", "maximum": 2}}}
    assert "3 is greater" in checking("calls", {"name": "find", "schema": schema}, REPLY).note
    assert checking("calls", {"name": "find", "schema": {"required": ["city"]}}, REPLY).passed


def test_what_is_not_known_is_not_judged(checking: Checking) -> None:
    for kind in ("cost", "latency"):
        assert checking(kind, {"at_most": 1}, Reply("x")).passed is None
    assert checking("no_calls", {}, "text").passed and "no tool is called" in checking("calls", {"name": "a"}, "x").note
    assert "no tool is called" in checking("call_order", {"names": ["a"]}, "x").note


def test_arguments_must_be_an_object() -> None:
    with pytest.raises(BadInput, match="arguments must be a JSON object"):
        read_check({"kind": "calls", "name": "a", "arguments": [1]})
