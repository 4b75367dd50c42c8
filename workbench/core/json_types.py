"""JSON values as types."""

from __future__ import annotations

import math
from typing import TypeAlias, TypeGuard

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
JsonObject: TypeAlias = "dict[str, Json]"


def is_number(value: object) -> TypeGuard[int | float]:
    """Returns whether ``value`` can be computed with: true, false, NaN, infinity and whole numbers beyond what a float
    holds (over 1.8e308) cannot."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False
