"""``workbench bench coverage``: how often intervals of experiments hold the truth, and how often a verdict is wrong.

Data are drawn from a truth that is known, and estimated as the program does. An interval of 95 % should hold the truth
in 95 % of draws; a verdict should be wrong in at most the share that it names. Seeded: a size gives the same figures
each time.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

from workbench.core.experiments.best import rank
from workbench.core.experiments.bradley_terry import bradley_terry, chance
from workbench.core.experiments.checks import Check
from workbench.core.experiments.clusters import Row, clustered_mean, clustered_rate, difference
from workbench.core.experiments.e_values import evidence_of_drop
from workbench.core.experiments.gate import Gate
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.preferences import preference
from workbench.core.experiments.statistics import Z95, Interval, rate_interval
from workbench.core.experiments.votes import Vote, standing

SIMULATIONS = 2000
"""Of each design; of those that take long a tenth."""


def run(name: str, size: int | None) -> dict[str, Any]:
    """Runs simulations, ``size`` of each design, and returns how often intervals cover the truth."""
    count = size or SIMULATIONS
    return {title: round(figure, 4) for part in (_rates, _differences, _votes, _best, _gates)
            for title, figure in part(count)}


def _rates(count: int) -> Iterator[tuple[str, float]]:
    for rows, samples in ((50, 2), (50, 5), (20, 10), (10, 20)):
        for correlation in (0.3, 0.6, 0.9):
            yield (f"rate of {rows} rows × {samples}, correlation {correlation}: covered",
                   rates(rows, samples, correlation, 0.7, count))
    for correlation in (0.3, 0.6, 0.9):
        yield (f"rate of .9 of 20 rows × 20, correlation {correlation}: covered",
               rates(20, 20, correlation, 0.9, count))
    for rate in (0.5, 0.7, 0.9):
        yield f"rate of {rate} of 4 rows × 1: covered", rates(4, 1, 0.0, rate, count)
    for answers in (5, 10, 20, 50):
        yield f"rate of {answers} independent answers: covered", independent(answers, count)
    for rows, samples in ((50, 2), (20, 5), (10, 10)):
        yield f"mean score of {rows} rows × {samples}: covered", scores(rows, samples, count)


def _differences(count: int) -> Iterator[tuple[str, float]]:
    for rows, samples in ((50, 2), (20, 10), (10, 20)):
        covered, called = differences(rows, samples, 0.0, 0.3, count)
        yield f"two prompts, {rows} rows × {samples}, other rows hard, equal on average: covered", covered
        yield f"two prompts, {rows} rows × {samples}, other rows hard, equal on average: called different", called
    for rows, samples in ((10, 1), (10, 3), (20, 5), (50, 2)):
        covered, called = preferences(rows, samples, 0.5, count)
        yield f"pairwise, {rows} rows × {samples}, alike: covered", covered
        yield f"pairwise, {rows} rows × {samples}, alike: called different", called
    for rows, samples, gain in ((50, 3, 0.0), (50, 3, 0.1), (50, 3, 0.15), (200, 1, 0.1)):
        covered, called = differences(rows, samples, gain, 0.0, count)
        yield f"two runs, {rows} rows × {samples}, gain {gain}: covered", covered
        yield f"two runs, {rows} rows × {samples}, gain {gain}: called different", called


def _votes(count: int) -> Iterator[tuple[str, float]]:
    for players, cast in ((2, 20), (2, 50), (2, 200), (3, 60), (4, 60), (4, 200), (6, 100), (6, 600)):
        yield f"{players} players, {cast} votes: covered", votes(players, cast, max(count // players, 1))
    for cast in (30, 100, 300):
        yield (f"two equal players, watched for {cast} votes: ever told apart",
               watched(0.5, cast, max(count // 4, 1)))
    for players in (3, 4):
        yield (f"{players} equal players, watched for 100 votes: ever told apart",
               watched(0.5, 100, max(count // 20, 1), players))
    for wins in (0.6, 0.7):
        yield f"a player that wins {wins}, watched for 300 votes: told apart", watched(wins, 300, max(count // 10, 1))


def _best(count: int) -> Iterator[tuple[str, float]]:
    for settings, rows, spread, hard in ((60, 50, 0.0, 0.0), (60, 50, 0.0, 0.5), (12, 50, 0.0, 0.3),
                                         (60, 50, 0.05, 0.3), (12, 50, 0.08, 0.3)):
        found = best(settings, rows, 1, spread, hard, max(count // 10, 1))
        title = f"best of {settings} settings, spread {spread}, {rows} rows of correlation {hard}"
        yield from ((f"{title}: {name}", figure) for name, figure in found.items())


def _gates(count: int) -> Iterator[tuple[str, float]]:
    for title, rates in (("unchanged at .95", [0.95] * 20), ("unchanged at .9", [0.9] * 20),
                         ("one at .6", [0.95] * 19 + [0.6]), ("one at .4", [0.95] * 19 + [0.4]),
                         ("one at .2", [0.95] * 19 + [0.2])):
        failed, requests = gates(rates, Gate(0.8), count)
        yield f"gate at .8, 20 cases × 5, {title}: failed", failed
        yield f"gate at .8, 20 cases × 5, {title}: requests of those without", requests
    for correlation in (0.0, 0.5, 1.0):
        title = f"gate at .8, alpha .05, 20 rows × 20 of correlation {correlation}, at the bar"
        yield f"{title}: failed", clustered_gate(20, 20, correlation, 0.8, count)
    for correlation, gain in ((0.0, 0.0), (0.5, 0.0), (1.0, 0.0), (0.0, -0.2), (0.5, -0.2)):
        title = f"two runs, alpha .05, 20 rows × 20 of correlation {correlation} that pass {gain:+g}"
        yield f"{title}: proven to have fallen", fallen(20, 20, correlation, gain, count)


def _holds(interval: Interval, truth: float) -> bool:
    return interval.low <= truth <= interval.high


def _drawn(chance_of_one: float, samples: int, rng: random.Random) -> Row:
    row = Row()
    for _ in range(samples):
        row.add(float(rng.random() < chance_of_one))
    return row


def _difficulty(rate: float, correlation: float, rng: random.Random) -> float:
    """Returns the rate of a row, from the beta distribution in which answers to a row have such an intraclass
    correlation."""
    if not correlation:
        return rate
    if correlation == 1:
        return float(rng.random() < rate)
    size = (1 - correlation) / correlation
    return rng.betavariate(rate * size, (1 - rate) * size)


def rates(rows: int, samples: int, correlation: float, rate: float, count: int) -> float:
    """Returns the share of intervals of a pass rate that hold it, when rows are drawn and each is asked ``samples``
    times."""
    rng, held = random.Random(f"rates {rows} {samples} {correlation}"), 0
    for _ in range(count):
        found = clustered_rate(_drawn(_difficulty(rate, correlation, rng), samples, rng) for _ in range(rows))
        held += found is not None and _holds(found.interval, rate)
    return held / count


def independent(answers: int, count: int) -> float:
    """Returns the coverage of the interval of independent answers, over rates that are drawn evenly."""
    rng, held = random.Random(f"independent {answers}"), 0
    for _ in range(count):
        rate = rng.random()
        passed = sum(rng.random() < rate for _ in range(answers))
        held += _holds(rate_interval(passed / answers, answers), rate)
    return held / count


def scores(rows: int, samples: int, count: int) -> float:
    """Returns the coverage of the interval of a mean score, 0.7; rows differ and so do the answers to them."""
    rng, held = random.Random(f"scores {rows} {samples}"), 0
    for _ in range(count):
        group = []
        for _ in range(rows):
            middle, row = rng.uniform(0.5, 0.9), Row()
            for _ in range(samples):
                row.add(rng.betavariate(8 * middle, 8 * (1 - middle)))
            group.append(row)
        found = clustered_mean(group)
        held += found is not None and _holds(found.interval, 0.7)
    return held / count


def differences(rows: int, samples: int, gain: float, other: float, count: int) -> tuple[float, float]:
    """Returns the coverage of the interval of a difference, and the share of them that leave zero out. Each row is
    better by ``gain``, and by as much as ``other`` more or less, which comes to nothing on average."""
    rng, held, called = random.Random(f"differences {rows} {samples} {gain} {other}"), 0, 0
    for _ in range(count):
        old, new = {}, {}
        for name in map(str, range(rows)):
            rate = rng.uniform(other, 1 - gain - other)
            old[name] = _drawn(rate, samples, rng)
            new[name] = _drawn(rate + gain + rng.uniform(-other, other), samples, rng)
        found = difference(old, new)
        assert found is not None
        held += _holds(found.interval, gain)
        called += not _holds(found.interval, 0)
    return held / count, called / count


def preferences(rows: int, samples: int, chance_to_win: float, count: int) -> tuple[float, float]:
    """Returns the coverage of the interval of a pairwise comparison, and the share of them that call one better or
    worse. Of three comparisons in ten a tie comes; rows differ in how often the answer is preferred (correlation
    .5)."""
    rng, held, called = random.Random(f"preferences {rows} {samples} {chance_to_win}"), 0, 0
    for _ in range(count):
        drawn = {}
        for name in map(str, range(rows)):
            rate = rng.betavariate(chance_to_win, 1 - chance_to_win)
            drawn[name] = Row([0.5 if rng.random() < 0.3 else float(rng.random() < rate) for _ in range(samples)],
                              free=samples)
        found = preference("", drawn)
        held += _holds(found.share, 0.15 + 0.7 * chance_to_win)
        called += not _holds(found.share, 0.5)
    return held / count, called / count


def votes(players: int, cast: int, count: int) -> float:
    """Returns the coverage of the intervals of all players' strengths, which are drawn (standard deviation 0.7)."""
    rng, held = random.Random(f"votes {players} {cast}"), 0
    names = [str(number) for number in range(players)]
    for _ in range(count):
        drawn = [rng.gauss(0, 0.7) for _ in names]
        truth = {name: value - sum(drawn) / players for name, value in zip(names, drawn, strict=True)}
        wins: dict[tuple[str, str], float] = {}
        for _ in range(cast):
            one, other = rng.sample(names, 2)
            pair = (one, other) if rng.random() < chance(truth[one] - truth[other]) else (other, one)
            wins[pair] = wins.get(pair, 0.0) + 1
        for each in bradley_terry(wins).strengths:
            held += abs(each.value - truth[each.player]) <= Z95 * each.error
    return held / count / players


