"""Evidence that may be looked at whenever one likes: never too much of it where there is nothing to find."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Callable

import numpy as np
import pytest
import scipy

from workbench.core.experiments.e_values import evidence_below, evidence_of_drop, evidence_of_fall, mean_evidence


@pytest.mark.parametrize(("passed", "failed", "bar"), [(3, 12, 0.8), (40, 20, 0.8), (0, 5, 0.9), (5, 0, 0.5)])
def test_the_mixture_of_bets_is_the_integral_over_them(passed: int, failed: int, bar: float) -> None:
    """A bet of share λ on failures is the likelihood ratio of the rate bar − λ bar (1 − bar)."""
    def ratio(rate: float) -> float:
        return (rate / bar) ** passed * ((1 - rate) / (1 - bar)) ** failed

    right = scipy.integrate.quad(ratio, 0, bar)[0] / bar
    assert 10 ** evidence_below({1: passed, 0: failed}, bar) == pytest.approx(right, rel=0.02)


def test_the_expected_stake_never_grows_while_the_hypothesis_holds() -> None:
    """Over all outcomes of eight answers at the bar, and of eight with different rates whose mean is the bar."""
    for bar in (0.2, 0.5, 0.8):
        mean = sum(scipy.stats.binom.pmf(passed, 8, bar) * 10 ** evidence_below({1: passed, 0: 8 - passed}, bar)
                   for passed in range(9))
        assert mean == pytest.approx(1)
    rates = [1, 1, 1, 0.9, 0.8, 0.7, 0.6, 0.4]  # their mean is 0.8
    mean = 0.0
    for outcome in itertools.product((0, 1), repeat=8):
        chance = math.prod(rate if passed else 1 - rate for rate, passed in zip(rates, outcome, strict=True))
        mean += chance * 10 ** evidence_below({1: sum(outcome), 0: 8 - sum(outcome)}, 0.8)
    assert mean < 1


def test_values_between_count_as_what_they_are() -> None:
    assert evidence_below({0.5: 20}, 0.5) == pytest.approx(0)
    assert evidence_below({0.5: 20}, 0.8) > 1 > evidence_below({0.5: 20}, 0.55)
    assert evidence_below({}, 0.8) == 0


def test_bars_at_the_ends() -> None:
    assert evidence_below({0: 100}, 0) == 0
    assert evidence_below({1: 99, 0: 1}, 1) == math.inf and evidence_below({1: 99, 0: 0}, 1) == 0


@pytest.mark.parametrize("margin", [0.0, 0.1])
def test_evidence_of_a_fall_is_the_mixture_over_the_likeliest_rates_without_one(margin: float) -> None:
    old, new = (18, 20), (9, 25)

    def loss(rates: np.ndarray) -> float:
        return -float(scipy.stats.binom.logpmf(old[0], old[1], rates[0])
                      + scipy.stats.binom.logpmf(new[0], new[1], rates[1]))

    best = scipy.optimize.minimize(loss, [0.6, 0.6], bounds=[(0.01, 0.99)] * 2, method="SLSQP",
                             constraints={"type": "ineq", "fun": lambda rates: rates[1] - rates[0] + margin})
    mixture = 2 * scipy.integrate.dblquad(lambda second, first: math.exp(-loss(np.array([first, second]))),
                                    0, 1, 0, lambda first: first)[0]
    right = (math.log(mixture) + best.fun) / math.log(10)
    assert evidence_of_fall(old, new, margin) == pytest.approx(right, abs=0.01)


def test_no_fall_is_no_evidence() -> None:
    assert evidence_of_fall((5, 5), (5, 5)) < 0 and evidence_of_fall((3, 10), (9, 10)) < -1
    assert evidence_of_fall((10, 10), (0, 60)) > 8
    assert evidence_of_fall((10, 10), (8, 10), 0.5) < evidence_of_fall((10, 10), (8, 10))
    assert evidence_of_fall((0, 0), (3, 10)) <= 0.5


def ever(rate: float, most: int, found: Callable[[int, int], bool]) -> float:
    """Returns the chance that evidence is ever ``found`` in so many answers that pass at such a rate."""
    open_yet, reached = {0: 1.0}, 0.0  # passed → the chance to be there without having found it
    for count in range(1, most + 1):
        after: dict[int, float] = defaultdict(float)
        for passed, chance in open_yet.items():
            after[passed + 1] += chance * rate
            after[passed] += chance * (1 - rate)
        reached += sum(chance for passed, chance in after.items() if found(passed, count))
        open_yet = {passed: chance for passed, chance in after.items() if not found(passed, count)}
    return reached


def test_looking_at_every_answer_finds_nothing_where_nothing_is() -> None:
    """A rate at the bar, looked at after each of sixty answers: evidence ever reaches 10 in at most one of ten (Ville);
    a test of 5 % at each look would find something in more than that."""
    for bar in (0.5, 0.8, 0.95):
        assert 0.01 < ever(bar, 60, lambda passed, count: (
            evidence_below({1: passed, 0: count - passed}, bar) >= 1)) <= 0.1  # noqa: B023
    assert ever(0.8, 60, lambda passed, count: scipy.stats.binom.cdf(passed, count, 0.8) < 0.05) > 0.15


@pytest.mark.costly
def test_looking_for_a_fall_again_and_again_finds_none_where_none_is() -> None:
    """The earlier run passed some of ten, and the rate is as it was."""
    chance = sum(scipy.stats.binom.pmf(before, 10, 0.8) * ever(0.8, 60, lambda passed, count: (
        count % 20 == 0 and evidence_of_fall((before, 10), (passed, count)) >= 1)) for before in range(11))  # noqa: B023
    assert chance <= 0.1


def test_the_expected_stake_on_a_drop_never_grows_where_signs_are_even() -> None:
    """Over all signs of eight differences; the bets are those of de la Peña's exp(−λd) / cosh(λd)."""
    sizes = (0.0, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)
    mean = sum(10 ** evidence_of_drop([sign * size for sign, size in zip(signs, sizes, strict=True)])
               for signs in itertools.product((-1, 1), repeat=8)) / 2**8
    assert mean == pytest.approx(1)
    bets = [2.0**power for power in range(-4, 6)]
    drops = [-0.3, -0.1, 0.05, -0.2]
    right = sum(math.prod(math.exp(-bet * drop) / math.cosh(bet * drop) for drop in drops) for bet in bets) / len(bets)
    assert 10 ** evidence_of_drop(drops) == pytest.approx(right)


def test_drops_of_many_rows_are_proven_and_one_is_not() -> None:
    assert evidence_of_drop([]) == pytest.approx(0)
    assert evidence_of_drop([0.0] * 50) == pytest.approx(0)  # rows in which nothing has changed say nothing
    assert evidence_of_drop([-1.0] + [0.0] * 19) < 0.31
    assert evidence_of_drop([-0.4] * 10) > 2.4 and evidence_of_drop([0.4] * 10) < -0.3
    assert evidence_of_drop([-1.0] * 2000) > 600 and evidence_of_drop([1.0] * 2000) < -50


def test_a_divided_stake_has_the_mean_of_its_parts() -> None:
    assert 10 ** mean_evidence([1.0, 3.0]) == pytest.approx(505)
    assert mean_evidence([600.0, -600.0]) == pytest.approx(600 - math.log10(2))
