"""Judges against the user's ratings."""

from __future__ import annotations

import random

import pytest
import scipy

from workbench.core.experiments.calibration import (
    Calibration,
    Judged,
    Rated,
    calibrations,
    cohen_kappa,
    spearman,
)
from workbench.core.experiments.checks import CheckResult
from workbench.core.experiments.grid import cells
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, summarise


def rated(both: int, judge: int, user: int, neither: int) -> list[Rated]:
    pairs = [(True, True)] * both + [(True, False)] * judge + [(False, True)] * user + [(False, False)] * neither
    return [Rated(passed, good, float(passed), 100) for passed, good in pairs]


def test_kappa_of_the_textbook() -> None:
    assert cohen_kappa([20, 5, 10, 15]) == pytest.approx(0.4)  # Wikipedia's first example of Cohen's κ
    assert cohen_kappa([5, 0, 0, 5]) == 1 and cohen_kappa([5, 0, 0, 0]) is None and cohen_kappa([0] * 4) is None


def test_few_ratings_that_all_agree_give_a_wide_interval() -> None:
    kappa = Calibration("judge", rated(3, 0, 0, 2), {}).kappa
    assert kappa is not None and kappa.value == 1 and kappa.low < 0.6
    many = Calibration("judge", rated(60, 0, 0, 40), {}).kappa
    assert many is not None and many.low > 0.9


@pytest.mark.costly
def test_the_interval_of_kappa_covers_the_truth() -> None:
    chance, held, runs = random.Random(1), 0, 100
    shares = [0.45, 0.1, 0.1, 0.35]
    truth = cohen_kappa(shares)
    assert truth is not None
    for _ in range(runs):
        drawn = chance.choices(range(4), shares, k=40)
        kappa = Calibration("judge", rated(*(drawn.count(cell) for cell in range(4))), {}).kappa
        held += kappa is not None and kappa.low <= truth <= kappa.high
    assert 0.91 * runs <= held <= 0.99 * runs


def test_rank_correlation_is_scipys() -> None:
    chance = random.Random(2)
    one = [float(chance.randrange(6)) for _ in range(50)]
    other = [value + chance.gauss(0, 3) for value in one]
    assert spearman(one, other) == pytest.approx(scipy.stats.spearmanr(one, other).statistic)
    assert spearman([1.0, 1.0], [1.0, 2.0]) is None


def test_a_judge_that_likes_length_is_told() -> None:
    found = Calibration("judge", [Rated(length > 5, length % 2 == 0, length / 10, length) for length in range(12)], {})
    assert found.length_bias is not None
    assert found.length_bias[0] == pytest.approx(1) and abs(found.length_bias[1]) < 0.3
    assert "ρ +1.00" in found.words


def test_words_say_what_is_not_known() -> None:
    assert "not compared with ratings of yours" in Calibration("judge: a/j", [], {}).words
    words = Calibration("preferred", rated(4, 1, 0, 5), {"first": 3, "second": 1, "answer": 4}).words
    assert "agrees with 9 of 10" in words and "4 of 8 comparisons went by place (3 first, 1 second)" in words


def test_cells_are_put_together_and_fair_ratings_left_out() -> None:
    results = [Result(str(n), 0, "a/x", {}, {}, n, "text", rating=rating, checks=(
        CheckResult("judge", True, 0.9),)) for n, rating in enumerate((1.0, 0.5, None, 0.0))]
    summary = summarise(cells(Plan("p", ("a/x",), "Hi"))[0], results)
    assert len(summary.judged["judge"].rated) == 2
    both = calibrations([summary.judged, {"judge": Judged(tuple(rated(1, 0, 0, 0)), {"tie": 2})}])
    assert [(one.name, one.agreed, len(one.rated), one.orders["tie"]) for one in both] == [("judge", 2, 3, 2)]
