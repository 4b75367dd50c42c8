"""Answers and tool calls bound to a JSON schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from workbench.providers.builtin import schemas
from workbench.providers.builtin.body import ApiError
from workbench.providers.builtin.ngram import NGram
from workbench.providers.builtin.sampling import Sampler, Sampling

CITY = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 3, "maxLength": 40},
        "people": {"type": "integer", "minimum": 1000, "maximum": 5000},
        "height": {"type": "number", "exclusiveMinimum": -1, "maximum": 0.5},
        "capital": {"type": "boolean"},
        "continent": {"enum": ["Asia", "Europe", 7, None]},
        "kind": {"const": "city"},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 3},
        "mayor": {"type": ["string", "null"]},
        "twin": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/twin"}]},
    },
    "required": ["name", "people"],
    "additionalProperties": False,
    "$defs": {"twin": {"type": "object", "properties": {"since": {"type": "integer"}}, "required": ["since"]}},
}
TREE = {
    "type": "object",
    "properties": {"children": {"type": "array", "items": {"$ref": "#"}}, "name": {"type": "string"}},
    "required": ["children", "name"],
}


def of(schema: Any) -> schemas.Schema | None:
    return schemas.of_format({"type": "json_schema", "json_schema": {"name": "x", "schema": schema}})


@pytest.mark.parametrize("schema", [CITY, TREE, {"type": "array", "items": {"type": "number"}}, {},
                                    {"type": "string", "maxLength": 4}, {"type": "integer"}])
@pytest.mark.parametrize("temperature", [0, 1, 2])
def test_answers_are_valid_by_their_schema(ngram: NGram, schema: Any, temperature: float) -> None:
    for seed in range(30):
        sampler = Sampler(ngram, Sampling(temperature=temperature), str(seed))
        text = "".join(schemas.write(of(schema) or {}, ngram, sampler))
        jsonschema.validate(json.loads(text), schema)


def test_the_words_are_the_models_own(ngram: NGram) -> None:
    sampler = Sampler(ngram, Sampling(temperature=0), "1")
    text = json.loads("".join(schemas.write({"type": "string"}, ngram, sampler)))
    assert len(text.split()) > 2


@pytest.mark.parametrize("schema", [
    {"type": "string", "pattern": "^a"},
    {"type": "object", "properties": {"a": {"allOf": []}}},
    {"$ref": "#/$defs/missing"},
    {"type": "object", "properties": {"self": {"$ref": "#"}}, "required": ["self"]},
    {"type": "object", "properties": {"all": {"type": "array", "minItems": 1, "items": {"$ref": "#"}}},
     "required": ["all"]},
    "text",
])
def test_a_schema_that_would_not_be_obeyed_is_refused(schema: Any) -> None:
    with pytest.raises(ApiError) as caught:
        of(schema)
    assert (caught.value.param, caught.value.code) == ("response_format", "invalid_json_schema")


def test_formats_other_than_json_leave_the_answer_free() -> None:
    assert schemas.of_format({}) is None
    assert schemas.of_format({"type": "text"}) is None
    with pytest.raises(ApiError):
        schemas.of_format({"type": "yaml"})


TOOLS = [{"type": "function", "function": {"name": "first"}},
         {"type": "function", "function": {"name": "weather", "parameters": CITY}}]


def test_a_call_is_made_only_when_demanded() -> None:
    assert schemas.of_tools(TOOLS, None) is None
    assert schemas.of_tools(TOOLS, "auto") is None
    assert (schemas.of_tools(TOOLS, "required") or ("",))[0] == "first"
    named = {"type": "function", "function": {"name": "weather"}}
    assert schemas.of_tools(TOOLS, named) == ("weather", CITY)


@pytest.mark.parametrize("choice", ["perhaps", {"function": {"name": "missing"}}])
def test_an_unknown_choice_is_refused(choice: Any) -> None:
    with pytest.raises(ApiError, match="tool_choice"):
        schemas.of_tools(TOOLS, choice)
