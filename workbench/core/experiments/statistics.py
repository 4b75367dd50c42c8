"""Statistics of experiments, each with its source. Probabilities and rates are between 0 and 1."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: two-sided intervals of 95 %."""


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def wilson(passed: int, total: int) -> Interval:
    """Returns the score interval for a proportion (Wilson 1927), good for few samples and rates near 0 and 1.

    Raises ``ValueError`` when ``total`` is 0.
    """
    if total <= 0:
        raise ValueError("a rate needs at least one trial")
    rate, z2 = passed / total, Z95 * Z95
    centre = (rate + z2 / (2 * total)) / (1 + z2 / total)
    half = Z95 / (1 + z2 / total) * math.sqrt(rate * (1 - rate) / total + z2 / (4 * total * total))
    low = centre - half if passed else 0.0  # exactly, which rounding would miss
    return Interval(rate, low, centre + half if passed < total else 1.0)


def rate_difference(old: Interval, new: Interval) -> Interval:
    """Returns the difference of two independent rates, between −1 and 1, from their Wilson intervals: the hybrid score
    interval (Newcombe 1998, method 10)."""
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


def mean_interval(values: Sequence[float]) -> Interval:
    """Returns the mean with Student's 95 % interval; for one value the interval is the value."""
    middle = mean(values)
    if len(values) < 2:
        return Interval(middle, middle, middle)
    half = t_quantile(len(values) - 1) * spread(values) / math.sqrt(len(values))
    return Interval(middle, middle - half, middle + half)


