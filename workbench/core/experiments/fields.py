"""Fields of a plan as they come from a file: each of its type, or a sentence on what is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any

from workbench.core.errors import BadInput


class PlanError(BadInput):
    """What is wrong in one field of a plan. ``path`` leads to it: names, and positions in lists from 0."""

    def __init__(self, sentence: str, path: tuple[str | int, ...]) -> None:
        super().__init__(sentence)
        self.path = path

    @property
    def place(self) -> str:
        """The field in words: “checks[2].text”, counted from 1."""
        return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")


@contextmanager
def at(*path: str | int) -> Iterator[None]:
    """Adds to what is wrong in the block where in the plan it is."""
    try:
        yield
    except PlanError as error:
        raise PlanError(str(error), (*path, *error.path)) from None
    except BadInput as error:
        raise PlanError(str(error), path) from None


def json_of(value: Any, name: str) -> Any:
    """Returns a value that JSON can hold. Raises ``BadInput`` for dates, and for numbers that are none."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise BadInput(f"{name} has a value that cannot be sent: a date needs quotation marks, and a number must be "
                       "one.") from None
    return value


def text_of_field(data: Mapping[str, Any], name: str) -> str:
    """Returns a text, ``""`` when there is none."""
    value = data.get(name)
    if value is not None and not isinstance(value, str):
        hint = f" Several versions are an axis: [axes] {name} = [ … ]." if isinstance(value, list) else ""
        raise PlanError(f"{name} must be a text.{hint}", (name,))
    return value or ""


def list_of(data: Mapping[str, Any], name: str) -> list[Any]:
    value = data.get(name, [])
    if not isinstance(value, list):
        raise PlanError(f"{name} must be a list.", (name,))
    return value


def tables_of(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = list_of(data, name)
    if not all(isinstance(item, dict) for item in value):
        raise PlanError(f"{name} must be a list of tables.", (name,))
    return value


def table_of(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = data.get(name, {})
    if not isinstance(value, dict):
        raise PlanError(f"{name} must be a table.", (name,))
    return value


def number_of(data: Mapping[str, Any], name: str) -> float | None:
    """Returns a number that is not negative, None when there is none."""
    value = data.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)
                              or not 0 <= value < math.inf):
        raise PlanError(f"{name} must be a number that is not negative.", (name,))
    _check_size(value, name)
    return value


def whole_of(data: Mapping[str, Any], name: str, default: int) -> int:
    value = data.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise PlanError(f"{name} must be a whole number.", (name,))
    _check_size(value, name)
    return value


def _check_size(value: float | None, name: str) -> None:
    """Raises ``PlanError`` for a number that could be neither computed with nor printed."""
    if isinstance(value, int) and abs(value) > _LARGEST:
        raise PlanError(f"{name} is too large: it may have at most 18 digits.", (name,))


_LARGEST = 10**18 - 1


def texts_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Returns a row of variables: texts as they are, dates as ISO 8601 writes them, anything else as JSON."""
    return {str(name): value if isinstance(value, str) else _text_of(value) for name, value in data.items()}


def _text_of(value: Any) -> str:
    if isinstance(value, datetime | date | time):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str)


def meant(name: str, known: Iterable[str]) -> str:
    """Returns “ Did you mean …?” when a name is nearly one of those that are known, else ``""``."""
    near = get_close_matches(name, list(known), 1, 0.7)
    return f" Did you mean “{near[0]}”?" if near else ""
