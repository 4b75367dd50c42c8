"""The best of several settings: which it is, what it is worth without the luck that made it come first, and whether it
is proven to be the best.

The one that comes first of many was lucky too: of sixty equal settings with fifty answers each the first seems fourteen
points better than it is. So beside its rate stands an estimate that shrinks all settings towards their mean, by as much
as their differences are chance.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from unicodedata import bidirectional

from workbench.core.json_types import JsonObject
from workbench.core.text.formatting import counted, interval, own_direction, percent

from .axes import heading, label_of
from .clusters import FEW_ROWS, Difference, Row, Rows, clustered_rate, difference, merged, narrower
from .grid import Cell, cells
from .plan import Plan
from .statistics import LEVEL, Z95, Interval, bisected, mean, normal_below, rate_interval, spread, t_quantile

LARGEST_SPREAD = 0.5
"""That the true rates of settings can have: rates are between 0 and 1."""
_STEPS = 100


@dataclass(frozen=True, slots=True)
class Contender:
    """A setting: a model and a value for each axis, in the ``cells`` of all cases.

    ``raw`` is its pass rate, ``honest`` the same shrunken towards the mean of all settings. ``behind`` is how far the
    best is above it, None for the best; ``p_value`` that of the difference, adjusted for all of them (Holm).
    """

    cells: tuple[int, ...]
    model: str
    axis: Mapping[str, str]
    raw: Interval
    honest: Interval
    behind: Difference | None = None
    p_value: float = 1.0

    @property
    def name(self) -> str:
        return " · ".join(filter(None, [self.model, *(heading(axis, value) for axis, value in self.axis.items())]))

    @property
    def proven_behind(self) -> bool:
        return self.behind is not None and self.p_value < 1 - LEVEL

    def to_json(self) -> JsonObject:
        """Returns an entry of ``best`` in ``summary.json``."""
        data: JsonObject = {"cells": list(self.cells), "model": self.model, "axis": dict(self.axis),
                            "raw": self.raw.to_json(), "honest": self.honest.to_json()}
        if self.behind is not None:
            data |= {"behind": self.behind.interval.to_json(), "p_value": self.behind.p_value,
                     "p_value_holm": self.p_value, "proven_behind": self.proven_behind}
        return data


@dataclass(frozen=True, slots=True)
class Ranking:
    """Settings by their rate on the ``rows`` that all have answered, the best first."""

    contenders: Sequence[Contender]
    rows: int

    @property
    def best(self) -> Contender:
        return self.contenders[0]

    @property
    def all_equal(self) -> bool:
        """Whether no setting has passed more than another."""
        return len({round(one.raw.value, 9) for one in self.contenders}) == 1

    @property
    def rivals(self) -> Sequence[Contender]:
        """Those that may be as good as the best."""
        return [one for one in self.contenders[1:] if not one.proven_behind]

    @property
    def proven(self) -> bool:
        """Whether the best is better than each of the others, beyond chance."""
        return not self.rivals

    def to_json(self) -> JsonObject:
        return {"proven": self.proven, "rows": self.rows, "settings": [one.to_json() for one in self.contenders]}


def rank(plan: Plan, rows: Mapping[int, Rows], left_out: Collection[int] = ()) -> Ranking | None:
    """Returns the settings of a plan by their pass rates, without cells that are ``left_out``; ``rows`` are the answers
    of each cell. None without checks that count, two settings that have been asked, or a row that all have answered.

    Each of the others is compared with the best, row by row, and the p-values are adjusted (Holm 1979). The best is
    proven when all are behind it: a setting that is not the best is so called in at most 5 % of experiments, since it
    would have to beat the best one too (Gutmann and Maymin 1987, Is the selected population the best?).
    """
    if not plan.is_checked:
        return None
    settings: dict[tuple[str, ...], list[Cell]] = {}
    for cell in cells(plan):
        if cell.index not in left_out and rows.get(cell.index):
            key = (cell.model if plan.models else "", *map(label_of, cell.axis.values()))
            settings.setdefault(key, []).append(cell)
    answers = {key: merged(rows[cell.index] for cell in group) for key, group in settings.items()}
    common = sorted(set.intersection(*map(set, answers.values()))) if len(answers) > 1 else []
    if not common:
        return None
    return _ranked(settings, {key: {name: found[name] for name in common} for key, found in answers.items()},
                   len(common))


def _ranked(
    settings: Mapping[tuple[str, ...], Sequence[Cell]], rows: Mapping[tuple[str, ...], Rows], count: int
) -> Ranking:
    honest = dict(zip(rows, shrunken([list(each.values()) for each in rows.values()]), strict=True))
    raw = {key: found.interval for key, each in rows.items() if (found := clustered_rate(each.values()))}
    order = sorted(rows, key=lambda key: -honest[key].value)
    behind = {key: difference(rows[key], rows[order[0]]) for key in order[1:]}
    adjusted = dict(zip(order[1:], holm([found.p_value if found else 1.0 for found in behind.values()]), strict=True))
    return Ranking([
        Contender(tuple(cell.index for cell in settings[key]), key[0],
                  {name: label_of(value) for name, value in settings[key][0].axis.items()},
                  raw[key], honest[key], behind.get(key), adjusted.get(key, 1.0))
        for key in order
    ], count)


def best_words(ranking: Ranking) -> str:
    """Says which setting is best, what it is worth, and what is not proven."""
    best, others = ranking.best, len(ranking.contenders) - 1
    from_right = any(bidirectional(letter) in ("R", "AL") for letter in best.name)
    name = own_direction(best.name) if from_right else best.name  # the figures behind it stay behind it
    if ranking.all_equal:
        low, high = best.raw.low, best.raw.high
        return f"No setting is ahead: {percent(best.raw.value)} {interval(low, high)} passed with each of {others + 1}."
    figures = (f"{percent(best.raw.value)} passed, honestly about {percent(best.honest.value)} "
               f"{interval(best.honest.low, best.honest.high)}")
    if ranking.proven:
        proven = counted(others, "Proven better than the other setting.", "Proven better than the {n} other settings.")
        return f"Best: {name}: {figures}. {proven}"
    if len(ranking.rivals) == others:
        rivals = counted(others, "The other setting may be as good.",
                         "Each of the {n} other settings may be as good.")
    else:
        rivals = counted(len(ranking.rivals), f"{{n}} of {others} other settings may be as good.",
                         f"{{n}} of {others} other settings may be as good.")
    return f"Best so far, not proven: {name}: {figures}. {rivals}"


def holm(p_values: Sequence[float]) -> list[float]:
    """Returns p-values such that of all those below a level, at any state of affairs, one is wrong with at most that
    probability (Holm 1979, A simple sequentially rejective multiple test procedure)."""
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, at in enumerate(sorted(range(len(p_values)), key=lambda at: p_values[at])):
        largest = max(largest, min(1.0, (len(p_values) - rank) * p_values[at]))
        adjusted[at] = largest
    return adjusted


def shrunken(settings: Sequence[Sequence[Row]]) -> list[Interval]:
    """Returns the rate of each setting shrunken towards the mean of all, with its interval; all have the same rows, in
    the same order.

    The true rates are taken to be spread normally, by an unknown amount between 0 and 0.5 that is averaged over given
    the data (the hierarchical normal model of Gelman et al., Bayesian Data Analysis, 3rd ed., section 5.4, with a
    uniform prior); the interval has the ends of that average, which is askew where the data say little of the spread.
    How much chance there is in a difference of settings is the residual of the table of settings and rows; with too few
    rows to tell, it is that of the answers to these rows. The interval is for rows like these.
    """
    table = [[row.mean for row in rows] for rows in settings]
    count, size = len(table), len(table[0])
    rates = [mean(line) for line in table]
    middle = mean(rates)
    off = [rate - middle for rate in rates]
    by_row = [mean(column) for column in zip(*table, strict=True)]
    if size >= FEW_ROWS:
        squares = math.fsum((value - rate - row + middle) ** 2
                            for line, rate in zip(table, rates, strict=True)
                            for value, row in zip(line, by_row, strict=True))
        chance = squares / ((count - 1) * (size - 1)) / size
    else:
        chance = mean([_sampling_variance(rows) for rows in settings])
    of_middle = spread(by_row) ** 2 / size if size > 1 else chance / count
    posterior = _shrinkage(math.fsum(value * value for value in off), count, max(chance, 1e-12))
    return [_honest(middle, value, posterior, chance * (1 - 1 / count), of_middle, size) for value in off]


def _sampling_variance(rows: Sequence[Row]) -> float:
    """Returns the variance of a rate over these rows, by their answers alone; rates are drawn a little towards one
    half, since a row that passed once will not always."""
    of_rows = []
    for row in rows:
        rate = (row.mean * row.observations + 0.5) / (row.observations + 1)
        of_rows.append(rate * (1 - rate) / row.observations)
    return math.fsum(of_rows) / len(rows) ** 2


_Posterior = Sequence[tuple[float, float]]
"""Shares of a setting's distance from the mean that may be kept, each with its probability."""