def watched(wins: float, cast: int, count: int, players: int = 2) -> float:
    """Returns the share of rankings in which the first is ever called better than the second, looking at every vote at
    first and later at one of ten."""
    rng, told = random.Random(f"watched {wins} {cast} {players}"), 0
    names = [str(number) for number in range(players)]
    for _ in range(count):
        ballots: list[Vote] = []
        for number in range(cast):
            left, right = sorted(rng.sample(names, 2))
            ballots.append(Vote(left, right, float(rng.random() < wins)))
            if number < 30 or number % 10 == 9:
                found = standing(ballots)
                if found is not None and found.told:
                    told += 1
                    break
    return told / count


def best(
    settings: int, rows: int, samples: int, spread: float, hard: float, count: int
) -> dict[str, float]:
    """Returns what is said of the best of some settings whose rates are about 0.7: by how much its rates are too high,
    how often their intervals hold its truth, and how often it is wrongly called proven, or the best is not among those
    that may be."""
    rng = random.Random(f"best {settings} {rows} {samples} {spread} {hard}")
    plan = Plan("P", tuple(f"a/{number}" for number in range(settings)), "{{x}}",
                inputs=tuple({"x": str(row)} for row in range(rows)), checks=(Check("contains", {"text": "x"}),))
    totals = dict.fromkeys(("raw over the truth", "raw covered", "honest over the truth", "honest covered",
                            "wrongly proven", "true best kept"), 0.0)
    for _ in range(count):
        truth = [min(max(0.7 + rng.gauss(0, spread), 0.05), 0.95) if spread else 0.7 for _ in range(settings)]
        level = [_difficulty(0.7, hard, rng) for _ in range(rows)]
        found = rank(plan, {cell: {str(at): _drawn(_moved(row, rate), samples, rng) for at, row in enumerate(level)}
                            for cell, rate in enumerate(truth)})
        assert found is not None
        first, at = found.best, found.best.cells[0]
        top = max(truth)
        rivals = {at, *(one.cells[0] for one in found.rivals)}
        for name, figure in zip(totals, (
            first.raw.value - truth[at], _holds(first.raw, truth[at]), first.honest.value - truth[at],
            _holds(first.honest, truth[at]), found.proven and (truth[at] < top or truth.count(top) > 1),
            any(truth[cell] == top for cell in rivals),
        ), strict=True):
            totals[name] += figure / count
    return totals


