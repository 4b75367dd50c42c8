"""Estimates from answers to rows, where those to one row are alike, and comparisons of two sets of them, row by row.

What is estimated is the mean over rows like these, not over these alone: a model that always passes four rows of five
has passed four times, however often each was asked (Miller 2024, Adding error bars to evals, arXiv 2411.00640).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .statistics import (
    LEVEL,
    Z95,
    Interval,
    mean,
    normal_below,
    rate_difference,
    rate_interval,
    score_interval,
    spread,
    t_outside,
    t_quantile,
)

FEW_ROWS = 6
"""From so many rows on a change that is the same in all of them is beyond chance at 5 % (a sign test of six pairs:
2/2⁶); with fewer nothing can be said of other rows, and a comparison is about these."""


@dataclass(slots=True)
class Row:
    """The answers to one row as values from 0 to 1. Of those that were ``greedy`` (asked for the likeliest token each
    time) equal texts count as one observation."""

    values: list[float] = field(default_factory=list)
    greedy: set[str] = field(default_factory=set)
    free: int = 0

    def add(self, value: float, text: str = "", *, greedy: bool = False) -> None:
        self.values.append(value)
        if greedy:
            self.greedy.add(text)
        else:
            self.free += 1

    def add_all(self, other: Row) -> None:
        self.values += other.values
        self.greedy |= other.greedy
        self.free += other.free

    @property
    def observations(self) -> int:
        return self.free + len(self.greedy)

    @property
    def mean(self) -> float:
        return mean(self.values)


Rows = Mapping[str, Row]
"""Rows by their names, which are the same in every cell and run."""


def merged(groups: Iterable[Rows]) -> dict[str, Row]:
    """Returns all answers to each row, whichever group they are in."""
    found: dict[str, Row] = {}
    for rows in groups:
        for name, row in rows.items():
            found.setdefault(name, Row()).add_all(row)
    return found


@dataclass(frozen=True, slots=True)
class Clustered:
    """A mean with its interval: from so many ``answers`` to ``rows``, which tell as much as ``independent`` answers
    to a row each would."""

    interval: Interval
    answers: int
    rows: int
    independent: float


def clustered_rate(rows: Iterable[Row]) -> Clustered | None:
    """Returns the share of answers that passed (values of 0 and 1), None without answers.

    Wilson's interval for the effective number of answers, their number over the design effect (Kish 1965, Survey
    sampling, section 8.2), out to the point of Student's t for the number of rows, as surveys have it (Korn and
    Graubard 1998). How alike answers to a row are comes from the clustered variance of the rate (Liang and Zeger
    1986); with few answers that failed, or passed, that says little, so they are weighed against one piece of evidence
    for the worst case, in which a row always passes or always fails. No interval is wider than that one.
    """
    known = [row for row in rows if row.values]
    if not known:
        return None
    sizes = [len(row.values) for row in known]
    answers = sum(sizes)
    passed = math.fsum(value for row in known for value in row.values)
    rate, size = passed / answers, sum(n * n for n in sizes) / answers
    if len(known) == 1:
        alone = known[0].observations
        return Clustered(rate_interval(rate, alone), answers, 1, alone)
    observed = sum(row.observations for row in known)
    worst = answers / size
    independent = min(answers / (1 + (size - 1) * _correlation(known, rate, size)), observed)
    interval = narrower(rate_interval(rate, worst),
                        score_interval(rate, independent, t_quantile(len(known) - 1)))
    return Clustered(interval, answers, len(known), independent)


def _correlation(rows: Sequence[Row], rate: float, size: float) -> float:
    """Returns how alike answers to one row are, from 0 to 1 (the intraclass correlation), ``size`` being the mean
    number of answers to the row of an answer."""
    answers = sum(len(row.values) for row in rows)
    seen = 0.0
    if size > 1 and 0 < rate < 1:
        effect = clustered_variance(rows, rate) * answers / (rate * (1 - rate))
        seen = min(max((effect - 1) / (size - 1), 0.0), 1.0)
    evidence = math.fsum(_evidence(row, 0.0 if rate > 0.5 else 1.0) for row in rows)
    return (seen * evidence + 1) / (evidence + 1)


def _evidence(row: Row, rare: float) -> float:
    """Returns how much a row tells of how alike its answers are, by those that are the ``rare`` ones of all: nothing
    without any, one for a row of nothing else, and where answers differ less than one for each that does."""
    seen = row.values.count(rare)
    other = len(row.values) - seen
    return min(seen, other) ** _ALIKE if other else float(bool(seen))


_ALIKE = 0.6
"""Answers of one row say much the same: to count each makes intervals too narrow where rates are near 1, to count rows
too wide where they are not. With this power those of twenty rows at .9 and of ten at .7 hold the truth in 93 to 97 %
(``workbench bench coverage``)."""


def clustered_variance(rows: Sequence[Row], middle: float) -> float:
    """Returns the squared standard error of the mean of all values, rows being independent of each other."""
    answers = sum(len(row.values) for row in rows)
    squares = math.fsum((math.fsum(row.values) - len(row.values) * middle) ** 2 for row in rows)
    return squares / answers**2 * len(rows) / (len(rows) - 1)


def narrower(one: Interval, other: Interval) -> Interval:
    """Returns the narrower of two intervals of one value."""
    return min(one, other, key=lambda each: each.high - each.low)


def clustered_mean(rows: Iterable[Row]) -> Clustered | None:
    """Returns the mean of scores, None without any.

    Wilson's interval for so many trials as would give the rate's variance the clustered variance of the mean, out to
    the point of Student's t: scores are between 0 and 1, and where all are the same there is no variance to go by but
    that of a trial.
    """
    known = [row for row in rows if row.values]
    if not known:
        return None
    values = [value for row in known for value in row.values]
    middle, sizes = mean(values), [len(row.values) for row in known]
    if len(known) > 1:
        units: float = sum(sizes) ** 2 / sum(n * n for n in sizes)
        variance, freedom = clustered_variance(known, middle), len(known) - 1
    else:
        units, freedom = known[0].observations, max(known[0].observations - 1, 1)
        variance = spread(values) ** 2 / units if units > 1 else 0.0
    worst = rate_interval(middle, units)
    if not variance:
        return Clustered(worst, len(values), len(known), units)
    trials = middle * (1 - middle) / variance
    interval = narrower(worst, score_interval(middle, trials, t_quantile(freedom)))
    return Clustered(interval, len(values), len(known), trials)


@dataclass(frozen=True, slots=True)
class Difference:
    """How much the second of two is above the first, with the chance of such a difference where there is none (two
    sided). ``rows`` are those that both have; 0 where they have none and two means were compared."""

    interval: Interval
    p_value: float
    rows: int

    @property
    def about_these(self) -> bool:
        """Whether it is about these rows alone, being too few to speak for others."""
        return 0 < self.rows < FEW_ROWS


def difference(old: Rows, new: Rows) -> Difference | None:
    """Returns the difference of two pass rates, row by row where both have the same rows; None without answers.

    Pairing takes out that some rows are harder than others (Miller 2024, section 4).
    """
    shared = [(old[name], new[name]) for name in old.keys() & new.keys() if old[name].values and new[name].values]
    if len(shared) >= FEW_ROWS:
        return _paired(shared)
    if shared:
        return _stratified(shared)
    first, second = clustered_rate(old.values()), clustered_rate(new.values())
    if first is None or second is None:
        return None
    interval = rate_difference(first.interval, second.interval)
    strata = [((first.interval.value, int(first.independent)), (second.interval.value, int(second.independent)))]
    return _sure(interval, max(_p_value(interval), _exact_p_value(strata, interval.value)), 0)


def _paired(pairs: Sequence[tuple[Row, Row]]) -> Difference:
    """Returns the mean difference of rows with Student's interval (for one answer each, McNemar's test by its normal
    form). Where few rows differ their variance says little, and where none does nothing: so one more square is added,
    as large as that of a single answer, which counts the less the more rows differ."""
    count = len(pairs)
    differences = [new.mean - old.mean for old, new in pairs]
    middle = mean(differences)
    changed = sum(value != 0 for value in differences)
    answers = count / math.fsum(1 / min(old.observations, new.observations) for old, new in pairs)
    squares = math.fsum((value - middle) ** 2 for value in differences) + 1 / (answers * (1 + changed))
    error = math.sqrt(squares / (count - 1) / count)
    half = error * t_quantile(count - 1)
    # No exact test of so many rows that differ can be surer than that all of them went one way.
    p_value = max(t_outside(middle / error, count - 1), min(1.0, 2.0 ** (1 - changed)))
    return _sure(Interval(middle, max(middle - half, -1.0), min(middle + half, 1.0)), p_value, count)


def _stratified(pairs: Sequence[tuple[Row, Row]]) -> Difference:
    """Returns the mean of the rows' differences, each with Newcombe's interval, put together by the squares of their
    arms (Zou and Donner 2008): it is about these rows, whose answers alone vary."""
    each = [rate_difference(*(score_interval(row.mean, row.observations) for row in pair)) for pair in pairs]
    middle = mean([one.value for one in each])
    low, high = (math.hypot(*(one.value - end for one, end in zip(each, ends, strict=True))) / len(each)
                 for ends in ([one.low for one in each], [one.high for one in each]))
    interval = Interval(middle, middle - low, middle + high)
    strata = [((old.mean, old.observations), (new.mean, new.observations)) for old, new in pairs]
    return _sure(interval, max(_p_value(interval), _exact_p_value(strata, middle)), len(pairs))


def _sure(interval: Interval, p_value: float, rows: int) -> Difference:
    """Returns a difference whose interval holds 0 when its p-value says that it may be chance."""
    if p_value >= 1 - LEVEL:
        interval = Interval(interval.value, min(interval.low, 0.0), max(interval.high, 0.0))
    return Difference(interval, p_value, rows)


def _p_value(interval: Interval) -> float:
    """Returns the chance of so large a difference where there is none, from the interval's arm towards 0."""
    arm = interval.value - interval.low if interval.value > 0 else interval.high - interval.value
    return 2 * normal_below(-Z95 * abs(interval.value) / arm) if arm else 1.0


