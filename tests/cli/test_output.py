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


@pytest.mark.parametrize(("kind", "code"), [
    (BadInput, 2), (ProviderError, 3), (NotReached, 4), (Interrupted, 5), (StoreError, 1), (StoreFull, 1),
    (WorkbenchError, 1),
])
def test_each_kind_of_error_has_its_code(kind: type[WorkbenchError], code: int) -> None:
    assert exit_code(kind("sentence")) == code


def test_a_day_is_local() -> None:
    moment = datetime(2026, 1, 2, 3, 4)
    assert day(moment.timestamp()) == "2026-01-02 03:04"
