"""Answers taken in piece by piece add up to what all of them add up to."""

from __future__ import annotations

import pytest

from workbench.core.experiments import statistics as stats
from workbench.core.experiments.checks import CheckResult
from workbench.core.experiments.clusters import clustered_rate
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, rows_by_cell
from workbench.core.experiments.tally import Tallies, summaries_of
from workbench.core.experiments.text_measures import agreement
from workbench.core.reply.usage import Usage

PLAN = Plan("P", ("a/m",), "Hi", samples=40, axes={"temperature": (0, 1)})


def answer(number: int) -> Result:
    return Result(
        str(number), number % 2, "a/m", {}, {"x": str(number % 3)}, number // 2,
        f"the word {number % 7} and {number % 5}",
        usage=Usage(input=3, output=number), cost=0.5, first_token=number / 10, total=float(number),
        checks=(CheckResult("regex", number % 3 == 0, number / 80, ""),), rating=1.0 if number % 4 == 0 else None,
        error="broken" if number % 10 == 9 else "")


RESULTS = [answer(number) for number in range(80)]


def test_pieces_add_up_to_the_whole() -> None:
    tallies = Tallies(PLAN)
    for at in range(0, len(RESULTS), 7):
        latest = tallies.add(RESULTS[at : at + 7])
    assert tallies.summaries() == summaries_of(PLAN, RESULTS) and latest[1] == tallies.summaries()[1]


def test_a_summary_is_what_its_answers_say() -> None:
    _, odd = summaries_of(PLAN, RESULTS)
    own = [one for one in RESULTS if one.cell == 1]
    good = [one for one in own if not one.error]
    assert (odd.done, odd.errors, odd.cost) == (40, 8, 20.0)
    rate = clustered_rate(rows_by_cell(own, {})[1].values())
    assert rate is not None and odd.pass_rate == rate.interval and (odd.rows, odd.independent) == (3, rate.independent)
    assert rate.interval.value == sum(one.passed for one in good) / 32
    assert odd.by_check == {"regex": pytest.approx(sum(one.checks[0].passed for one in good) / 32)}
    assert odd.output_tokens == pytest.approx(sum(one.usage.output or 0 for one in good) / 32)
    assert odd.total == (stats.percentile([one.total or 0 for one in good], 0.5),
                         stats.percentile([one.total or 0 for one in good], 0.95))
    by_input = [[one.text for one in good if one.input["x"] == x] for x in "012"]
    assert odd.agreement == pytest.approx(sum(agreement(texts) or 0 for texts in by_input) / 3)
    assert odd.rating is None and odd.score is not None and odd.distinctness is not None


def test_agreement_draws_from_all_pairs() -> None:
    """More texts than pairs are looked at: the same value, and no list of all pairs (here 12 millions)."""
    assert agreement(["the same words"] * 5000) == 1
    assert agreement(["a b", "a b", "c d"]) == pytest.approx(1 / 3)
