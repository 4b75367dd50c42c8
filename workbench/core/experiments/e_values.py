"""E-values: evidence against a hypothesis that may be looked at, and added to, whenever one likes.

Somebody who bets at fair odds against a hypothesis multiplies the stake by the e-value. While the hypothesis is true
the expected stake never grows, so that it ever reaches 1/α has at most the probability α, however often one looks and
for whatever reason one goes on (Ville 1939; Ramdas et al. 2023, Game-theoretic statistics and safe anytime-valid
inference). All are given as decimal logarithms: 2 stands for a hundredfold stake.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

_BETS = 100
"""Of a mixture, of equal weight; so many lose next to nothing against all bets there are."""


def evidence_below(counts: Mapping[float, int], bar: float) -> float:
    """Returns the evidence that the mean of values between 0 and 1 is below ``bar``: the decimal logarithm of the
    e-value against a mean of at least so much. ``counts`` are the values and how often each came.

    The mixture of constant bets of Waudby-Smith and Ramdas (2024, Estimating means of bounded random variables by
    betting, section 4): each stakes the same share on every value that is under the bar. The values may have different
    means when all of a round are counted: then the mean of these is what the hypothesis is about, since for given bets
    the product of the expected factors is largest when all are equal.
    """
    if bar <= 0:
        return 0.0
    if bar >= 1:
        return math.inf if any(count for value, count in counts.items() if value < 1) else 0.0
    return _evidence_of_bets(frozenset((value, count) for value, count in counts.items() if count), bar)


@lru_cache(4096)
def _evidence_of_bets(counts: frozenset[tuple[float, int]], bar: float) -> float:
    """Cells of few answers have the same counts again and again, and a cell that grows those of its last round."""
    logs = []
    for bet in range(_BETS):
        share = (bet + 0.5) / _BETS / (1 - bar)
        logs.append(math.fsum(count * math.log1p(share * (bar - value)) for value, count in counts))
    return _log10_mean(logs)


def evidence_of_drop(differences: Sequence[float]) -> float:
    """Returns the evidence that differences between −1 and 1, which are independent, tend to be below 0: the decimal
    logarithm of the e-value against each being as likely to be so much above 0 as below.

    One bet on each: that it is below 0, with a share of the stake that grows with how far from 0 it turns out to be
    (de la Peña 1999, A general class of exponential inequalities for martingales and ratios, of symmetric variables;
    exp(−λd) / cosh(λd) = 1 − tanh(λd)). The mixture of bets from nearly none of the stake to all of it, which is a
    sign test.
    """
    return _log10_mean([math.fsum(_log_bet(bet * value) for value in differences) for bet in _BOLDNESS])


_BOLDNESS = tuple(2.0**power for power in range(-4, 6))


def _log_bet(value: float) -> float:
    """Returns log(1 − tanh(value)) without loss for large values."""
    return math.log(2) - max(2 * value, 0.0) - math.log1p(math.exp(-2 * abs(value)))


def mean_evidence(evidence: Sequence[float]) -> float:
    """Returns the evidence of a stake that is divided equally between some bets."""
    return _log10_mean([one * math.log(10) for one in evidence])


@lru_cache(4096)
def evidence_of_fall(old: tuple[int, int], new: tuple[int, int], margin: float = 0.0) -> float:
    """Returns the evidence that the second of two rates is lower than the first by more than ``margin``: the decimal
    logarithm of the e-value against its not being so. Each is given as how many passed of how many.

    Universal inference (Wasserman, Ramdas and Balakrishnan 2020) with a mixture of pairs of rates of which the second
    is lower, over the likeliest pair of which it is not.
    """
    grid = [(step + 0.5) / _BETS for step in range(_BETS)]
    first, second = ([_log_likelihood(each, rate) for rate in grid] for each in (old, new))
    below: list[float] = []  # the mixture of the second rates that are lower than the first
    pairs: list[float] = []
    for at, log in enumerate(first):
        if below:
            pairs.append(log + _log_sum(below))
        below.append(second[at])
    mixture = _log_sum(pairs) - math.log(_BETS * (_BETS - 1) / 2)
    return (mixture - _likeliest(old, new, margin)) / math.log(10)


def _log_likelihood(seen: tuple[int, int], rate: float) -> float:
    passed, answers = seen
    failed = answers - passed
    if (passed and rate <= 0) or (failed and rate >= 1):
        return -math.inf
    return (passed * math.log(rate) if passed else 0.0) + (failed * math.log1p(-rate) if failed else 0.0)


def _likeliest(old: tuple[int, int], new: tuple[int, int], margin: float) -> float:
    """Returns the highest log likelihood of two rates of which the second is at most ``margin`` lower."""
    rates = [passed / answers if answers else 0.5 for passed, answers in (old, new)]
    if not old[1] or not new[1] or rates[1] >= rates[0] - margin:
        return _log_likelihood(old, rates[0]) + _log_likelihood(new, rates[1])
    if not margin:
        pooled = (old[0] + new[0]) / (old[1] + new[1])
        return _log_likelihood(old, pooled) + _log_likelihood(new, pooled)
    low, high = margin, 1.0  # of the first rate, the second being as much lower as may be; concave between them
    for _ in range(80):
        left, right = low + (high - low) / 3, high - (high - low) / 3
        if _at_margin(old, new, margin, left) < _at_margin(old, new, margin, right):
            low = left
        else:
            high = right
    return _at_margin(old, new, margin, (low + high) / 2)


def _at_margin(old: tuple[int, int], new: tuple[int, int], margin: float, rate: float) -> float:
    return _log_likelihood(old, rate) + _log_likelihood(new, max(rate - margin, 0.0))


def _log_sum(logs: Sequence[float]) -> float:
    top = max(logs)
    return top + math.log(math.fsum(math.exp(log - top) for log in logs)) if top > -math.inf else top


def _log10_mean(logs: Sequence[float]) -> float:
    return (_log_sum(logs) - math.log(len(logs))) / math.log(10)
