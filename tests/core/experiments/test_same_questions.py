"""Rows that ask the same: they are one row in every figure, whatever else differs in them."""

from __future__ import annotations

import pytest

from workbench.core.chat.messages import user
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check, CheckResult
from workbench.core.experiments.clusters import clustered_rate
from workbench.core.experiments.gate import NOT_PROVEN, Gate
from workbench.core.experiments.gate_run import judge
from workbench.core.experiments.outcome import outcome_of_results
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, rows_by_cell
from workbench.core.experiments.same_questions import repeated_words, same_questions
from workbench.core.experiments.tally import summaries_of

CHECKS = (Check("contains", {"text": "x"}),)


def many_ids(count: int, gate: Gate | None = None) -> Plan:
    """Two questions under many ids."""
    inputs = tuple({"id": str(number), "text": f"question {number % 2}" + " " * (number % 3)}
                   for number in range(count))
    return Plan("P", ("a/m",), "Q: {{text}}", inputs=inputs, checks=CHECKS, gate=gate)


def answers(plan: Plan) -> list[Result]:
    """The first question passes, the second fails."""
    return [Result(str(at), 0, "a/m", {}, row, 0, f"text {at}", checks=(CheckResult("contains", at % 2 == 0),))
            for at, row in enumerate(plan.inputs)]


def test_one_question_under_many_ids_is_one_row() -> None:
    plan = many_ids(40)
    assert len(same_questions(plan)) == 38
    assert repeated_words(plan) == "38 rows ask what others ask, and count as one with them."
    (summary,) = summaries_of(plan, answers(plan))
    assert summary.rows == 2 and summary.independent < 5 and summary.pass_rate is not None
    assert summary.pass_rate.high - summary.pass_rate.low > 0.6  # of two rows, not of forty
    assert outcome_of_results(plan, answers(plan)).rate == summary.pass_rate


def test_equal_inputs_count_once_and_different_ones_each() -> None:
    plan = Plan("P", ("a/m",), "Q: {{text}}", inputs=({"text": "a"}, {"text": "a"}, {"text": "b"}), checks=CHECKS)
    assert repeated_words(plan) == "1 row asks what another one asks, and counts as one with it."
    assert repeated_words(Plan("P", ("a/m",), "{{id}}: {{text}}", inputs=many_ids(9).inputs)) == ""
    assert repeated_words(Plan("P", ("a/m",), "No variable")) == ""


def test_a_version_that_tells_rows_apart_makes_them_different() -> None:
    plan = Plan("P", ("a/m",), axes={"prompt": ("{{text}}", "{{text}} {{id}}")}, inputs=many_ids(9).inputs)
    assert not same_questions(plan)


def test_cases_of_the_same_question() -> None:
    one, other = Case("one", (user("Hi"),), model="a/m"), Case("other", (user("Hi"),), model="a/m")
    assert same_questions(Plan("P", (), cases=(one, other))) == {"other": "one"}
    told = Case("other", (user("Hi"),), "You are a pirate.", "a/m")
    assert not same_questions(Plan("P", (), cases=(one, told)))
    assert same_questions(Plan("P", (), system="Be brief.", cases=(one, told))) == {"other": "one"}


@pytest.mark.parametrize("count", [20, 40])
def test_a_gate_is_not_surer_by_asking_one_question_under_many_ids(count: int) -> None:
    plan = many_ids(count, Gate(0.8, alpha=0.05))
    assert plan.gate is not None
    found = judge(plan, plan.gate, answers(plan)).cells[0]
    assert found.answers == count  # each answer is kept, and bets about these two questions
    rows = rows_by_cell(answers(plan), same_questions(plan))[0]
    assert set(rows) == {"[('id', '0'), ('text', 'question 0')]", "[('id', '1'), ('text', 'question 1 ')]"}
    assert clustered_rate(rows.values()).rows == 2  # type: ignore[union-attr]
    many = Plan("P", ("a/m",), "{{id}} {{text}}", inputs=plan.inputs, checks=CHECKS, gate=plan.gate)
    assert judge(many, plan.gate, answers(plan)).cells[0].verdict != NOT_PROVEN or count == 20


def test_nothing_of_the_nucleus_is_the_likeliest_token() -> None:
    plan = Plan("P", ("a/m",), "Hi", samples=20, params={"top_p": 0}, checks=CHECKS)
    same = [Result(str(at), 0, "a/m", {"top_p": 0}, {}, at, "x", checks=(CheckResult("contains", True),))
            for at in range(20)]
    assert summaries_of(plan, same)[0].independent == 1
