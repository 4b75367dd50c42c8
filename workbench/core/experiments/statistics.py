"""Estimates with intervals, and the distributions they need, each with its source. Probabilities and rates are between
0 and 1; intervals are of 95 %."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

from workbench.core.json_types import JsonObject

LEVEL = 0.95
"""Of all intervals."""

_NORMAL = NormalDist()
Z95 = _NORMAL.inv_cdf((1 + LEVEL) / 2)
"""The 97.5 % point of the normal distribution, 1.96: two-sided intervals of 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the ends of its 95 % interval."""

    value: float
    low: float
    high: float

    def to_json(self) -> JsonObject:
        return {"value": self.value, "low": self.low, "high": self.high}


def wilson(passed: int, total: int) -> Interval:
    """Returns the score interval for a proportion (Wilson 1927), good for few trials and rates near 0 and 1.

    Raises ``ValueError`` when ``total`` is 0.
    """
    if total <= 0:
        raise ValueError("a rate needs at least one trial")
    return score_interval(passed / total, total)


def score_interval(rate: float, trials: float, z: float = Z95) -> Interval:
    """Returns Wilson's interval for a rate that is as sure as one of so many independent trials, which need be no
    whole number; ``z`` is the point of the distribution that the interval goes out to."""
    z2 = z * z
    centre = (rate + z2 / (2 * trials)) / (1 + z2 / trials)
    half = z / (1 + z2 / trials) * math.sqrt(rate * (1 - rate) / trials + z2 / (4 * trials * trials))
    low = centre - half if rate > 0 else 0.0  # exactly, which rounding would miss
    return Interval(rate, low, centre + half if rate < 1 else 1.0)


MANY_TRIALS = 10
"""From so many on Wilson's interval is used; with fewer it leaves out rates that are likely enough, near one half as
well as near 0 and 1: four trials can be covered in 81 %."""


def rate_interval(rate: float, trials: float) -> Interval:
    """Returns the interval of a rate that is as sure as one of so many independent trials, which need be no whole
    number: Wilson's, and with few trials the mid-P interval (Lancaster 1961; Agresti and Gottard 2007,
    Nonconservative exact small-sample inference for discrete data)."""
    if trials >= MANY_TRIALS:
        return score_interval(rate, trials)
    return Interval(rate, *_mid_p_ends(rate, trials))


@lru_cache(4096)
def _mid_p_ends(rate: float, trials: float) -> tuple[float, float]:
    """Returns the rates at which so many passes or more, and so many or fewer, have 2.5 %, of so many itself half."""
    passed = rate * trials
    failed = trials - passed

    def as_many(chance: float) -> float:
        more = beta_below(chance, passed + 1, failed) if failed > 0 else 0.0
        return (more + (beta_below(chance, passed, failed + 1) if passed > 0 else 1.0)) / 2

    low = bisected(as_many, (1 - LEVEL) / 2) if rate > 0 else 0.0
    return low, bisected(as_many, (1 + LEVEL) / 2) if rate < 1 else 1.0


def bisected(rises: Callable[[float], float], wanted: float, halvings: int = 48) -> float:
    """Returns where a function that rises from 0 to 1 comes to a value, within 2 to the power of −``halvings``."""
    low, high = 0.0, 1.0
    for _ in range(halvings):
        middle = (low + high) / 2
        low, high = (middle, high) if rises(middle) < wanted else (low, middle)
    return (low + high) / 2


def rate_difference(old: Interval, new: Interval) -> Interval:
    """Returns how much the second of two independent rates is above the first, between −1 and 1, from their score
    intervals: the hybrid score interval (Newcombe 1998, method 10)."""
    value = new.value - old.value
    return Interval(value, value - math.hypot(new.value - new.low, old.high - old.value),
                    value + math.hypot(new.high - new.value, old.value - old.low))


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def spread(values: Sequence[float]) -> float:
    """Returns the sample standard deviation (divisor n − 1); 0 for fewer than two values."""
    if len(values) < 2:
        return 0.0
    middle = mean(values)
    return math.sqrt(math.fsum((value - middle) ** 2 for value in values) / (len(values) - 1))


def percentile(values: Iterable[float], share: float) -> float:
    """Interpolates linearly between order statistics (type 7 of Hyndman and Fan 1996, NumPy's default). Needs a
    value."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def normal_below(z: float) -> float:
    """Returns the probability that a standard normal value is below ``z``."""
    return _NORMAL.cdf(z)


def t_outside(t: float, freedom: float) -> float:
    """Returns the probability that Student's t with ``freedom`` degrees of freedom is further from 0 than ``t``, on
    either side: the regularised incomplete beta function (Abramowitz and Stegun 26.7.1)."""
    if not t:
        return 1.0
    return beta_below(freedom / (freedom + t * t), freedom / 2, 0.5)


@lru_cache(4096)
def t_quantile(freedom: float, probability: float = LEVEL) -> float:
    """Returns the point that Student's t with ``freedom`` degrees of freedom stays within with ``probability``.

    Newton's method on ``t_outside``, which falls ever more gently: from the normal point, which is never too far
    out, it comes nearer from below at each step.
    """
    outside = 1 - probability
    t = _NORMAL.inv_cdf(1 - outside / 2)
    scale = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - math.log(freedom * math.pi) / 2
    for _ in range(200):
        density = math.exp(scale - (freedom + 1) / 2 * math.log1p(t * t / freedom))
        step = (t_outside(t, freedom) - outside) / (2 * density)
        t += step
        if abs(step) <= 1e-12 * t:
            break
    return t


def beta_below(x: float, a: float, b: float) -> float:
    """Returns the regularised incomplete beta function I_x(a, b), the probability that a value of the beta
    distribution is below ``x``, by its continued fraction (Abramowitz and Stegun 26.5.8) as Lentz evaluates it (Press
    et al., Numerical Recipes, 3rd ed., section 6.4)."""
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # where the fraction of the other end converges faster
        return 1 - beta_below(1 - x, b, a)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(front) / (a * _beta_fraction(x, a, b))


_TINY = 1e-300


def _beta_fraction(x: float, a: float, b: float) -> float:
    """Returns the continued fraction 1 + d₁/(1 + d₂/(1 + …)) in steps in the order of the root of ``a``."""
    value = upper = 1.0
    lower = 0.0
    for step in range(1, 100_000):
        m = step // 2
        if step % 2:
            d = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            d = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        lower = 1 / ((1 + d * lower) or _TINY)
        upper = (1 + d / upper) or _TINY
        value *= upper * lower
        if abs(upper * lower - 1) < 1e-15:
            break
    return value
