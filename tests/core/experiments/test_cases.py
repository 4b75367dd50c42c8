"""Cases: as a plan's file has them, and names that tell them apart."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Blob, Image, Text
from workbench.core.errors import BadInput
from workbench.core.experiments.cases import Case, check_cases, free_name, sendable
from workbench.core.experiments.checks import Check
from workbench.core.experiments.fields import PlanError

IMAGE = Image(Blob("ab12", 3, "image/png"), original=Blob("cd34", 9, "image/webp"))
CASE = Case("Why", (user("Hi"), Message("user", (IMAGE, Text("Why?")))), "Be kind.", "a/x", {"seed": 1}, {"who": "Ada"},
            (Check("contains", {"text": "because"}),), {"ab12": b"png"}, {"chat": "c", "message": "m"})


def test_a_case_is_read_back_equal() -> None:
    for case in (CASE, Case("Small", (user("Hi"),))):
        assert Case.from_json(json.loads(json.dumps(case.to_json()))) == case


def test_empty_fields_are_not_written_and_texts_are_plain() -> None:
    assert Case("Small", (user("Hi"),)).to_json() == {"name": "Small", "messages": [{"role": "user", "content": "Hi"}]}


@pytest.mark.parametrize(("data", "sentence"), [
    ({"nam": "x"}, "has nam, which no case has"), ({"messages": ["Hi"]}, "must have role and content"),
    ({"messages": [{"role": "user"}]}, "must have role and content"), ({"files": {"a": "?"}}, "must be in base64"),
    ({"params": {"temperature": 9}}, "between 0 and 2"), ({"values": []}, "values must be a table"),
])
def test_data_that_is_refused(data: dict[str, object], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        Case.from_json({"name": "Case", **data})


@pytest.mark.parametrize(("cases", "sentence"), [
    ((Case(" ", (user("Hi"),)),), "needs a name"), ((Case("a", (user("Hi"),)),) * 2, "Two cases are called “a”"),
    ((Case("a"),), "needs messages"),
    ((CASE, replace(CASE, name="b", files={})), "“b” has a picture or file that is not among its files"),
    ((Case("a", (user("Hi"), Message("assistant"))),), "the last must be the question"),
])
def test_cases_that_cannot_be_asked(cases: tuple[Case, ...], sentence: str) -> None:
    with pytest.raises(PlanError, match=sentence) as wrong:
        check_cases(cases)
    assert wrong.value.place == f"cases[{len(cases)}]"


def test_a_name_that_is_taken_gets_a_number() -> None:
    taken = [Case("a"), Case("a 2")]
    assert [free_name(name, taken) for name in ("a", "b", "")] == ["a 3", "b", ""]


def test_what_is_kept_is_what_is_sent() -> None:
    (kept,) = sendable([Message("user", (IMAGE,), "a/x", {"template": {"name": "T"}})])
    assert kept == Message("user", (Image(Blob("ab12", 3, "image/png")),))
