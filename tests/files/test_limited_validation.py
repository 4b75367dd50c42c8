"""Schemas of strangers: those that would take for ever are given up."""

from __future__ import annotations

import pytest

from workbench.core.json_types import Json
from workbench.files.limited_validation import validate_within_limits

_DOUBLING: Json = {"allOf": [{"$ref": "#/$defs/0"}], "$defs": {
    **{str(n): {"allOf": [{"$ref": f"#/$defs/{n + 1}"}] * 2} for n in range(40)}, "40": {"type": "string"}}}
_ALTERNATIVES: Json = {"anyOf": [{"anyOf": [{"anyOf": [{"type": "string"}] * 40}] * 40}] * 40}


@pytest.mark.process
@pytest.mark.parametrize(("instance", "schema"), [
    ("a" * 60 + "!", {"pattern": "^(a+)+$"}),
    ({"a" * 60 + "!": 1}, {"patternProperties": {"^(a|a)*$": {}}}),
    ("x", _DOUBLING),
    (1, _ALTERNATIVES),
], ids=["a pattern", "a pattern of names", "references that double", "alternatives without end"])
def test_a_schema_that_takes_for_ever_is_given_up(instance: Json, schema: Json) -> None:
    assert validate_within_limits(instance, schema).startswith("the schema cannot be used: the schema took over")


@pytest.mark.process
@pytest.mark.parametrize(("instance", "wrong"), [("ab", ""), ("b", "the answer: 'b' does not match '^a'")])
def test_a_schema_with_a_pattern_is_tried_apart(instance: Json, wrong: str) -> None:
    assert validate_within_limits(instance, {"pattern": "^a"}) == wrong
    assert validate_within_limits(instance, {"pattern": "("}).startswith("the schema is wrong")
    assert validate_within_limits(instance, {"pattern": "^a", "$ref": "#/nowhere"}).startswith(
        "the schema cannot be used")
