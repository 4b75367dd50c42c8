"""JSON Schema validation, by the jsonschema library."""

from __future__ import annotations

from typing import Any

from workbench.core.json_types import Json


def validate(instance: Json, schema: Json) -> str:
    """Returns what is wrong with ``instance`` (the first, deepest fault), ``""`` when nothing is, or what is wrong with
    the schema itself. References to other files or addresses are never followed."""
    from jsonschema import exceptions
    from jsonschema.validators import validator_for

    if not isinstance(schema, dict | bool):
        return "the schema is not a JSON object"
    cls: Any = validator_for(schema)
    try:
        cls.check_schema(schema)
        error = exceptions.best_match(cls(schema).iter_errors(instance))
    except exceptions.SchemaError as fault:
        return f"the schema is wrong: {fault.message}"
    except (exceptions._WrappedReferencingError, RecursionError) as fault:
        return f"the schema cannot be used: {fault}"
    if error is None:
        return ""
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    return f"{place.lstrip('.') or 'the answer'}: {error.message}"[:300]
