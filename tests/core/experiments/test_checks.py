"""Each check on answers that pass and that do not."""

from __future__ import annotations

import pytest

from workbench.core.errors import BadInput
from workbench.core.experiments.checks import Check, read_check, read_verdict, run_check
from workbench.files.json_schema import validate

SCHEMA = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}


@pytest.mark.parametrize(("kind", "fields", "answer", "passed"), [
    ("contains", {"text": "{{what}}"}, "all about poems", True), ("contains", {"text": "Poems"}, "poems", False),
    ("contains", {"text": "Poems", "ignore_case": True}, "poems", True),
    ("not_contains", {"text": "sorry"}, "I am sorry", False), ("regex", {"pattern": r"\d{3}"}, "abc 123", True),
    ("regex", {"pattern": "("}, "x", False), ("max_words", {"words": 2}, "one two three", False),
    ("equals", {"text": "yes"}, " yes\n", True), ("similarity", {"text": "the cat sat"}, "the cat sat", True),
    ("similarity", {"text": "the cat sat", "at_least": 0.9}, "a dog ran", False),
    ("json_schema", {"schema": SCHEMA}, '```json\n{"n": 1}\n```', True),
    ("json_schema", {"schema": SCHEMA}, '{"n": "one"}', False), ("json_schema", {"schema": SCHEMA}, "no", False),
    ("json_schema", {"schema": '{"type": "array"}'}, "[]", True),
    ("json_schema", {"schema": {"type": "nonsense"}}, "{}", False),
    ("contains", {"text": "caf\u00e9"}, "The cafe\u0301 is open", True),  # one spelling of é and the other
    ("not_contains", {"text": "cafe\u0301"}, "The caf\u00e9 is open", False),
    ("equals", {"text": "CAFE\u0301", "ignore_case": True}, "caf\u00e9", True),
    ("contains", {"text": "cafe"}, "The cafe\u0301 is open", False),  # é is another letter than e
    ("max_words", {"words": 5}, "我们" * 190, False), ("max_words", {"words": 5}, "我们回家。", True),
    ("similarity", {"text": "我们今天去学校上课", "at_least": 0.7}, "我们明天去学校上课", True),
])
def test_checks(kind: str, fields: dict[str, object], answer: str, passed: bool) -> None:
    check = Check(kind, fields).filled({"what": "poems"})  # type: ignore[arg-type]
    result = run_check(check, answer, validate)
    assert result.passed is passed and (passed or result.note)


@pytest.mark.parametrize("check", [
    {"kind": "smells"}, {"kind": "regex"}, {"kind": "max_words", "words": "few"},
    {"kind": "similarity", "text": "a", "at_least": 2}, "contains",
])
def test_checks_that_cannot_be_made(check: object) -> None:
    with pytest.raises(BadInput):
        read_check(check)


@pytest.mark.parametrize(("text", "score", "passed"), [
    ("Fits the rubric.\n9", 0.9, True), ("Poor.\nScore: 3/10", 0.3, False), ("I cannot say.", None, False),
    ("Fine.\n\n10\n", 1.0, True), ("", None, False),
])
def test_verdicts(text: str, score: float | None, passed: bool) -> None:
    result = read_verdict(text)
    assert result.score == score and result.passed is passed
