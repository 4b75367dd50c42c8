"""Numbers of JSON that can be computed with."""

from __future__ import annotations

import math

import pytest

from workbench.core.json_types import is_number


@pytest.mark.parametrize(("value", "number"), [
    (0, True), (-1.5, True), (10**300, True), (True, False), ("1", False), (None, False), ([1], False),
    (math.nan, False), (math.inf, False), (10**400, False),
])
def test_numbers(value: object, number: bool) -> None:
    assert is_number(value) is number
