"""What checks look at of an answer."""

from __future__ import annotations

import pytest

from tests.core.experiments.check_kinds.conftest import Checking
from workbench.core.errors import BadInput
from workbench.core.experiments.check_kinds.transforms import last_line, strip_thinking, take_json
from workbench.core.experiments.checks import read_check


@pytest.mark.parametrize(("text", "left"), [
    ("<think>4?</think>\n5", "5"), ("<think>never closed", ""), ("5", "5"), ("<THINKING>a</THINKING>b", "b"),
    ("a <thinker>b</thinker>", "a <thinker>b</thinker>"),
])
def test_thinking_is_left_out(text: str, left: str) -> None:
    assert strip_thinking(text) == left


@pytest.mark.parametrize(("text", "left"), [
    ('{"a": 1}', '{"a": 1}'),
    ('Here:\n```json\n{"a": 1}\n```\nBye', '{"a": 1}'), ('It is {"a": [1]} {x}', '{"a": [1]}'),
    ("~~~\n[1, 2]\n~~~", "[1, 2]"), ("[see] {not} json", "[see] {not} json"), ("```py\nx\n```\n[3]", "[3]"),
    ("{" * 5000, "{" * 5000), ('As in [1]:\n```json\n{"a": 1}\n```', '{"a": 1}'),
    ('As in [1]:\r\n```json\r\n{"a": 1}\r\n```\r\n', '{"a": 1}'), ('See [1]: ```json {"a": 1}```', '{"a": 1}'),
    ('See [1].\n```json\n{"a": 1}', '{"a": 1}'), ("The primes are [2, 3] {x}", "[2, 3]"),
    ('[1] {"a": 1} {"b": 2}', '{"a": 1}'),
])
def test_json_is_found(text: str, left: str) -> None:
    assert take_json(text) == left


def test_the_last_line() -> None:
    assert last_line("Reason.\n\n 42 \n\n") == "42" and last_line(" \n") == ""


def test_a_check_looks_at_what_transforms_leave(checking: Checking) -> None:
    answer = "<think>Is it yes?</think>\nBecause.\nno"
    assert checking("equals", {"text": "no", "transform": ["strip_thinking", "last_line"]}, answer).passed
    assert not checking("contains", {"text": "yes", "transform": "strip_thinking"}, answer).passed
    assert checking("contains", {"text": "yes"}, answer).passed
    with pytest.raises(BadInput, match="transform must be one of"):
        read_check({"kind": "equals", "text": "no", "transform": "shout"})