def _moved(row: float, rate: float) -> float:
    """Returns the rate of a row for a setting: rows of 0.7 on average are moved so that their mean is ``rate``."""
    return row * rate / 0.7 if rate < 0.7 else 1 - (1 - row) * (1 - rate) / 0.3


def gates(rates: Sequence[float], gate: Gate, count: int) -> tuple[float, float]:
    """Returns the share of runs that fail, and the requests of a run over those of one without a gate: five answers of
    each case, then as many more as the gate asks for."""
    rng, failed, requests, needed = random.Random(f"gate {rates}"), 0, 0, gate.needed(len(rates))
    for _ in range(count):
        verdicts = [_gated(rate, gate, needed, rng) for rate in rates]
        failed += any(bad for bad, _ in verdicts)
        requests += sum(asked for _, asked in verdicts)
    return failed / count, requests / count / 5 / len(rates)


def clustered_gate(rows: int, samples: int, correlation: float, rate: float, count: int) -> float:
    """Returns the share of cells that fail a bar of 0.8 when rows are drawn that pass at such a rate, and answers to a
    row are so alike."""
    gate, rng = Gate(0.8, alpha=0.05), random.Random(f"clustered gate {rows} {samples} {correlation} {rate}")
    failed = 0
    for _ in range(count):
        drawn = [_drawn(_difficulty(rate, correlation, rng), samples, rng) for _ in range(rows)]
        failed += gate.evidence([(round(sum(row.values)), samples) for row in drawn]) >= gate.needed(1)
    return failed / count


