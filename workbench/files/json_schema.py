"""JSON Schema validation, by the jsonschema library."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from workbench.core.json_types import Json


def validate(instance: Json, schema: Json) -> str:
    """Returns what is wrong with ``instance`` (the first, deepest fault), ``""`` when nothing is, or what is wrong with
    the schema itself. References to other files or addresses are never followed."""
    from jsonschema import exceptions

    if not isinstance(schema, dict | bool):
        return "the schema is not a JSON object"
    try:
        error = exceptions.best_match(_validator(json.dumps(schema)).iter_errors(instance))
    except exceptions.SchemaError as fault:
        return f"the schema is wrong: {fault.message}"
    except (exceptions._WrappedReferencingError, RecursionError) as fault:
        return f"the schema cannot be used: {fault}"
    if error is None:
        return ""
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    return f"{place.lstrip('.') or 'the answer'}: {error.message}"[:300]


def schema_fault(schema: Json) -> tuple[Sequence[str | int], str]:
    """Returns where in a schema something is wrong, and what; ``""`` when instances can be held to it."""
    from jsonschema import exceptions

    if not isinstance(schema, dict | bool):
        return [], "a schema is a JSON object"
    try:
        validator = _validator(json.dumps(schema))
    except exceptions.SchemaError as fault:
        return list(fault.absolute_path), _schema_words(fault)
    except RecursionError:
        return [], "the schema is nested too deeply"
    return _reference_fault(validator, schema, [])


def _schema_words(fault: Any) -> str:  # a SchemaError of jsonschema, which has no types
    value = json.dumps(fault.instance, ensure_ascii=False)[:80]
    if fault.absolute_path and fault.absolute_path[-1] == "type":
        return f"type must be one of {', '.join(_TYPES)}, or a list of them; {value} is not"
    return str(fault.message)[:200]


_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")


def _reference_fault(validator: Any, schema: Any, path: Sequence[str | int]) -> tuple[Sequence[str | int], str]:
    """Returns the first reference within a schema that leads nowhere, or round in a circle: one that is met before
    anything of the instance is looked into, so that any instance shows it."""
    from jsonschema import exceptions

    if isinstance(schema, dict) and path[-1:] not in (["enum"], ["const"], ["default"], ["examples"]):
        if "$ref" in schema or "$dynamicRef" in schema:
            try:
                list(validator.evolve(schema=schema).iter_errors(None))
            except exceptions._WrappedReferencingError:
                if _has_bases(validator.schema):
                    return [], ""
                return [*path, "$ref"], f"{schema.get('$ref')} leads to nothing in this schema"
            except RecursionError:
                return [*path, "$ref"], f"{schema.get('$ref')} leads back to itself"
        for name, value in schema.items():
            found = _reference_fault(validator, value, [*path, name])
            if found[1]:
                return found
    for number, value in enumerate(schema if isinstance(schema, list) else ()):
        found = _reference_fault(validator, value, [*path, number])
        if found[1]:
            return found
    return [], ""


def _has_bases(schema: Json) -> bool:
    """Returns whether parts of a schema have addresses of their own, from which their references count."""
    return json.dumps(schema).count('"$id": ') > 1


@lru_cache(maxsize=16)
def _validator(schema: str) -> Any:  # jsonschema has no types
    """Returns what validates by a schema and fetches none that it refers to. An experiment holds all its answers to
    the same one, which is checked once."""
    from jsonschema.validators import validator_for
    from referencing import Registry

    data = json.loads(schema)
    cls = validator_for(data)
    cls.check_schema(data)
    return cls(data, registry=Registry())  # without one, jsonschema asks the network
