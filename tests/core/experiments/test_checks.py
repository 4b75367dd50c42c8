"""Checks as plans have them: how they are read, filled and made."""

from __future__ import annotations

import pytest

from workbench.core.errors import BadInput
from workbench.core.experiments.checks import Check, Reply, read_check, run_check
from workbench.files.experiments.check_process import CheckProcess


@pytest.mark.parametrize(("check", "sentence"), [
    ({"kind": "smells"}, "must be one of"), ({"kind": "contain", "text": "a"}, "Did you mean “contains”"),
    ({"kind": "regex"}, "needs pattern"), ({"kind": "max_words", "words": "few"}, "whole number"),
    ({"kind": "similarity", "text": "a", "at_least": 2}, "between 0 and 1"), ("contains", "must be one of"),
    ({"kind": "contains", "text": "a", "ignorecase": True}, "Did you mean “ignore_case”"),
    ({"kind": "contains", "text": ["hello", "world"]}, "text must be a text"),
    ({"kind": "contains", "text": 5}, "text must be a text"),
    ({"kind": "contains", "text": "a", "ignore_case": "false"}, "true or false"),
    ({"kind": "similarity", "text": "a", "at_least": float("nan")}, "between 0 and 1"),
    ({"kind": "equals", "text": "a", "weight": -1}, "not negative"),
    ({"kind": "equals", "text": "a", "weight": float("inf")}, "not negative"),
])
def test_checks_that_cannot_be_made(check: object, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_check(check)


def test_variables_are_filled_wherever_they_stand() -> None:
    check = read_check({"kind": "calls", "name": "{{tool}}", "arguments": {"a": ["{{x}}"], "b": 1}, "weight": 2})
    assert set(check.variables) == {"tool", "x"}
    assert check.filled({"tool": "find", "x": "7"}).fields == {
        "name": "find", "arguments": {"a": ["7"], "b": 1}, "weight": 2}
    assert read_check({"kind": "regex", "pattern": "{{x}}"}).variables == ()
    with pytest.raises(BadInput, match="no value for x"):
        check.filled({"tool": "find"})


def test_weights_are_kept_with_the_result() -> None:
    with CheckProcess() as worker:
        result = run_check(Check("equals", {"text": "a", "weight": 0}), Reply("b"), worker)
        judged = run_check(Check("judge", {"rubric": "Short?", "model": "a/j"}), Reply("b"), worker)
    assert (result.passed, result.weight, result.lets_pass) == (False, 0, True)
    assert judged.passed is None and "a model must be asked" in judged.note
