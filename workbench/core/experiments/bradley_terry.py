"""The Bradley–Terry model: strengths of players from votes between pairs of them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Matrix = list[list[float]]

Wins = Mapping[tuple[str, str], float]
"""(a, b) → how often a beat b; a tie counts one half for each."""

_STEEPEST = 1e-9
"""The largest slope of the log posterior at which the fit has ended; votes make slopes of about 1."""


@dataclass(frozen=True, slots=True)
class Strength:
    """A player's log strength with its standard error; the strengths of a fit add up to 0. ``games`` are the votes
    that it took part in, ``won`` those it won, a tie being half of one."""

    player: str
    value: float
    error: float
    games: float
    won: float


@dataclass(frozen=True, slots=True)
class Fit:
    """``strengths``, strongest first. ``covariance`` is that of the log strengths, in the same order."""

    strengths: Sequence[Strength]
    covariance: Matrix

    def difference_error(self, i: int, j: int) -> float:
        """Returns the standard error of the difference of two log strengths, whose errors are not independent."""
        each = self.covariance
        return math.sqrt(max(each[i][i] + each[j][j] - 2 * each[i][j], 0.0))


def bradley_terry(wins: Wins, *, prior: float = 0.5) -> Fit:
    """Fits strengths to votes (Bradley and Terry 1952).

    ``prior`` adds so many wins and losses
    against an opponent of strength 0 to each player, which keeps the strength of one who never lost finite (the
    same as a logistic prior on each log strength); 0 gives the plain maximum likelihood, which then may not exist.
    The strengths are the mode of likelihood and prior, found by Newton's method, and moved to add up to 0; their
    covariance is the inverse of the observed information, moved likewise (Gelman et al., Bayesian Data Analysis,
    3rd ed., section 4.1).
    """
    players = sorted({player for pair in wins for player in pair})
    if not players:
        return Fit([], [])
    won = _table(wins, players)
    value = _mode(won, prior)
    middle = math.fsum(value) / len(value)
    covariance = _centred(_invert(_information(won, value, prior)))
    order = sorted(range(len(players)), key=lambda i: -value[i])
    strengths = [
        Strength(players[i], value[i] - middle, math.sqrt(max(covariance[i][i], 0.0)),
                 math.fsum(won[i]) + math.fsum(row[i] for row in won), math.fsum(won[i]))
        for i in order
    ]
    return Fit(strengths, [[covariance[i][j] for j in order] for i in order])


def likelihood_evidence(wins: Wins, first: str, second: str) -> float:
    """Returns the evidence of all votes that the first of two players is the stronger one: the decimal logarithm of an
    e-value against their being equal.

    The likelihood ratio of both hypotheses, less what it costs not to know beforehand how large the difference is: the
    mixture of Robbins (1970) over it, which may be looked at after each vote. With other players among the votes that
    holds in the limit of many (Waudby-Smith et al. 2024, Time-uniform central limit theory and asymptotic confidence
    sequences). Unlike the estimate in units of its error (Wald), the ratio grows with each vote that goes one way.
    """
    free = _values(bradley_terry(wins, prior=_VAGUE))
    equal: dict[tuple[str, str], float] = {}
    for (a, b), count in wins.items():
        pair = (second if a == first else a, second if b == first else b)
        equal[pair] = equal.get(pair, 0.0) + count
    bound = _values(bradley_terry(equal, prior=_VAGUE))
    bound[first] = bound[second]
    ratio = math.fsum(count * (_log_chance(free[a] - free[b]) - _log_chance(bound[a] - bound[b]))
                      for (a, b), count in wins.items())
    cost = math.log1p(_information_between(wins, bound, first, second) / _BEND) / 2
    return (ratio - cost) / math.log(10)


def told_from(information: float, needed: float) -> float:
    """Returns about the difference of two log strengths from which on the evidence is as much as needed; the bound of
    ``likelihood_evidence`` in units of the error of the difference."""
    return math.sqrt((2 * needed * math.log(10) + math.log1p(information / _BEND)) / information)


_BEND = math.pi / 2
"""The information (a vote between equals has a quarter) at which the mixture begins to cost: as the mixture of all
chances to win from one half to 1 of equal weight, when there are many votes."""

_VAGUE = 1e-4
"""A prior that moves nothing, and without which there is no highest likelihood where one never lost."""


def _values(fit: Fit) -> dict[str, float]:
    return {each.player: each.value for each in fit.strengths}


def _information_between(wins: Wins, value: Mapping[str, float], first: str, second: str) -> float:
    """Returns what the votes tell of the difference of two players who are of such strengths: one over its variance."""
    players = sorted(value)
    i, j = players.index(first), players.index(second)
    each = _invert(_information(_table(wins, players), [value[player] for player in players], _VAGUE))
    return 1 / (each[i][i] + each[j][j] - 2 * each[i][j])


def _table(wins: Wins, players: Sequence[str]) -> Matrix:
    return [[wins.get((a, b), 0.0) if a != b else 0.0 for b in players] for a in players]


def _mode(won: Matrix, prior: float) -> list[float]:
    """Returns the log strengths at which the log posterior is highest. It is concave, so halving a step that
    overshoots leads to its only top; where there is none, the slope dies away on the way to infinity."""
    value = [0.0] * len(won)
    height = _log_posterior(won, value, prior)
    for _ in range(100):
        slope = _slope(won, value, prior)
        if max(map(abs, slope)) < _STEEPEST:
            break
        inverse = _invert(_information(won, value, prior))
        step = [math.fsum(entry * one for entry, one in zip(row, slope, strict=True)) for row in inverse]
        while True:
            new = [old + change for old, change in zip(value, step, strict=True)]
            higher = _log_posterior(won, new, prior)
            if higher >= height or max(map(abs, step)) < 1e-12:
                break
            step = [change / 2 for change in step]
        value, height = new, higher
    return value


def _log_posterior(won: Matrix, value: Sequence[float], prior: float) -> float:
    votes = math.fsum(count * _log_chance(value[i] - value[j])
                      for i, row in enumerate(won) for j, count in enumerate(row) if count)
    return votes + prior * math.fsum(_log_chance(each) + _log_chance(-each) for each in value)


def _slope(won: Matrix, value: Sequence[float], prior: float) -> list[float]:
    return [
        math.fsum(won[i][j] - (won[i][j] + won[j][i]) * chance(value[i] - value[j]) for j in range(len(value)))
        + prior * (1 - 2 * chance(value[i]))
        for i in range(len(value))
    ]


def _information(won: Matrix, value: Sequence[float], prior: float) -> Matrix:
    """Returns the negative second derivative of the log posterior. Without a prior it says nothing of the sum of the
    strengths, and cannot be inverted: there it is made to say that the sum is 0, which centring takes out again."""
    k = len(value)
    matrix = [[0.0 if prior else 1 / k] * k for _ in range(k)]
    for i in range(k):
        matrix[i][i] += 2 * prior * _weight(value[i])
        for j in range(k):
            if i != j and (games := won[i][j] + won[j][i]):
                weight = games * _weight(value[i] - value[j])
                matrix[i][i] += weight
                matrix[i][j] -= weight
    return matrix


def chance(difference: float) -> float:
    """Returns the probability of winning against somebody whose log strength is so much lower."""
    odds = math.exp(-abs(difference))
    return (1.0 if difference >= 0 else odds) / (1 + odds)


def _log_chance(difference: float) -> float:
    return min(difference, 0.0) - math.log1p(math.exp(-abs(difference)))


def _weight(difference: float) -> float:
    """Returns the information of one vote: the chance times the chance of its contrary."""
    return chance(difference) * chance(-difference)


def _centred(matrix: Matrix) -> Matrix:
    """Returns the covariance of what has such a covariance, less the mean of all: C M C with C = I − 11ᵀ/k."""
    k = len(matrix)
    rows = [math.fsum(row) / k for row in matrix]
    columns = [math.fsum(column) / k for column in zip(*matrix, strict=True)]
    middle = math.fsum(rows) / k
    return [[matrix[i][j] - rows[i] - columns[j] + middle for j in range(k)] for i in range(k)]


def _invert(matrix: Matrix) -> Matrix:
    """Inverts a matrix by Gauss–Jordan with row pivots; a singular one gives infinite entries."""
    size = len(matrix)
    rows = [[*row, *(1.0 if i == j else 0.0 for j in range(size))] for i, row in enumerate(matrix)]
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        lead = rows[column][column]
        if lead == 0:
            return [[math.inf] * size for _ in range(size)]
        rows[column] = [value / lead for value in rows[column]]
        for row in range(size):
            if row != column and rows[row][column]:
                factor = rows[row][column]
                rows[row] = [a - factor * b for a, b in zip(rows[row], rows[column], strict=True)]
    return [row[size:] for row in rows]
