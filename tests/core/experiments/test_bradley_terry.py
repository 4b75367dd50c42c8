"""Strengths and their errors against a published table, SciPy, and simulated votes."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
import scipy

from workbench.core.experiments.bradley_terry import bradley_terry, chance, likelihood_evidence, told_from


def test_bradley_terry_of_the_1987_season() -> None:
    """The American League's Eastern division (Agresti, Categorical Data Analysis, 2nd ed., section 10.6); the
    estimates relative to Baltimore and their standard errors as R's BradleyTerry2 gives them."""
    teams = ["Milwaukee", "Detroit", "Toronto", "New York", "Boston", "Cleveland", "Baltimore"]
    table = [[0, 7, 9, 7, 7, 9, 11], [6, 0, 7, 5, 11, 9, 9], [4, 6, 0, 7, 7, 8, 12], [6, 8, 6, 0, 6, 7, 10],
             [6, 2, 6, 7, 0, 7, 12], [4, 4, 5, 6, 6, 0, 6], [2, 4, 1, 3, 1, 7, 0]]
    wins = {(a, b): float(table[i][j]) for i, a in enumerate(teams) for j, b in enumerate(teams) if i != j}
    fit = bradley_terry(wins, prior=0)
    found = {item.player: item.value for item in fit.strengths}
    published = {"Milwaukee": 1.5814, "Detroit": 1.4364, "Toronto": 1.2945, "New York": 1.2476,
                 "Boston": 1.1077, "Cleveland": 0.6839, "Baltimore": 0.0}
    for team, value in published.items():
        assert found[team] - found["Baltimore"] == pytest.approx(value, abs=1e-3), team
    assert fit.strengths[0].player == "Milwaukee" and fit.strengths[6].player == "Baltimore"
    assert fit.difference_error(0, 6) == pytest.approx(0.3433, abs=1e-3)


def test_bradley_terry_stays_finite_for_the_unbeaten() -> None:
    best, worst = bradley_terry({("a", "b"): 5.0}).strengths
    assert best.player == "a" and 0 < best.value < 5 and best.value == pytest.approx(-worst.value)
    assert (best.games, best.won, worst.won) == (5, 5, 0) and best.error > 0
    assert bradley_terry({}).strengths == []
    unbounded = bradley_terry({("a", "b"): 5.0}, prior=0).strengths
    assert unbounded[0].player == "a" and unbounded[0].error > 1000  # plain likelihood knows no end


@pytest.mark.parametrize(("players", "votes", "prior"), [(2, 50, 0.5), (3, 7, 0.5), (5, 200, 2.0), (8, 1000, 0.1)])
def test_the_fit_is_the_mode_of_likelihood_and_prior_and_its_error_the_curvature(
    players: int, votes: int, prior: float
) -> None:
    rng = random.Random(players)
    wins: dict[tuple[str, str], float] = {}
    for _ in range(votes):
        pair = rng.sample("abcdefgh"[:players], 2)
        wins[pair[0], pair[1]] = wins.get((pair[0], pair[1]), 0.0) + rng.choice((0.5, 1.0))
    fit = bradley_terry(wins, prior=prior)
    names = sorted(one.player for one in fit.strengths)
    table = np.array([[wins.get((a, b), 0.0) for b in names] for a in names])

    def loss(value: np.ndarray) -> float:
        return -float((table * scipy.special.log_expit(value[:, None] - value)).sum()
                      + prior * (scipy.special.log_expit(value) + scipy.special.log_expit(-value)).sum())

    mode = scipy.optimize.minimize(loss, np.zeros(len(names)), tol=1e-12, method="BFGS", options={"gtol": 1e-9}).x
    games, p = table + table.T, scipy.special.expit(mode[:, None] - mode)
    weights = games * p * (1 - p)
    information = np.diag(weights.sum(1) + 2 * prior * scipy.special.expit(mode) * scipy.special.expit(-mode)) - weights
    centre = np.eye(len(names)) - 1 / len(names)
    right = centre @ np.linalg.inv(information) @ centre
    at = [names.index(one.player) for one in fit.strengths]
    assert [one.value for one in fit.strengths] == pytest.approx(list((mode - mode.mean())[at]), abs=1e-5)
    assert np.array(fit.covariance) == pytest.approx(right[np.ix_(at, at)], abs=1e-5)
    assert [one.error for one in fit.strengths] == pytest.approx(list(np.sqrt(np.diag(right))[at]), abs=1e-5)


def test_the_interval_of_thirty_votes_to_twenty() -> None:
    """The standard error of the log odds is the root of 1/30 + 1/20, of a half of it half as much: 0.144."""
    first = bradley_terry({("a", "b"): 30.0, ("b", "a"): 20.0}).strengths[0]
    assert first.error == pytest.approx(math.sqrt(1 / 30 + 1 / 20) / 2, rel=0.01)
    ends = [round(100 * chance(first.value + side * 1.96 * first.error)) for side in (-1, 1)]
    assert ends == [48, 62] and (first.won, first.games) == (30, 50)


def test_chances_are_finite_wherever_strengths_are() -> None:
    assert chance(0) == 0.5 and chance(math.log(3)) == pytest.approx(0.75)
    assert (chance(1e6), chance(-1e6)) == (1, 0)


def test_evidence_of_all_votes_is_the_likelihood_ratio_less_the_cost_of_looking() -> None:
    """With two players the ratio is the binomial one; with more it is that of two fits by SciPy."""
    for won, lost in ((20, 0), (30, 20), (9, 1)):
        games = won + lost
        ratio = sum(count * math.log(2 * count / games) for count in (won, lost) if count)
        cost = math.log1p(games / 4 / (math.pi / 2)) / 2
        found = likelihood_evidence({("a", "b"): float(won), ("b", "a"): float(lost)}, "a", "b")
        assert found == pytest.approx((ratio - cost) / math.log(10), abs=2e-3)
        assert told_from(games / 4, found) ** 2 * games / 8 == pytest.approx(ratio, abs=5e-3)
    wins = {("a", "c"): 9.0, ("c", "a"): 3.0, ("b", "c"): 4.0, ("c", "b"): 8.0, ("a", "b"): 3.0, ("b", "a"): 2.0}

    def loss(value: np.ndarray) -> float:
        each = {"a": value[0], "b": value[-1], "c": 0.0}
        return -sum(count * float(scipy.special.log_expit(each[one] - each[other]))
                    for (one, other), count in wins.items())

    ratio = scipy.optimize.minimize(loss, [0.0]).fun - scipy.optimize.minimize(loss, [0.0, 0.0]).fun
    found = likelihood_evidence(wins, "a", "b")
    assert 0.2 < ratio / math.log(10) - found < 1
    assert likelihood_evidence(wins, "b", "a") == pytest.approx(found)


def test_evidence_of_all_votes_stays_finite_where_one_never_lost() -> None:
    one_way = {("a", "b"): 2000.0, ("a", "c"): 2000.0, ("b", "c"): 2000.0}
    assert 590 < likelihood_evidence(one_way, "a", "b") < 1000