def fallen(rows: int, samples: int, correlation: float, gain: float, count: int) -> float:
    """Returns the share of pairs of runs of which the second is proven to pass less than the first, at 0.05. Each run
    draws how its answers to a row come out, so alike they are."""
    gate, rng = Gate(0, alpha=0.05), random.Random(f"fallen {rows} {samples} {correlation} {gain}")
    failed = 0
    for _ in range(count):
        old, new = ([_drawn(_difficulty(rate, correlation, rng), samples, rng).mean for _ in range(rows)]
                    for rate in (0.8, 0.8 + gain))
        failed += evidence_of_drop([after - before for before, after in zip(old, new, strict=True)]) >= gate.needed(1)
    return failed / count


def _gated(rate: float, gate: Gate, needed: float, rng: random.Random) -> tuple[bool, int]:
    """Returns whether a case with such a rate fails, and how many answers it took, by the rules of ``gate_run``."""
    asked, passed = 5, sum(rng.random() < rate for _ in range(5))
    while True:
        if gate.evidence([(passed, asked)]) >= needed:
            return True, asked
        if gate.is_good(passed, asked, at_first=asked == 5) or asked >= gate.most_samples:
            return False, asked
        more = min(gate.more_answers(passed, asked), gate.most_samples - asked)
        passed, asked = passed + sum(rng.random() < rate for _ in range(more)), asked + more
