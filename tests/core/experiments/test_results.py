"""Results: a line of a file and back, and the summary of a cell."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from workbench.core.experiments.checks import CheckResult
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.grid import Cell
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, Summary, by_cell, few_rows_words, summarise
from workbench.core.reply.usage import Usage

RESULT = Result("k", 0, "a/x", {"seed": 1}, {"who": "Ada"}, 2, "Hi", "stop", Usage(1, 2, cached=1), 0.25, 0.5, 1.5,
                (CheckResult("judge", True, 0.75, "fine"),), 1.0, "", "fp", -0.5, "case")
(CELL,) = Experiment(Plan("p", ("a/x",), "Hi")).cells


def test_a_line_is_read_back_equal() -> None:
    for result in (RESULT, Result("k", 0, "a/x", {}, {}, 0, "", error="It broke.")):
        assert Result.from_json(json.loads(json.dumps(result.to_json()))) == result


def test_a_line_of_something_else() -> None:
    with pytest.raises((KeyError, TypeError)):
        Result.from_json({"key": "k"})


def test_errors_and_failed_checks_do_not_pass() -> None:
    assert RESULT.passed and not replace(RESULT, error="No.").passed
    assert not replace(RESULT, checks=(CheckResult("regex", False),)).passed and RESULT.rated(0.0).rating == 0.0


def test_the_score_is_the_mean_of_its_checks_by_their_weights() -> None:
    judge, thin = CheckResult("judge", True, 0.8, weight=3), CheckResult("similarity", False, 0.2)
    for checks, score in (
        ((judge, thin), (3 * 0.8 + 0.2) / 4), ((judge, CheckResult("regex", False, weight=1)), 0.6),
        ((judge, CheckResult("regex", True)), 0.8),  # it only passes or fails, and the plan gives it no weight
        ((judge, replace(thin, weight=0)), 0.8), ((judge, CheckResult("judge", None, weight=5)), 0.8),
        ((CheckResult("regex", True),), None), ((replace(judge, weight=0),), None),
    ):
        assert replace(RESULT, checks=checks).score == (None if score is None else pytest.approx(score))
    results = [replace(RESULT, input={"n": str(at)}, checks=(judge, replace(thin, score=0.2 + at / 10)))
               for at in range(3)]
    summary = summarise(CELL, results)
    assert summary.score is not None and summary.score.value == pytest.approx((3 * 0.8 + 0.3) / 4)


def test_a_summary_counts_the_answers_of_its_cell_alone() -> None:
    results = [RESULT, replace(RESULT, key="l", error="No.", text=""), replace(RESULT, key="m", cell=1)]
    assert {cell: len(found) for cell, found in by_cell(results).items()} == {0: 2, 1: 1}
    summary = summarise(CELL, results)
    assert (summary.done, summary.errors, summary.cost) == (2, 1, 0.5)
    assert summary.pass_rate is not None and summary.pass_rate.value == 1 and summary.first_token == (0.5, 0.5)
    data = summary.to_json()
    assert data["checks"] == {"judge": 1.0} and data["total"] == {"median": 1.5, "p95": 1.5}


def test_an_empty_cell_knows_nothing() -> None:
    summary = summarise(CELL, [])
    assert summary.done == 0 and summary.pass_rate is None and summary.cost is None and summary.total is None


def test_a_rate_without_checks_says_nothing() -> None:
    assert summarise(CELL, [replace(RESULT, checks=())]).checked_rate is None
    assert summarise(CELL, [RESULT]).checked_rate is not None


@pytest.mark.parametrize(("rows", "words"), [
    (1, "the interval is about 1 row alone"), (2, "the interval is approximate with 2 rows"),
    (19, "the interval is approximate with 19 rows"), (20, ""),
])
def test_what_few_rows_do_to_an_interval_is_said(rows: int, words: str) -> None:
    def summary(cell: Cell, result: Result) -> Summary:
        return summarise(cell, [replace(result, key=str(row), input={"row": str(row)}, case="") for row in range(rows)])

    assert few_rows_words(summary(CELL, RESULT)) == words
    assert few_rows_words(summary(CELL, replace(RESULT, checks=()))) == "", "nothing was checked"
    assert few_rows_words(summary(replace(CELL, case="one"), RESULT)) == "", "a case is about itself"
