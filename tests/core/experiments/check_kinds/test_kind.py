"""Fields and results of checks."""

from __future__ import annotations

import pytest

from workbench.core.errors import BadInput
from workbench.core.experiments.check_kinds.kind import CheckField, CheckResult, first_words
from workbench.core.json_types import Json


@pytest.mark.parametrize(("field", "good", "bad"), [
    (CheckField("t", "T"), ["x"], ["", 5, ["a"], None]), (CheckField("t", "T", "texts"), [["a"]], [[], "a", [1], [""]]),
    (CheckField("n", "N", "number", low=0, high=1), [0, 0.5], ["0.5", float("nan"), 2, True]),
    (CheckField("n", "N", "number", low=0), [7], [-1, float("inf")]),
    (CheckField("v", "V", "value"), [1, "1.5", "{{n}}"], ["x", None]),
    (CheckField("w", "W", "whole", low=1), [1], [0, 1.5, "1", True]),
    (CheckField("b", "B", "bool"), [True], ["false", 0]),
    (CheckField("c", "C", "choice", choices=("a",)), ["a"], ["b"]),
    (CheckField("p", "P", "params"), [{}], [[]]), (CheckField("j", "J", "json"), [None, [1], "x"], []),
])
def test_fields_take_their_type_and_nothing_else(field: CheckField, good: list[Json], bad: list[Json]) -> None:
    for value in good:
        field.check(value)
    for value in bad:
        with pytest.raises(BadInput, match="must be"):
            field.check(value)


def test_results_are_read_back() -> None:
    for result in (CheckResult("equals", True), CheckResult("one_of", False, None, "no", "a", "b", 2.0),
                   CheckResult("regex", None, None, "could not be made"), CheckResult("judge", True, 0.75)):
        assert CheckResult.from_json(result.to_json()) == result


def test_a_check_of_weight_zero_lets_everything_pass() -> None:
    assert CheckResult("equals", False, weight=0).lets_pass and CheckResult("equals", None, weight=0).lets_pass
    assert CheckResult("equals", None).lets_pass is None and CheckResult("equals", False, weight=2).lets_pass is False


def test_labels_are_short() -> None:
    assert first_words("a\n b") == "a b" and len(first_words("word " * 20)) == 24