def t_quantile(freedom: int, probability: float = 0.95) -> float:
    """Returns the point that Student's t with whole degrees of freedom stays within with ``probability``: the closed
    form of the distribution (Abramowitz and Stegun 26.7.3 and 26.7.4), bisected."""
    low, high = 0.0, 1e5
    for _ in range(100):
        middle = (low + high) / 2
        if _t_within(middle, freedom) < probability:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _t_within(t: float, freedom: int) -> float:
    angle = math.atan(t / math.sqrt(freedom))
    cosine2 = math.cos(angle) ** 2
    odd = freedom % 2
    term = math.cos(angle) if odd else 1.0
    total = 0.0
    for step in range(freedom // 2):
        total += term
        k = 2 * step + (2 if odd else 1)
        term *= cosine2 * k / (k + 1)
    total *= math.sin(angle)
    return (angle + total) * 2 / math.pi if odd else total


def percentile(values: Iterable[float], share: float) -> float:
    """Interpolates linearly between order statistics (type 7 of Hyndman and Fan 1996, NumPy's default). Needs a
    value."""
    ordered = sorted(values)
    place = (len(ordered) - 1) * share
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


_WORD = re.compile(r"\w+|[^\w\s]")


Bigrams = Counter[tuple[str, str]]


def bigrams(text: str) -> Bigrams:
    """Returns the pairs of neighbouring words of a text."""
    words = ["", *_WORD.findall(text.lower()), ""]  # the ends count, so that one word has bigrams too
    return Counter(itertools.pairwise(words))


def similarity(one: str, other: str) -> float:
    """Returns the Sørensen–Dice coefficient of the texts' word bigrams as multisets (Dice 1945); 1: equal texts."""
    return dice(bigrams(one), bigrams(other))


def dice(first: Bigrams, second: Bigrams) -> float:
    """Returns the share that two multisets have in common."""
    shared = sum(min(first[gram], second[gram]) for gram in first.keys() & second.keys())
    return 2 * shared / (first.total() + second.total())


MOST_PAIRS = 200
"""Of samples, whose similarity is averaged; with more, every k-th pair is taken."""


def agreement(texts: Sequence[str]) -> float | None:
    """Returns the mean ``similarity`` over the pairs of texts: 1 when all are the same. None for fewer than two."""
    pairs = len(texts) * (len(texts) - 1) // 2
    if not pairs:
        return None
    drawn = [_pair(number) for number in range(0, pairs, -(-pairs // MOST_PAIRS))]
    grams = {at: bigrams(texts[at]) for at in {at for pair in drawn for at in pair}}
    return mean([dice(grams[i], grams[j]) for i, j in drawn])


def _pair(number: int) -> tuple[int, int]:
    """Returns the pairs (1, 0), (2, 0), (2, 1), (3, 0) … by their number."""
    first = (1 + math.isqrt(8 * number + 1)) // 2
    return first, number - first * (first - 1) // 2


class Distinctness:
    """Distinct-2, text by text: different bigrams over all bigrams (Li et al. 2016)."""

    def __init__(self) -> None:
        self._seen: set[int] = set()  # hashes, which take a third of the room of the words
        self._all = 0

    def add(self, text: str) -> None:
        words = _WORD.findall(text.lower())
        self._seen.update(map(hash, itertools.pairwise(words)))
        self._all += max(0, len(words) - 1)

    @property
    def value(self) -> float | None:
        """None without two words in a text."""
        return len(self._seen) / self._all if self._all else None


def perplexity(logprobs: Sequence[float]) -> float | None:
    """Returns the exponential of the mean negative log probability (natural logs, one per token)."""
    return math.exp(-mean(logprobs)) if logprobs else None


def entropy(logprobs: Sequence[float]) -> float:
    """Returns the entropy in bits of the given alternatives; the probability they leave counts as one more."""
    chances = [math.exp(value) for value in logprobs]
    rest = max(0.0, 1 - math.fsum(chances))
    return -math.fsum(chance * math.log2(chance) for chance in [*chances, rest] if chance > 0)


@dataclass(frozen=True, slots=True)
class Strength:
    """A player's log strength with its standard error; strengths add up to 0."""

    player: str
    value: float
    error: float
    games: int


def bradley_terry(
    wins: Mapping[tuple[str, str], float], *, prior: float = 0.5
) -> Sequence[Strength]:
    """Returns strengths from pairwise votes, strongest first (Bradley and Terry 1952).

    ``wins[a, b]`` is how often a beat b; a tie counts one half for each. Fitted by the MM algorithm (Hunter 2004);
    standard errors come from the inverse of the observed information. ``prior`` adds that many wins and losses against
    an average opponent to each player, which keeps the strength of an undefeated player finite; 0 gives the plain
    maximum likelihood, which then may not exist.
    """
    players, games = _games(wins)
    if not players:
        return []
    won = {a: sum(wins.get((a, b), 0.0) for b in players if b != a) + prior for a in players}
    strength = dict.fromkeys(players, 1.0)
    for _ in range(10_000):
        new = {}
        for a in players:
            expected = sum(count / (strength[a] + strength[b]) for b, count in games[a].items() if count)
            new[a] = won[a] / (expected + 2 * prior / (strength[a] + 1))
        scale = math.exp(mean([math.log(max(value, 1e-12)) for value in new.values()]))
        change = max(abs(math.log(max(new[a], 1e-12) / scale / strength[a])) for a in players)
        strength = {a: max(new[a], 1e-12) / scale for a in players}
        if change < 1e-10:
            break
    errors = _errors(players, strength, games, prior)
    found = [
        Strength(a, math.log(strength[a]), errors[a], round(sum(games[a].values()))) for a in players
    ]
    return sorted(found, key=lambda item: -item.value)


def difference_error(
    wins: Mapping[tuple[str, str], float], one: str, other: str, *, prior: float = 0.5
) -> float:
    """Returns the standard error of the difference of two players' log strengths, whose errors are not independent."""
    players, games = _games(wins)
    strength = {each.player: math.exp(each.value) for each in bradley_terry(wins, prior=prior)}
    covariance = _covariance(players, strength, games, prior)
    i, j = players.index(one), players.index(other)
    return math.sqrt(max(covariance[i][i] + covariance[j][j] - 2 * covariance[i][j], 0.0))


def _games(wins: Mapping[tuple[str, str], float]) -> tuple[list[str], dict[str, dict[str, float]]]:
    """Returns the players, sorted, and how often each met each other."""
    players = sorted({player for pair in wins for player in pair})
    return players, {a: {b: wins.get((a, b), 0.0) + wins.get((b, a), 0.0) for b in players if b != a}
                     for a in players}


def _errors(
    players: Sequence[str], strength: Mapping[str, float], games: Mapping[str, Mapping[str, float]],
    prior: float,
) -> dict[str, float]:
    covariance = _covariance(players, strength, games, prior)
    return {player: math.sqrt(max(covariance[i][i], 0.0)) for i, player in enumerate(players)}


def _covariance(
    players: Sequence[str], strength: Mapping[str, float], games: Mapping[str, Mapping[str, float]],
    prior: float,
) -> list[list[float]]:
    """Returns the covariance of log strengths whose sum is 0: the information matrix has the vector of ones as its null
    space, so it is inverted with 11ᵀ/k added and subtracted again."""
    k = len(players)
    matrix = [[1 / k] * k for _ in players]
    for i, a in enumerate(players):
        matrix[i][i] += 2 * prior * strength[a] / (strength[a] + 1) ** 2
        for j, b in enumerate(players):
            if i != j and games[a].get(b):
                weight = games[a][b] * strength[a] * strength[b] / (strength[a] + strength[b]) ** 2
                matrix[i][i] += weight
                matrix[i][j] -= weight
    inverse = _invert(matrix)
    return [[inverse[i][j] - 1 / k for j in range(k)] for i in range(k)]


def _invert(matrix: Sequence[Sequence[float]]) -> list[list[float]]:
    """Inverts by Gauss–Jordan with row pivots; a singular matrix gives infinite entries."""
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