def _shrinkage(squares: float, count: int, chance: float) -> _Posterior:
    """Returns what is known of the share that is kept. ``squares`` are those of the distances of ``count`` settings,
    each with an error of variance ``chance``."""
    weights, shares = [], []
    for step in range(_STEPS):
        root = (step + 0.5) / _STEPS  # finer near 0, where small errors need it
        spread = (LARGEST_SPREAD * root * root) ** 2
        total = spread + chance
        weights.append(math.log(root) - (count - 1) / 2 * math.log(total) - squares / (2 * total))
        shares.append(spread / total)
    top = max(weights)
    weights = [math.exp(weight - top) for weight in weights]
    whole = math.fsum(weights)
    return [(share, weight / whole) for share, weight in zip(shares, weights, strict=True) if weight > _NEGLIGIBLE]


_NEGLIGIBLE = 1e-5
_HALVINGS = 18  # to four digits of a rate, in 0.1 s for sixty settings


def _honest(
    middle: float, distance: float, posterior: _Posterior, chance: float, of_middle: float, rows: int
) -> Interval:
    """Returns the interval of a setting at such a ``distance`` from the ``middle``, whose errors have the variances
    ``chance`` and ``of_middle``; no wider than rows that always pass or always fail have."""
    rate = middle + distance * math.fsum(share * weight for share, weight in posterior)
    rate = min(max(rate, 0.0), 1.0)
    worst = rate_interval(rate, rows)
    if not 0 < rate < 1 or not chance + of_middle:
        return worst
    wider = t_quantile(rows - 1) / Z95 if rows > 1 else 1.0
    curve = [(middle + distance * share, wider * math.sqrt(share * chance + of_middle), weight)
             for share, weight in posterior]

    def below(value: float) -> float:
        return math.fsum(weight * normal_below((value - mean) / error) for mean, error, weight in curve)

    low, high = (bisected(below, (1 + side * LEVEL) / 2, _HALVINGS) for side in (-1, 1))
    return narrower(worst, Interval(rate, min(low, rate), max(high, rate)))
