"""Checks on numbers and classes."""

from __future__ import annotations

import pytest

from tests.core.experiments.check_kinds.conftest import Checking
from workbench.core.errors import BadInput
from workbench.core.experiments.check_kinds.values import class_of
from workbench.core.experiments.checks import read_check
from workbench.core.json_types import Json


@pytest.mark.parametrize(("fields", "answer", "passed"), [
    ({"value": 42}, "6 × 7 = 42.", True), ({"value": 42}, "42 is 7 × 6", False),
    ({"value": 0.3}, str(0.1 + 0.2), True), ({"value": 10, "tolerance": 0.5}, "10.4", True),
    ({"value": 10, "tolerance": 0.5}, "10.6", False), ({"value": "{{total}}"}, "It is 12", True),
    ({"value": 1}, "none", False), ({"value": 1000000}, "About 1 000 000", True), ({"value": "1/3"}, "x = 1/3", True),
    ({"value": 0.3333, "tolerance": 0.0001}, "1/3", True), ({"value": 90}, "90 %", True), ({"value": 0.9}, "90%", True),
    ({"value": -1234.5}, "−1.234,50 €", True), ({"value": 6e23}, "6 × 10²³", True), ({"value": 3}, "1,2,3", True),
    ({"value": "12,5"}, "12.5", True), ({"value": 0}, "1 000 500", False), ({"value": 42}, "４２", True),
])
def test_numbers(checking: Checking, fields: dict[str, Json], answer: str, passed: bool) -> None:
    assert checking("number", fields, answer, total="12").passed is passed


@pytest.mark.parametrize(("value", "answer", "note"), [
    (1.234, "1,234", "“1,234” may mean 1234 or 1.234"), (1234, "1.234", "“1.234” may mean 1.234 or 1234"),
    (3, "1/3", "“1/3” may mean"), (100, "5 100", "“5 100” may mean 5100 or 100"),
])
def test_a_number_that_may_mean_two_things_is_told(checking: Checking, value: float, answer: str, note: str) -> None:
    found = checking("number", {"value": value}, answer)
    assert found.passed is None and note in found.note
    assert checking("number", {"value": 77}, answer).passed is False  # whichever it means


def test_a_row_without_a_number_is_not_checked(checking: Checking) -> None:
    with pytest.raises(BadInput, match="value must be a number"):
        checking("number", {"value": "{{total}}"}, "12", total="a dozen")


OPTIONS: list[Json] = ["positive", "negative", "not sure"]


@pytest.mark.parametrize(("answer", "anywhere", "got"), [
    ("positive", False, "positive"), (' **"Positive."**\n', False, "positive"), ("It is positive.", False, ""),
    ("It is positive.", True, "positive"), ("positive or negative", True, ""), ("I am not sure", True, "not sure"),
    ("Nonpositive", True, ""), ("", True, ""), ("非常好", True, ""),
])
def test_the_class_of_an_answer(answer: str, anywhere: bool, got: str) -> None:
    assert class_of(answer, [str(option) for option in OPTIONS], anywhere=anywhere) == got


def test_an_option_within_a_longer_one_is_not_that_option() -> None:
    assert class_of("It is not spam.", ["spam", "not spam"], anywhere=True) == "not spam"
    assert class_of("这个评论是负面的。", ["正面", "负面"], anywhere=True) == "负面"


def test_classification_says_what_was_expected_and_got(checking: Checking) -> None:
    right = checking("one_of", {"options": OPTIONS, "expected": "{{label}}"}, "Positive.", label="positive")
    wrong = checking("one_of", {"options": OPTIONS, "expected": "{{label}}"}, "negative", label="Positive")
    other = checking("one_of", {"options": OPTIONS, "expected": "{{label}}"}, "fine", label="positive")
    assert (right.passed, right.expected, right.got) == (True, "positive", "positive")
    assert (wrong.passed, wrong.expected, wrong.got) == (False, "positive", "negative") and "instead of" in wrong.note
    assert (other.passed, other.expected, other.got) == (False, "positive", "")
    assert checking("one_of", {"options": OPTIONS}, "negative").passed


def test_an_expected_class_that_is_no_option_is_told(checking: Checking) -> None:
    with pytest.raises(BadInput, match="“happy” is not"):
        read_check({"kind": "one_of", "options": OPTIONS, "expected": "happy"})
    with pytest.raises(BadInput, match="“happy” is not"):
        checking("one_of", {"options": OPTIONS, "expected": "{{label}}"}, "x", label="happy")
    with pytest.raises(BadInput, match="must differ"):
        read_check({"kind": "one_of", "options": ["Yes", "yes."]})
