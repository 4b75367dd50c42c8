"""Against published values and SciPy."""

from __future__ import annotations

import pytest
import scipy

from workbench.core.experiments import statistics as stats


@pytest.mark.parametrize(("passed", "total", "low", "high"), [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
])
def test_wilson_as_newcombe_1998_has_it_in_table_i(passed: int, total: int, low: float, high: float) -> None:
    interval = stats.wilson(passed, total)
    assert interval.low == pytest.approx(low, abs=5e-5) and interval.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize("total", [1, 2, 10, 77])
def test_wilson(total: int) -> None:
    for passed in range(total + 1):
        interval = stats.wilson(passed, total)
        right = scipy.stats.binomtest(passed, total).proportion_ci(method="wilson")
        assert interval.value == passed / total
        assert (interval.low, interval.high) == pytest.approx((right.low, right.high), abs=1e-12)


def test_what_always_or_never_passed_ends_exactly_at_the_edge() -> None:
    assert {stats.wilson(total, total).high for total in range(1, 100)} == {1.0}
    assert {stats.wilson(0, total).low for total in range(1, 100)} == {0.0}


@pytest.mark.parametrize("total", [1, 2, 4, 7, 9])
def test_few_trials_have_the_mid_p_interval(total: int) -> None:
    """At each end so many passes or more, or fewer, have 2.5 %, with half of that of so many itself."""
    for passed in range(total + 1):
        found = stats.rate_interval(passed / total, total)
        if passed:
            above = scipy.stats.binom.sf(passed, total, found.low) + scipy.stats.binom.pmf(passed, total, found.low) / 2
            assert above == pytest.approx(0.025, abs=1e-9)
        if passed < total:
            below = scipy.stats.binom.cdf(passed, total, found.high)
            assert below - scipy.stats.binom.pmf(passed, total, found.high) / 2 == pytest.approx(0.025, abs=1e-9)
        assert (found.low == 0) == (not passed) and (found.high == 1) == (passed == total)


def test_many_trials_have_wilsons_interval() -> None:
    assert stats.rate_interval(0.7, 10) == stats.wilson(7, 10)
    parts = stats.rate_interval(0.5, 3.5)  # between those of three and four
    assert stats.rate_interval(0.5, 3).low < parts.low < stats.rate_interval(0.5, 4).low


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


@pytest.mark.parametrize("freedom", [1, 2, 3.5, 9, 100, 10_000, 1_000_000])
def test_student(freedom: float) -> None:
    for level in (0.5, 0.95, 0.999):
        point = stats.t_quantile(freedom, level)
        assert point == pytest.approx(scipy.stats.t.ppf((1 + level) / 2, freedom), rel=1e-8)
        assert stats.t_outside(point, freedom) == pytest.approx(1 - level, rel=1e-8)
    assert stats.t_outside(0, freedom) == 1 and stats.t_outside(-2, freedom) == stats.t_outside(2, freedom)


def test_the_beta_distribution() -> None:
    for x, a, b in ((0.3, 2, 5), (0.999, 1e5, 0.5), (1e-9, 0.5, 0.5), (0.5, 1000, 1000), (0.9, 60, 1)):
        assert stats.beta_below(x, a, b) == pytest.approx(scipy.special.betainc(a, b, x), rel=1e-9)
    assert (stats.beta_below(0, 2, 3), stats.beta_below(1, 2, 3)) == (0, 1)


def test_percentiles_are_numpys() -> None:
    values = [15.0, 20.0, 35.0, 40.0, 50.0]
    assert stats.percentile(values, 0.5) == 35 and stats.percentile(values, 0.95) == pytest.approx(48.0)
    assert stats.percentile([7.0], 0.95) == 7
