"""Wrong values are refused with a sentence, right ones pass unchanged."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.request.parameters import (
    OWN,
    PARAMETERS,
    by_name,
    check_all,
    parse_assignments,
    partition_valid,
)


@pytest.mark.parametrize(("name", "value", "sentence"), [
    ("temperature", 3, "between 0 and 2"), ("temperature", float("nan"), "needs a number"),
    ("temperature", True, "needs a number"), ("temperature", "hot", "needs a number"),
    ("seed", 1.5, "whole number"), ("max_tokens", 0, "at least 1"), ("stop", ["a"] * 7, "at most 4 texts"),
    ("stop", [""], "none of them empty"), ("reasoning_effort", "huge", "must be one of none"),
    ("logit_bias", {"1": 101}, "between -100 and 100"), ("logit_bias", {"x": 1}, "token ids"),
    ("metadata", {"a": 1}, "at most 64"), ("metadata", {str(i): "" for i in range(17)}, "at most 16 pairs"),
    ("response_format", {"type": "xml"}, "text, json_object or json_schema"),
    ("response_format", {"type": "json_schema", "json_schema": {"name": "a b"}}, "schema name"),
    ("tools", [], "list of tools"),
    ("tools", [{"type": "function", "function": {"name": ""}}], "number 1 needs a name"),
    ("tool_choice", "maybe", "none, auto, required"), ("modalities", ["smell"], "text, audio, image"),
    ("stream_options", [1], "in braces"), ("metadata", {"a": float("nan")}, "no form for"),
])
def test_wrong_values(name: str, value: object, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        check_all({name: value})  # type: ignore[dict-item]


def test_right_values_pass() -> None:
    params = {"temperature": 0.3, "seed": -5, "stop": ["a"], "reasoning_effort": "low", "my_field": {"a": 1}}
    assert check_all(params) == params
    assert check_all({"max_tokens": 40.0, "stop": "END"}) == {"max_tokens": 40, "stop": ["END"]}


@given(st.dictionaries(st.sampled_from([*by_name(), "my_field"]), st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3), max_leaves=6)))
def test_any_json_is_valid_or_not(params: dict[str, Json]) -> None:
    """No value does more than be refused, and what is valid can be sent."""
    valid, invalid = partition_valid(params)
    assert sorted([*valid, *invalid]) == sorted(params) and all(valid[name] is params[name] for name in valid)
    check_all(valid)
    for name in invalid:
        with pytest.raises(BadInput):
            check_all({name: params[name]})


def test_every_parameter_explains_itself_and_starts_valid() -> None:
    for parameter in PARAMETERS:
        assert parameter.help.endswith("."), parameter.name
        if parameter.start not in (None, []):
            assert parameter.check(parameter.start) == parameter.start
        if parameter.example:
            assert parameter.parse(parameter.example) == json.loads(parameter.example)
    assert len(by_name()) == len(PARAMETERS)


def test_assignments_of_a_command_line() -> None:
    lines = ["temperature=0", "stop=END", 'stop=["a","b"]', "reasoning_effort=low", 'x={"a":[1]}', "y=plain"]
    assert parse_assignments(lines) == {
        "temperature": 0, "stop": ["a", "b"], "reasoning_effort": "low", "x": {"a": [1]}, "y": "plain",
    }
    with pytest.raises(BadInput, match="NAME=VALUE"):
        parse_assignments(["temperature"])
    with pytest.raises(BadInput, match="temperature needs a number"):
        parse_assignments(["temperature=warm"])


def test_a_bare_word_is_a_json_value_where_it_fits() -> None:
    choice = by_name()["tool_choice"]
    assert choice.parse("auto") == choice.parse('"auto"') == "auto"
    for wrong in ("perhaps", "[auto]", ""):
        with pytest.raises(BadInput):
            choice.parse(wrong)
    with pytest.raises(BadInput):
        by_name()["web_search_options"].parse("auto")


def test_parameters_of_single_providers_come_from_data() -> None:
    own = [one for one in PARAMETERS if one.group == OWN]
    assert {"cache_control", "provider", "reasoning_format", "search_mode"} <= {one.name for one in own}
    for one in own:
        assert one.check(one.initial) == one.initial
    assert parse_assignments(["cache_control={\"type\": \"ephemeral\"}", "search_domain_filter=a.example"]) == {
        "cache_control": {"type": "ephemeral"}, "search_domain_filter": ["a.example"]}
    with pytest.raises(BadInput, match="search_mode must be one of web, academic, sec"):
        parse_assignments(["search_mode=moon"])
