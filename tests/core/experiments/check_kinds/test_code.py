"""Checks by code, in its own process."""

from __future__ import annotations

import pytest

from tests.core.experiments.check_kinds.conftest import Checking
from workbench.core.errors import BadInput
from workbench.core.experiments.checks import Call, Reply, read_check
from workbench.files.experiments.check_process import CheckProcess

LINES = """
def check(answer, reply):
    assert answer, "it is empty"
    words = len(answer.split())
    return words / 4, f"{words} words"
"""


@pytest.mark.process
@pytest.mark.parametrize(("code", "answer", "passed", "score", "note"), [
    ("len(answer) < 3", "ab", True, None, ""), ("len(answer) < 3", "abc", False, None, "the code says no"),
    ("reply['input']['n'] == '3' and reply['calls'][0]['name'] == 'find'", "x", True, None, ""),
    (LINES, "a b c", True, 0.75, "3 words"), (LINES, "a", False, 0.25, "1 words"), (LINES, "", False, None, "is empty"),
    ("1 / 0", "x", None, None, "line 1: ZeroDivisionError"), ("7", "x", None, None, "a score from 0 to 1"),
    ("'yes'", "x", None, None, "gave 'yes'"), ("print('noise') or True", "x", True, None, ""),
    ("json.loads(answer)['a'] == 1 and bool(re.search('a', answer))", '{"a": 1}', True, None, ""),
    ("float('nan')", "x", None, None, "a score"),
])
def test_code(
    checking: Checking, code: str, answer: str, passed: bool | None, score: float | None, note: str
) -> None:
    reply = Reply(answer, calls=(Call("find", "{}"),), values={"n": "3"})
    result = checking("code", {"code": code}, reply)
    assert (result.passed, result.score) == (passed, score) and note in result.note


def test_code_that_was_not_allowed_does_not_run() -> None:
    with CheckProcess() as worker:
        result = Checking(worker)("code", {"code": "True"}, "x")
    assert result.passed is None and "only when you allow it" in result.note


@pytest.mark.parametrize(("code", "sentence"), [
    ("len(answer", "is not Python"), ("a = 1\nb = 2", r"must define check\(answer, reply\)"),
    ("x = 1", "is not Python"),
])
def test_code_that_cannot_run_is_told_before_anything_is_asked(code: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_check({"kind": "code", "code": code})
