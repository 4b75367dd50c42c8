"""The calculator."""

from __future__ import annotations

import pytest

from workbench.core.errors import BadInput
from workbench.tools.built_in.calculate import calculate


@pytest.mark.parametrize(("expression", "value"), [
    ("1 + 1", "2"), ("2 * (3 + 4) ** 2", "98"), ("2^10", "1024"), ("6 ÷ 4", "1.5"), ("7 × 6", "42"), ("-3 % 5", "2"),
    ("sqrt(16)", "4"), ("0.1 + 0.2", "0.30000000000000004"), ("factorial(20)", "2432902008176640000"),
    ("2 ** 200", str(2**200)), ("max(1, 2.5, pi)", "3.141592653589793"), ("1e3", "1000"), ("10 // 3", "3"),
])
def test_values(expression: str, value: str) -> None:
    assert calculate(expression) == value


@pytest.mark.parametrize(("expression", "words"), [
    ("1 / 0", "divides by zero"), ("", "is no expression"), ("2 +", "is no expression"),
    ("__import__('os')", "cannot be calculated"), ("().__class__", "cannot be calculated"), ("'a' * 3", "cannot be"),
    ("9 ** 9 ** 9", "too large"), ("factorial(100000)", "from 0 to 500"), ("sqrt(-1)", "has no value"),
    ("(-8) ** 0.5", "no real number"), ("(" * 300 + "1" + ")" * 300, "too deeply|no expression"),
    ("1" * 2000, "over 1000 letters"),
    ("exp(10000)", "has no value"), ("max()", "has no value"), ("True", "cannot be calculated"), ("x", "cannot be"),
    ("2.0 ** 5000", "has no value"), ("[1]", "cannot be calculated"), ("sqrt(x=1)", "cannot be calculated"),
])
def test_what_is_refused(expression: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        calculate(expression)
