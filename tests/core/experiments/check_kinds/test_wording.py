"""Checks on length, similarity and language."""

from __future__ import annotations

import pytest

from tests.core.experiments.check_kinds.conftest import Checking
from workbench.core.json_types import Json


@pytest.mark.parametrize(("kind", "fields", "answer", "passed"), [
    ("max_words", {"words": 2}, "one two three", False), ("max_words", {"words": 5}, "我们" * 190, False),
    ("max_words", {"words": 5}, "我们回家。", True), ("similarity", {"text": "the cat sat"}, "the cat sat", True),
    ("similarity", {"text": "the cat sat", "at_least": 0.9}, "a dog ran", False),
    ("similarity", {"text": "我们今天去学校上课", "at_least": 0.7}, "我们明天去学校上课", True),
    ("language", {"language": "de"}, "Das ist ein Satz, der nicht auf Englisch geschrieben ist.", True),
    ("language", {"language": "de"}, "This is a sentence that is not written in German.", False),
    ("language", {"language": "zh"}, "你好", True), ("language", {"language": "de"}, "Ja.", None),
])
def test_wording(checking: Checking, kind: str, fields: dict[str, Json], answer: str, passed: bool | None) -> None:
    result = checking(kind, fields, answer)
    assert result.passed is passed and (passed or result.note)
