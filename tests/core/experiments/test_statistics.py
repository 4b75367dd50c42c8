"""Against published values and SciPy 1.17.1 (the calls are named beside the figures)."""

from __future__ import annotations

import math

import pytest

from workbench.core.experiments import statistics as stats


@pytest.mark.parametrize(("passed", "total", "low", "high"), [
    # scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
    (0, 10, 0.0, 0.27753280), (8, 10, 0.49016247, 0.94331785), (10, 10, 0.72246720, 1.0),
    (81, 263, 0.25528852, 0.36620958),  # Newcombe 1998, table I: 0.2553 to 0.3662
])
def test_wilson(passed: int, total: int, low: float, high: float) -> None:
    interval = stats.wilson(passed, total)
    assert interval.value == passed / total
    assert interval.low == pytest.approx(low, abs=1e-7) and interval.high == pytest.approx(high, abs=1e-7)


def test_what_always_or_never_passed_ends_exactly_at_the_edge() -> None:
    assert {stats.wilson(total, total).high for total in range(1, 100)} == {1.0}
    assert {stats.wilson(0, total).low for total in range(1, 100)} == {0.0}


def test_wilson_without_trials() -> None:
    with pytest.raises(ValueError, match="at least one"):
        stats.wilson(0, 0)


@pytest.mark.parametrize(("old", "new", "low", "high"), [
    # Newcombe 1998, table II, method 10, examples a, b, c, d, e and h
    ((48, 80), (56, 70), 0.0524, 0.3339), ((3, 10), (9, 10), 0.1705, 0.8090), ((2, 7), (6, 7), 0.0582, 0.8062),
    ((0, 29), (5, 56), -0.0381, 0.1926), ((0, 20), (0, 10), -0.1611, 0.2775), ((0, 10), (10, 10), 0.6075, 1.0),
])
def test_difference_of_rates(old: tuple[int, int], new: tuple[int, int], low: float, high: float) -> None:
    found = stats.rate_difference(stats.wilson(*old), stats.wilson(*new))
    assert found.value == pytest.approx(new[0] / new[1] - old[0] / old[1])
    assert (found.low, found.high) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


@pytest.mark.parametrize(("freedom", "point"), [
    # scipy.stats.t.ppf(0.975, df), also in every printed table
    (1, 12.706205), (2, 4.302653), (3, 3.182446), (4, 2.776445), (9, 2.262157), (30, 2.042272),
    (1000, 1.962339),
])
def test_student_quantiles(freedom: int, point: float) -> None:
    assert stats.t_quantile(freedom) == pytest.approx(point, rel=1e-6)


def test_mean_with_interval() -> None:
    interval = stats.mean_interval([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0])
    assert interval.value == 5.0
    assert interval.high - 5.0 == pytest.approx(2.364624 * 2.13809 / math.sqrt(8), rel=1e-5)
    assert stats.mean_interval([3.0]) == stats.Interval(3.0, 3.0, 3.0)


def test_percentiles_are_numpys() -> None:
    values = [15.0, 20.0, 35.0, 40.0, 50.0]
    assert stats.percentile(values, 0.5) == 35 and stats.percentile(values, 0.95) == pytest.approx(48.0)
    assert stats.percentile([7.0], 0.95) == 7


def test_bradley_terry_of_the_1987_season() -> None:
    """The American League's Eastern division (Agresti, Categorical Data Analysis, 2nd ed., section 10.6); the
    estimates relative to Baltimore and their standard errors as R's BradleyTerry2 gives them."""
    teams = ["Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore"]
    table = [[0, 7, 9, 7, 7, 9, 11], [6, 0, 7, 5, 11, 9, 9], [4, 6, 0, 7, 7, 8, 12], [6, 8, 6, 0, 6, 7, 10],
             [6, 2, 6, 7, 0, 7, 12], [4, 4, 5, 6, 6, 0, 6], [2, 4, 1, 3, 1, 7, 0]]
    wins = {(a, b): float(table[i][j]) for i, a in enumerate(teams) for j, b in enumerate(teams) if i != j}
    found = {item.player: item.value for item in stats.bradley_terry(wins, prior=0)}
    published = {"Milwaukee": 1.5814, "Detroit": 1.4364, "Toronto": 1.2945, "New York": 1.2476,
                 "Boston": 1.1077, "Cleveland": 0.6839, "Baltimore": 0.0}
    for team, value in published.items():
        assert found[team] - found["Baltimore"] == pytest.approx(value, abs=1e-3), team
    error = stats.difference_error(wins, "Milwaukee", "Baltimore", prior=0)
    assert error == pytest.approx(0.3433, abs=1e-3)


def test_bradley_terry_stays_finite_for_the_unbeaten() -> None:
    best, worst = stats.bradley_terry({("a", "b"): 5.0})
    assert best.player == "a" and 0 < best.value < 5 and best.value == pytest.approx(-worst.value)
    assert best.games == 5 and best.error > 0
    assert stats.bradley_terry({}) == []


def test_texts() -> None:
    assert stats.similarity("the cat sat", "The cat sat") == 1
    assert stats.similarity("one two", "three four") == 0
    assert stats.agreement(["a b", "a b", "c d"]) == pytest.approx(1 / 3)
    assert stats.agreement(["alone"]) is None
    seen = stats.Distinctness()
    seen.add("")
    assert seen.value is None
    seen.add("a b c")
    seen.add("a b d")
    assert seen.value == 0.75


def test_probabilities() -> None:
    assert stats.perplexity([math.log(0.25)] * 7) == pytest.approx(4)  # a fair choice of four
    assert stats.perplexity([]) is None
    assert stats.entropy([math.log(0.25)] * 4) == pytest.approx(2)
    assert stats.entropy([math.log(0.5)]) == pytest.approx(1)  # the rest counts as one alternative
