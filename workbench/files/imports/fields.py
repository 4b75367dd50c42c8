"""Fields of foreign data: any may be absent or of another type than expected."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from workbench.core.json_types import Json

Fields = dict[str, Any]

_DATA_ADDRESS = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[\w=.+-]+)*?)(;base64)?,", re.IGNORECASE)
_LATEST = 4_102_444_800.0  # the year 2100, in seconds: larger numbers are smaller units


def mapping(value: object) -> Fields:
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def mappings(value: object) -> Iterator[Fields]:
    return (item for item in items(value) if isinstance(item, dict))


def string(value: object) -> str:
    """Returns texts and numbers as text; everything else as ``""``."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return None


def whole(value: object) -> int | None:
    found = number(value)
    return int(found) if found is not None and 0 <= found < 1e15 else None


def seconds(value: object) -> float:
    """Returns a time in seconds since 1970 from seconds, milli-, micro- or nanoseconds, as a number or its digits, or
    from ISO 8601; 0.0 when there is none."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return _iso_seconds(str(value))
    found = number(value) or 0.0
    if not 0.0 < found < 1e20:  # also what is no number
        return 0.0
    while found > _LATEST:
        found /= 1000.0
    return found


def _iso_seconds(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text.strip())
        found = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
    return found if 0.0 < found < _LATEST else 0.0


def unread(data: Fields, *known: str) -> dict[str, Json]:
    """Returns the fields of ``data`` that have a value and no place here. The import writer takes secrets out."""
    return {name: as_json(value) for name, value in data.items()
            if name not in known and value not in (None, "", [], {}, False)}


def imported(fields: dict[str, Json]) -> dict[str, Json]:
    """Returns the ``extra`` of a message under one name, so that no foreign field has a meaning here."""
    return {"imported": fields} if fields else {}


def as_json(value: Any) -> Json:
    """Returns a copy of a value of what JSON has; None for anything else."""
    if isinstance(value, dict):
        return {str(name): as_json(item) for name, item in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value if isinstance(value, str | int | float | bool) else None


def data_address(address: str) -> tuple[bytes, str] | None:
    """Returns the bytes and the type in a ``data:`` address; None when it is not one or is damaged."""
    match = _DATA_ADDRESS.match(address)
    if match is None or not match.group(3):
        return None
    try:
        return base64.b64decode(address[match.end():], validate=False), match.group(1) or ""
    except (binascii.Error, ValueError):
        return None


def model_name(provider: str, model: object) -> str:
    """Returns ``provider/model``; ``""`` when no model is known."""
    name = string(model)
    return f"{provider.lower().replace('/', '-').replace(' ', '-')}/{name}" if name else ""


_PARAMETERS = {
    "temperature": "temperature", "top_p": "top_p", "topP": "top_p", "top_k": "top_k", "topK": "top_k",
    "min_p": "min_p", "max_tokens": "max_tokens", "maxTokens": "max_tokens", "maxOutputTokens": "max_tokens",
    "presence_penalty": "presence_penalty", "presencePenalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty", "frequencyPenalty": "frequency_penalty", "seed": "seed",
    "reasoning_effort": "reasoning_effort", "stop": "stop",
}


def parameters(data: Fields) -> dict[str, Json]:
    """Returns the sampling parameters among the fields of ``data``, by their names in requests."""
    found: dict[str, Json] = {}
    for name, value in data.items():
        ours = _PARAMETERS.get(name)
        numeric = number(value) is not None
        if ours in ("reasoning_effort", "stop"):
            if value and isinstance(value, str | list):
                found[ours] = as_json(value)
        elif ours and numeric:
            found[ours] = value
    return found


def parsed(value: object) -> Any:
    """Parses a text of JSON; returns None when it is not JSON."""
    try:
        return json.loads(string(value) or "null", parse_constant=lambda name: None)
    except (ValueError, RecursionError):
        return None


def as_text(value: object) -> str:
    """Returns a text as it is, nothing as nothing, and everything else as JSON."""
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)
