"""Answers bound to a JSON schema: the schema gives the structure, the model chooses what is free in it."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .body import ApiError
from .ngram import NGram
from .sampling import Sampler

Schema = Mapping[str, Any]

WORDS = 8  # tokens of a text that nothing else bounds
DEEPEST = 32
SHALLOW = 3
"""Below this depth only what must be is written, so that a schema that contains itself comes to an end."""
_KNOWN = {
    "$defs", "$id", "$ref", "$schema", "additionalProperties", "anyOf", "const", "default", "definitions",
    "deprecated", "description", "enum", "examples", "exclusiveMaximum", "exclusiveMinimum", "items",
    "maxItems", "maxLength", "maximum", "minItems", "minLength", "minimum", "oneOf", "properties",
    "required", "strict", "title", "type",
}
_ANY_OBJECT: Schema = {"type": "object", "properties": {"answer": {"type": "string", "minLength": 1}}}


def of_format(response_format: Mapping[str, Any]) -> Schema | None:
    """Returns the schema that ``response_format`` binds the answer to; None for text. Raises ``ApiError``."""
    kind = response_format.get("type", "text" if not response_format else None)
    if kind == "text":
        return None
    if kind == "json_object":
        return _ANY_OBJECT
    if kind != "json_schema":
        raise ApiError(f"Invalid value for 'response_format.type': {kind!r}. Supported values are: 'text', "
                       "'json_object' and 'json_schema'.", "response_format.type", "invalid_value")
    wrapper = response_format.get("json_schema")
    if not isinstance(wrapper, dict) or not isinstance(wrapper.get("name"), str):
        raise ApiError("Missing required parameter: 'response_format.json_schema.name'.",
                       "response_format.json_schema.name", "missing_required_parameter")
    return _checked(wrapper.get("schema", _ANY_OBJECT), "response_format")


def of_tools(tools: Sequence[Mapping[str, Any]], choice: Any) -> tuple[str, Schema] | None:
    """Returns name and schema of the call to make; None unless a call is required. Raises ``ApiError``."""
    functions: dict[str, Schema] = {}
    for number, tool in enumerate(tools):
        function = tool.get("function") if isinstance(tool, dict) and tool.get("type") == "function" else None
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise ApiError(f"Invalid 'tools[{number}]': expected a function with a name.", f"tools[{number}]",
                           "invalid_value")
        functions[function["name"]] = function.get("parameters") or {"type": "object", "properties": {}}
    if choice in (None, "none", "auto"):
        return None
    name = next(iter(functions), None) if choice == "required" else None
    if isinstance(choice, dict) and isinstance(choice.get("function"), dict):
        name = choice["function"].get("name")
    if name is None or name not in functions:
        raise ApiError(f"Invalid value for 'tool_choice': {json.dumps(choice)}. Supported values are: "
                       "'none', 'auto', 'required' and one of the functions by name.", "tool_choice",
                       "invalid_value")
    return name, _checked(functions[name], "tools")


def _checked(schema: Any, param: str) -> Schema:
    """Returns the schema, when ``write`` obeys every keyword in it. Raises ``ApiError`` otherwise."""
    def walk(part: Any, depth: int) -> None:
        if part is True or part == {}:
            return
        if not isinstance(part, dict) or depth > DEEPEST:
            raise ApiError(f"Invalid schema for '{param}': a schema is an object, at most {DEEPEST} deep.",
                           param, "invalid_json_schema")
        if unknown := sorted(set(part) - _KNOWN):
            raise ApiError(f"Invalid schema for '{param}': '{unknown[0]}' is not supported by this model.",
                           param, "invalid_json_schema")
        if "$ref" in part:
            _target(schema, part["$ref"], param)
        for child in (*part.get("properties", {}).values(), *part.get("anyOf", ()), *part.get("oneOf", ()),
                      *part.get("$defs", {}).values(), *part.get("definitions", {}).values()):
            walk(child, depth + 1)
        if "items" in part:
            walk(part["items"], depth + 1)
        if not _ends(schema, part, verdicts):
            raise ApiError(f"Invalid schema for '{param}': a value by it would have no end.", param,
                           "invalid_json_schema")

    verdicts: dict[int, bool] = {}
    walk(schema, 0)
    if not isinstance(schema, dict):
        raise ApiError(f"Invalid schema for '{param}': it must be an object.", param, "invalid_json_schema")
    return schema


def _target(root: Schema, reference: Any, param: str = "response_format") -> Any:
    place: Any = root
    for name in str(reference).removeprefix("#").strip("/").split("/"):
        if name:
            place = place.get(name) if isinstance(place, Mapping) else None
    if place is None or not str(reference).startswith("#"):
        raise ApiError(f"Invalid schema for '{param}': {reference!r} refers to nothing in it.", param,
                       "invalid_json_schema")
    return place


def _ends(root: Schema, part: Any, known: dict[int, bool]) -> bool:
    """Returns whether the plainest value by ``part`` has an end: what it must contain does not contain it again.

    ``known`` holds the verdicts by identity, False while one is being sought.
    """
    if not isinstance(part, dict) or id(part) in known:
        return known.get(id(part), True)
    known[id(part)] = False
    if "$ref" in part:
        inner = [_target(root, part["$ref"])]
    elif branches := _branches(part):
        inner = [min(branches, key=_size)]
    else:
        inner = [part.get("properties", {}).get(name) for name in part.get("required", ())]
        inner += [part["items"]] if part.get("minItems") and "items" in part else []
    known[id(part)] = all(_ends(root, child, known) for child in inner)
    return known[id(part)]


def _branches(schema: Schema) -> list[Any]:
    return [*schema.get("anyOf", ()), *schema.get("oneOf", ())]


def write(schema: Schema, model: NGram, sampler: Sampler) -> Iterator[str]:
    """Yields JSON text that is valid by ``schema``, in pieces."""
    return _Value(schema, model, sampler).pieces(schema, 0)


class _Value:
    def __init__(self, root: Schema, model: NGram, sampler: Sampler) -> None:
        self._root, self._model, self._sampler = root, model, sampler

    def pieces(self, schema: Any, depth: int) -> Iterator[str]:
        """Yields a value by ``schema``."""
        schema = {} if schema is True else schema
        if "$ref" in schema:
            schema = _target(self._root, schema["$ref"])
        if branches := _branches(schema):
            # Deep inside a schema that contains itself the plainest branch is the way out.
            branch = min(branches, key=_size) if depth > SHALLOW else self._pick(branches)
            yield from self.pieces(branch, depth + 1)
        elif "const" in schema:
            yield json.dumps(schema["const"], ensure_ascii=False)
        elif "enum" in schema:
            yield json.dumps(self._pick(schema["enum"]), ensure_ascii=False)
        else:
            yield from self._typed(schema, depth)

    def _typed(self, schema: Schema, depth: int) -> Iterator[str]:
        kind = schema.get("type", "object" if "properties" in schema else "string")
        match self._pick(kind) if isinstance(kind, list) else kind:
            case "object":
                yield from self._object(schema, depth)
            case "array":
                yield from self._array(schema, depth)
            case "string":
                yield from self._string(schema)
            case "integer":
                yield str(self._number(schema, 1))
            case "number":
                yield json.dumps(self._number(schema, 0.01))
            case "boolean":
                yield self._pick(["true", "false"])
            case _:
                yield "null"

    def _object(self, schema: Schema, depth: int) -> Iterator[str]:
        required = schema.get("required", ())
        properties = schema.get("properties", {})
        names = [n for n in properties if depth <= SHALLOW or n in required]
        names += [n for n in required if n not in properties]
        yield "{"
        for number, name in enumerate(names):
            yield f"{', ' if number else ''}{json.dumps(name, ensure_ascii=False)}: "
            yield from self.pieces(properties.get(name, {}), depth + 1)
        yield "}"

    def _array(self, schema: Schema, depth: int) -> Iterator[str]:
        least = schema.get("minItems", 0 if depth > SHALLOW else 1)
        most = least if depth > SHALLOW else max(least, min(schema.get("maxItems", least + 2), least + 2))
        yield "["
        for number in range(self._pick(range(least, most + 1))):
            if number:
                yield ", "
            yield from self.pieces(schema.get("items", {}), depth + 1)
        yield "]"

    def _string(self, schema: Schema) -> Iterator[str]:
        """Yields the first words of a text, as the model would begin one."""
        model = self._model
        least, most = schema.get("minLength", 1), schema.get("maxLength", math.inf)
        context = [model.end]
        length = words = 0
        yield '"'
        while length < most and (words < WORDS or length < least):
            token = self._sampler.choose(model.after(context), (model.end,) if length < least else ())
            if token == model.end:
                break
            text = model.vocabulary[token] if words else model.vocabulary[token].lstrip(" ")
            text = text[: int(min(most - length, len(text)))]
            self._sampler.add(token)
            yield json.dumps(text, ensure_ascii=False)[1:-1]
            length, words, context = length + len(text), words + 1, [*context, token][-8:]
        yield '"'

    def _number(self, schema: Schema, step: float) -> float:
        low: float | None = schema.get("minimum", schema.get("exclusiveMinimum"))
        high: float | None = schema.get("maximum", schema.get("exclusiveMaximum"))
        if low is None:
            low = 0 if high is None else high - 100
        high = low + 100 if high is None else high
        first = math.ceil(low / step) + (schema.get("exclusiveMinimum") == math.ceil(low / step) * step)
        last = math.floor(high / step) - (schema.get("exclusiveMaximum") == math.floor(high / step) * step)
        if first > last:  # a range narrower than the step
            return float(low + high) / 2
        number = first + self._sampler.pick(last - first + 1)
        return number if step == 1 else round(number * step, 2)

    def _pick(self, values: Sequence[Any]) -> Any:
        return values[self._sampler.pick(len(values))]


def _size(schema: Any) -> int:
    return len(json.dumps(schema))
