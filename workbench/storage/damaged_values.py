"""Damaged values: what stands in the place of a value in the database that is not of the kind that was written, so that
one of them stops neither a list nor an export. The database keeps it as it is until it is written anew."""

from __future__ import annotations

import json
import logging
from functools import lru_cache

from workbench.core.json_types import JsonObject

log = logging.getLogger(__name__)
_LAST = 253_402_214_400.0  # 9999-12-31: later times are none that a calendar can show


def stored_text(value: object, where: str) -> str:
    """Returns a text; bytes are read as far as they are one. ``where`` names the row and the column for the log."""
    if isinstance(value, str):
        return value
    _warn(where)
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def stored_time(value: object, where: str) -> float:
    """Returns seconds since 1970, 0.0 (unknown) for what is no time."""
    if isinstance(value, int | float) and 0 <= value <= _LAST:
        return float(value)
    _warn(where)
    return 0.0


def stored_object(value: object, where: str) -> JsonObject:
    """Returns a JSON object, an empty one for what is none."""
    try:
        found = json.loads(value) if isinstance(value, str) else None
    except (ValueError, RecursionError):
        found = None
    if isinstance(found, dict):
        return found
    _warn(where)
    return {}


@lru_cache(1000)
def _warn(where: str) -> None:
    """Warns once of each value: lists are read over and over."""
    log.warning("A value in the database is damaged and cannot be read whole: %s", where)
