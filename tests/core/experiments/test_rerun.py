"""What is kept of a run when its plan changes."""

from __future__ import annotations

from dataclasses import replace

from workbench.core.chat.messages import user
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check, CheckResult
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.rerun import adopted
from workbench.core.experiments.results import Result
from workbench.files.experiments.check_process import CheckProcess

PLAN = Plan("p", ("a/x",), "Hi", samples=2, axes={"temperature": (0, 1)})
JUDGE = Check("judge", {"model": "c/j", "rubric": "Short?"})


def answers(plan: Plan, *checks: CheckResult) -> list[Result]:
    return [Result(job.key, job.cell.index, job.cell.model, job.params, {}, job.sample, "two words", checks=checks)
            for job in Experiment(plan).jobs]


def kept_by(old: Plan, new: Plan, results: list[Result]) -> list[Result]:
    with CheckProcess() as worker:
        return adopted(Experiment(old), Experiment(new), results, worker)


def test_what_is_still_asked_moves_to_its_new_place() -> None:
    grown = replace(PLAN, axes={"temperature": (1, 0.5, 0)}, samples=1)
    kept = kept_by(PLAN, grown, answers(PLAN))
    assert [(result.cell, result.params["temperature"]) for result in kept] == [(0, 1), (2, 0)]
    assert kept_by(PLAN, replace(PLAN, system="Other"), answers(PLAN)) == []


def test_new_checks_are_made_on_old_answers() -> None:
    strict = replace(PLAN, checks=(Check("max_words", {"words": 1}),))
    kept = kept_by(PLAN, strict, answers(PLAN))
    assert len(kept) == 4 and not any(result.passed for result in kept)


def test_a_verdict_stands_while_the_judge_is_the_same() -> None:
    judged = replace(PLAN, checks=(JUDGE,))
    results = answers(judged, CheckResult("judge", True, 0.9))
    more = replace(PLAN, checks=(Check("max_words", {"words": 1}), JUDGE))
    assert [[check.kind for check in result.checks] for result in kept_by(judged, more, results)] == (
        [["max_words", "judge"]] * 4)
    other = replace(PLAN, checks=(Check("judge", {"model": "c/j", "rubric": "Long?"}),))
    assert kept_by(judged, other, results) == []


def test_what_failed_is_asked_again() -> None:
    results = [replace(result, error="No.") for result in answers(PLAN)]
    assert kept_by(PLAN, PLAN, results) == []


def test_a_case_that_was_taken_out_leaves_the_others_theirs() -> None:
    cases = tuple(Case(name, (user("Hi"),), model="a/x") for name in ("a", "b"))
    both, one = Plan("p", (), cases=cases), Plan("p", (), cases=cases[1:])
    assert [(result.cell, result.case) for result in kept_by(both, one, answers(both))] == [(0, "b")]
