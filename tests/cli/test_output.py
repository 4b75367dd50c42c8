"""Output of commands: tables that line up, and a code for each kind of error."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from workbench.cli.output import day, exit_code, result_json, say, table
from workbench.core.errors import (
    BadInput,
    Interrupted,
    NotReached,
    ProviderError,
    StoreError,
    StoreFull,
    WorkbenchError,
)


def test_columns_are_as_wide_as_their_widest_cell(capsys: pytest.CaptureFixture[str]) -> None:
    table([("a", "long cell", "last"), ("wide", "b", ""), ("天气", "", "end")])
    assert capsys.readouterr().out == "a     long cell  last\nwide  b\n天气             end\n"
    table([])
    assert capsys.readouterr().out == ""


def test_results_and_sentences_go_different_ways(capsys: pytest.CaptureFixture[str]) -> None:
    result_json({"title": "Über 天气", "none": None})
    say("A sentence.")
    told = capsys.readouterr()
    assert json.loads(told.out) == {"title": "Über 天气", "none": None} and "天气" in told.out
    assert told.err == "A sentence.\n"


def test_no_sentence_acts_in_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("There is no \x1b]0;PWN\x07\x1b[2J\x9b31m\u202emodel\U000e0041 天气.\nTry\tanother.")
    assert capsys.readouterr().err == "There is no ]0;PWN[2J31mmodel 天气.\nTry\tanother.\n"


@pytest.mark.parametrize(("kind", "code"), [
    (BadInput, 2), (ProviderError, 3), (NotReached, 4), (Interrupted, 5), (StoreError, 1), (StoreFull, 1),
    (WorkbenchError, 1),
])
def test_each_kind_of_error_has_its_code(kind: type[WorkbenchError], code: int) -> None:
    assert exit_code(kind("sentence")) == code


def test_a_day_is_local() -> None:
    moment = datetime(2026, 1, 2, 3, 4)
    assert day(moment.timestamp()) == "2026-01-02 03:04"
