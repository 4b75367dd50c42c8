"""The values of an axis as one line of text, written and read."""

from __future__ import annotations

import json
import re

from workbench.core.errors import BadInput
from workbench.core.experiments.axes import axis_values
from workbench.core.json_types import Json
from workbench.core.request.parameters import by_name

_RANGE = re.compile(r"\s*(-?[\d.]+)\s*(?:→|->|to|\.\.)\s*(-?[\d.]+)\s*(?:in|,)\s*(\d+)\s*(?:steps?)?\s*")
_WORD = re.compile(r"(?!(true|false|null|NaN|Infinity)$)[^\W\d]\w*")
"""Matches a text that cannot be read as anything else."""


def parse_axis(name: str, text: str) -> list[Json]:
    """Returns the values of “0 → 1.5 in 4 steps”, of a list with commas, or of a JSON list. Raises ``BadInput``."""
    if found := _RANGE.fullmatch(text):
        low, high, steps = found.groups()
        return list(axis_values(name, {"from": float(low), "to": float(high), "steps": int(steps)}))
    if text.lstrip().startswith("["):
        try:
            values = json.loads(text)
        except ValueError as error:
            raise BadInput(f"The values of {name} are not a JSON list: {error}.") from None
        if not isinstance(values, list) or not values:
            raise BadInput(f"The values of {name} must be a list that is not empty.")
        return values
    pieces = [piece.strip() for piece in text.split(",") if piece.strip()]
    parameter = by_name().get(name)
    return [parameter.parse(piece) if parameter else _free(piece) for piece in pieces]


def _free(piece: str) -> Json:
    """Returns the value of a field that is no known parameter: JSON where it parses, else the text."""
    try:
        value: Json = json.loads(piece)
    except ValueError:
        return piece
    return value


def show_axis(values: tuple[Json, ...]) -> str:
    """Returns the line that ``parse_axis`` reads as these values."""
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
        return ", ".join(repr(value).removesuffix(".0") for value in values)  # every digit: seeds have many
    if all(isinstance(value, str) and _WORD.fullmatch(value) for value in values):
        return ", ".join(str(value) for value in values)
    return json.dumps(list(values), ensure_ascii=False)