_Stratum = tuple[tuple[float, int], tuple[float, int]]
"""The pass rates of both of two in one row, each with its number of observations."""


def _exact_p_value(strata: Sequence[_Stratum], middle: float) -> float:
    """Returns the chance of so many passes of the second, or so few, when the answers to each row are dealt to both at
    random: Fisher's test by rows (Agresti 2013, Categorical data analysis, section 7.3.5), for one answer each
    McNemar's exact test. ``middle`` is the difference, which tells the side; parts of a pass count against it."""
    if not middle:
        return 1.0
    seen, chances = 0, {0: 1.0}
    for (old_rate, old_size), (new_rate, new_size) in strata:
        old, new = _passes(old_rate, old_size, up=middle > 0), _passes(new_rate, new_size, up=middle < 0)
        seen += new
        dealt = _dealt(old + new, old_size, new_size)
        sums: dict[int, float] = defaultdict(float)
        for total, chance in chances.items():
            for passes, share in dealt.items():
                sums[total + passes] += chance * share
        chances = sums
    beyond = (chance for total, chance in chances.items() if (total >= seen if middle > 0 else total <= seen))
    return min(2 * math.fsum(beyond), 1.0)


def _passes(rate: float, size: int, *, up: bool) -> int:
    return math.ceil(rate * size - 1e-9) if up else math.floor(rate * size + 1e-9)


def _dealt(passes: int, old_size: int, new_size: int) -> Mapping[int, float]:
    """Returns the chances of the numbers of passes among the new answers, without those that never matter."""
    ways = math.comb(old_size + new_size, new_size)
    found = {new: math.comb(passes, new) * math.comb(old_size + new_size - passes, new_size - new) / ways
             for new in range(max(passes - old_size, 0), min(passes, new_size) + 1)}
    return {new: chance for new, chance in found.items() if chance > _NEGLIGIBLE}


_NEGLIGIBLE = 1e-18
