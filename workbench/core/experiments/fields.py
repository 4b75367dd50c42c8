"""Fields of a plan as they come from a file: each of its type, or a sentence on what is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from workbench.core.errors import BadInput


def list_of(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise BadInput(f"{name} must be a list.")
    return value


def tables_of(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = list_of(data, name)
    if not all(isinstance(item, dict) for item in value):
        raise BadInput(f"{name} must be a list of tables.")
    return value


def table_of(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name, {})
    if not isinstance(value, dict):
        raise BadInput(f"{name} must be a table.")
    return value


def number_of(data: Mapping[str, Any], name: str) -> float | None:
    """Returns a number that is not negative, None when there is none."""
    value = data.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)
                              or not 0 <= value < math.inf):
        raise BadInput(f"{name} must be a number that is not negative.")
    return value


def whole_of(data: Mapping[str, Any], name: str, default: int) -> int:
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadInput(f"{name} must be a whole number.")
    return value


def texts_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Returns a row of variables: texts as they are, anything else as JSON."""
    return {str(name): value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            for name, value in data.items()}


def meant(name: str, known: Iterable[str]) -> str:
    """Returns “ Did you mean …?” when a name is nearly one of those that are known, else ``""``."""
    near = get_close_matches(name, list(known), 1, 0.7)
    return f" Did you mean “{near[0]}”?" if near else ""
