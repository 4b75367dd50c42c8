"""Checks on texts and patterns."""

from __future__ import annotations

import pytest

from tests.core.experiments.check_kinds.conftest import Checking
from workbench.core.errors import BadInput
from workbench.core.experiments.checks import read_check
from workbench.core.json_types import Json


@pytest.mark.parametrize(("kind", "fields", "answer", "passed"), [
    ("contains", {"text": "{{what}}"}, "all about poems", True), ("contains", {"text": "Poems"}, "poems", False),
    ("contains", {"text": "Poems", "ignore_case": True}, "poems", True),
    ("not_contains", {"text": "sorry"}, "I am sorry", False),
    ("equals", {"text": "yes"}, " yes\n", True),
    ("contains", {"text": "caf\u00e9"}, "The cafe\u0301 is open", True),  # one spelling of é and the other
    ("not_contains", {"text": "cafe\u0301"}, "The caf\u00e9 is open", False),
    ("equals", {"text": "CAFE\u0301", "ignore_case": True}, "caf\u00e9", True),
    ("contains", {"text": "cafe"}, "The cafe\u0301 is open", False),  # é is another letter than e
    ("contains_any", {"texts": ["tea", "{{what}}"]}, "poems", True), ("contains_any", {"texts": ["tea"]}, "x", False),
    ("contains_all", {"texts": ["a", "b"]}, "ab", True), ("contains_all", {"texts": ["a", "c"]}, "ab", False),
    ("contains_none", {"texts": ["x", "y"]}, "ab", True),
    ("contains_none", {"texts": ["B", "y"], "ignore_case": True}, "ab", False),
])
def test_texts(checking: Checking, kind: str, fields: dict[str, Json], answer: str, passed: bool) -> None:
    result = checking(kind, fields, answer, what="poems")
    assert result.passed is passed and (passed or result.note)


def test_what_is_missing_is_named(checking: Checking) -> None:
    assert checking("contains_all", {"texts": ["a", "c", "d"]}, "ab").note == "missing: “c”, “d”"
    assert checking("contains_none", {"texts": ["a", "c"]}, "ab").note == "found: “a”"


@pytest.mark.process
@pytest.mark.parametrize(("fields", "answer", "passed"), [
    ({"pattern": r"\d{3}"}, "abc 123", True), ({"pattern": "^b"}, "ab", False),
    ({"pattern": "ABC", "ignore_case": True}, "abc", True), ({"pattern": r"\{\{a\}\}"}, "{{a}}", True),
])
def test_patterns(checking: Checking, fields: dict[str, Json], answer: str, passed: bool) -> None:
    assert checking("regex", fields, answer).passed is passed


def test_a_wrong_pattern_is_told_before_anything_is_asked() -> None:
    with pytest.raises(BadInput, match="is not a regular expression: missing"):
        read_check({"kind": "regex", "pattern": "("})
