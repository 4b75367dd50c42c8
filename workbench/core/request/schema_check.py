"""Schema checks: whether an answer that was bound to a JSON schema fits it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from workbench.core.json_types import Json

ValidateSchema = Callable[[Json, Json], str]
"""Takes an instance and a JSON schema; returns what is wrong, ``""`` when nothing is."""

FITS = "fits"


def demanded_schema(body: Mapping[str, Json]) -> Json:
    """Returns the schema that a request's ``response_format`` binds the answer to, None when there is none."""
    form = body.get("response_format")
    inner = form.get("json_schema") if isinstance(form, dict) and form.get("type") == "json_schema" else None
    return inner.get("schema") if isinstance(inner, dict) else None


def check_answer(validate: ValidateSchema, text: str, schema: Json) -> str:
    """Returns ``FITS``, or what is wrong with the answer."""
    try:
        return validate(json.loads(text), schema) or FITS
    except (ValueError, RecursionError):
        return "the answer is not JSON"
