"""Calibration of judges: how far their verdicts agree with the user's own ratings, and what else sways them."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workbench.core.json_types import JsonObject

from .statistics import Interval, mean, percentile

DRAWS = 2000
FEWEST = 10
"""Ratings without which nothing is said of the length of answers."""


@dataclass(frozen=True, slots=True)
class Rated:
    """A verdict on an answer that the user rated as ``good`` or bad; ``length`` is in characters."""

    passed: bool
    good: bool
    score: float
    length: int


@dataclass(frozen=True, slots=True)
class Judged:
    """What a cell has of one judge: the rated answers, and for a comparison in both orders how often it came to what
    (see ``preferred``)."""

    rated: tuple[Rated, ...] = ()
    orders: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Calibration:
    """One judge, by the name of its check, over all cells of a run."""

    name: str
    rated: Sequence[Rated]
    orders: Mapping[str, int]

    @property
    def agreed(self) -> int:
        return sum(one.passed == one.good for one in self.rated)

    @property
    def kappa(self) -> Interval | None:
        """Cohen's κ (Cohen 1960) with a 95 % interval; None without ratings, or where all are alike on both sides."""
        table = Counter((one.passed, one.good) for one in self.rated)
        value = cohen_kappa([table[pair] for pair in _PAIRS])
        if value is None:
            return None
        chance = random.Random(len(self.rated))
        draws = [kappa for _ in range(DRAWS)
                 if (kappa := cohen_kappa([chance.gammavariate(table[pair] + 0.5, 1) for pair in _PAIRS])) is not None]
        return Interval(value, percentile(draws, 0.025), percentile(draws, 0.975))

    @property
    def length_bias(self) -> tuple[float, float] | None:
        """Spearman's ρ of the judge's scores with the length of the answers, and that of the user's ratings; None where
        too little is rated, or nothing varies."""
        if len(self.rated) < FEWEST:
            return None
        lengths = [float(one.length) for one in self.rated]
        judge = spearman([one.score for one in self.rated], lengths)
        user = spearman([float(one.good) for one in self.rated], lengths)
        return (judge, user) if judge is not None and user is not None else None

    @property
    def words(self) -> str:
        """Says in one line how far the judge can be trusted."""
        parts = ["not compared with ratings of yours: rate some answers good or bad"]
        if self.rated:
            parts = [f"agrees with {self.agreed} of {len(self.rated)} ratings of yours"]
            if (kappa := self.kappa) is not None:
                parts.append(f"κ {kappa.value:.2f} [{kappa.low:.2f}, {kappa.high:.2f}]")
        if (bias := self.length_bias) is not None:
            parts.append(f"with longer answers its scores go by ρ {bias[0]:+.2f}, yours by {bias[1]:+.2f}")
        if compared := sum(self.orders.values()):
            first, second = self.orders.get("first", 0), self.orders.get("second", 0)
            parts.append(f"{first + second} of {compared} comparisons went by place ({first} first, {second} second)")
        return f"{self.name}: {'; '.join(parts)}"

    def to_json(self) -> JsonObject:
        kappa, bias = self.kappa, self.length_bias
        return {"check": self.name, "rated": len(self.rated), "agreed": self.agreed,
                "kappa": kappa.to_json() if kappa else None,
                "length_rho": {"judge": bias[0], "user": bias[1]} if bias else None, "orders": dict(self.orders)}


_PAIRS = ((True, True), (True, False), (False, True), (False, False))
"""The cells of the table of verdicts and ratings. Its interval is that of the posterior under Jeffreys' prior, half an
answer in each cell (Broemeling, “Bayesian Methods for Measures of Agreement”, 2009): a few ratings that all agree give
a wide one and never ±0."""


def cohen_kappa(table: Sequence[float]) -> float | None:
    """Returns Cohen's κ of a table of two raters: both yes, yes and no, no and yes, both no; None where chance alone
    would always agree."""
    both, first, second, neither = table
    total = sum(table)
    if not total:
        return None
    yes = (both + first) * (both + second) / total**2
    by_chance = yes + (second + neither) * (first + neither) / total**2
    return ((both + neither) / total - by_chance) / (1 - by_chance) if by_chance < 1 else None


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Returns Spearman's rank correlation (Spearman 1904), with mean ranks for ties; None where one does not vary."""
    first, second = _ranks(one), _ranks(other)
    middle = (len(one) + 1) / 2
    spread = [sum((rank - middle) ** 2 for rank in ranks) for ranks in (first, second)]
    if not all(spread):
        return None
    together = sum((a - middle) * (b - middle) for a, b in zip(first, second, strict=True))
    return together / math.sqrt(spread[0] * spread[1])


def _ranks(values: Sequence[float]) -> list[float]:
    places: dict[float, list[int]] = {}
    for place, value in enumerate(sorted(values), 1):
        places.setdefault(value, []).append(place)
    return [mean(places[value]) for value in values]


def calibrations(judged: Iterable[Mapping[str, Judged]]) -> list[Calibration]:
    """Returns the judges of a run, from what each cell has of them."""
    rated: dict[str, list[Rated]] = {}
    orders: dict[str, Counter[str]] = {}
    for cell in judged:
        for name, one in cell.items():
            rated.setdefault(name, []).extend(one.rated)
            orders.setdefault(name, Counter()).update(one.orders)
    return [Calibration(name, found, orders[name]) for name, found in rated.items()]
