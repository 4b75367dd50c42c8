"""Damaged values: what stands in the place of a value in the database that is not of the kind that was written, so that
one of them stops neither a list nor an export. The database keeps it as it is until it is written anew."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from workbench.core.json_types import Json, JsonObject
from workbench.core.text.sinks import MOST_LINE, for_line

log = logging.getLogger(__name__)
T = TypeVar("T")
_LAST = 253_402_214_400.0  # 9999-12-31: later times are none that a calendar can show


def stored_text(value: object, where: str) -> str:
    """Returns a text; bytes are read as far as they are one. ``where`` names the row and the column for the log."""
    if isinstance(value, str):
        return value
    _warn(where)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def stored_line(value: object, where: str) -> str:
    """Returns a text that is shown on one line, such as a name: of a foreign database it may be a book."""
    text = stored_text(value, where)
    return text if len(text) <= MOST_LINE else for_line(text)


def stored_time(value: object, where: str) -> float:
    """Returns seconds since 1970, 0.0 (unknown) for what is no time."""
    if isinstance(value, int | float) and 0 <= value <= _LAST:
        return float(value)
    _warn(where)
    return 0.0


def stored_object(value: object, where: str) -> JsonObject:
    """Returns a JSON object, an empty one for what is none."""
    found = stored_json(value, where)
    if isinstance(found, dict):
        return found
    if found is not None:
        _warn(where)
    return {}


def stored_json(value: object, where: str) -> Json:
    """Returns a JSON value, null for what is none."""
    try:
        found: Json = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        found = None
    if found is None:
        _warn(where)
    return found


def readable(where: str, read: Callable[[], T]) -> T | None:
    """Returns what ``read`` makes of a row, None when the row is not what was written; ``where`` "" warns of none."""
    try:
        return read()
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
        if where:
            _warn(where)
        return None


@lru_cache(1000)
def _warn(where: str) -> None:
    """Warns once of each value: lists are read over and over."""
    log.warning("A value in the database is damaged and cannot be read whole: %s", where)
