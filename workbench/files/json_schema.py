"""JSON Schema validation, by the jsonschema library."""

from __future__ import annotations

import json
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
