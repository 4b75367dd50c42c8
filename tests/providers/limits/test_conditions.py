"""Conditions of lessons: what a request really uses, and how a value is named."""

from __future__ import annotations

import pytest

from workbench.core.json_types import Json
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.providers.limits.conditions import asked_for, condition_name, condition_value


def test_what_a_request_uses_and_with_which_value() -> None:
    request = Request(ModelRef("p", "m"), (), {"temperature": 0, "logprobs": False, "seed": None, "n": 2},
                      extra_body={"thinking": {"type": "enabled"}})
    used = asked_for(request)
    assert {"stream", "stream=true", "temperature", "temperature=0", "n", "n=2"} <= used
    assert "reasoning_effort" in used and not {"logprobs", "seed"} & used
    effort = Request(ModelRef("p", "m"), (), {"stream": False, "reasoning_effort": "none"})
    assert asked_for(effort) == frozenset()


@pytest.mark.parametrize(("value", "name"), [
    (0, "0"), (0.0, "0"), (0.70, "0.7"), (True, "true"), ("auto", "auto"), ({"a": 1}, ""), ([1], ""), (None, ""),
    (10**400, "1" + "0" * 400)])
def test_values_are_named_as_servers_write_them(value: Json, name: str) -> None:
    assert condition_value(value) == name


def test_all_fields_that_ask_a_model_to_think_are_one() -> None:
    assert {condition_name(field) for field in ("thinking", "reasoning", "output_config", "reasoning_effort")} == {
        "reasoning_effort"}
    assert condition_name("seed") == "seed"
