"""Which of several settings is best: what is said of it, on simulated settings whose truth is known."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterable

import pytest
import scipy

from workbench.core.chat.messages import user
from workbench.core.experiments.best import Ranking, _shrinkage, best_words, holm, rank, shrunken
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check
from workbench.core.experiments.clusters import Row
from workbench.core.experiments.plan import Plan

CHECKS = (Check("contains", {"text": "x"}),)


def row(values: Iterable[bool]) -> Row:
    made = Row()
    for value in values:
        made.add(float(value))
    return made


def plan(settings: int, rows: int) -> Plan:
    return Plan("P", tuple(f"a/m{number}" for number in range(settings)), "{{x}}", checks=CHECKS,
                inputs=tuple({"x": str(number)} for number in range(rows)))


def answered(
    settings: int, rows: int, chance: Callable[[int, int], float], rng: random.Random, samples: int = 1
) -> Ranking:
    found = rank(plan(settings, rows), {
        cell: {str(at): row(rng.random() < chance(cell, at) for _ in range(samples)) for at in range(rows)}
        for cell in range(settings)})
    assert found is not None
    return found


@pytest.mark.costly
@pytest.mark.parametrize(("rows", "shown", "off"), [(50, 0.82, 0.03), (10, 0.95, 0.05)])
def test_the_luck_of_the_first_is_taken_out(rows: int, shown: float, off: float) -> None:
    """The best of sixty equal settings of .7 with fifty rows shows .84, with an interval that holds .7 in a third; with
    ten rows .97, and a quarter."""
    rng, raw, honest, raw_held, held, proven, sims = random.Random(1), 0.0, 0.0, 0, 0, 0, 40
    for _ in range(sims):
        found = answered(60, rows, lambda cell, at: 0.7, rng)
        best = found.best
        raw, honest = raw + best.raw.value / sims, honest + best.honest.value / sims
        raw_held += best.raw.low <= 0.7 <= best.raw.high
        held += best.honest.low <= 0.7 <= best.honest.high
        proven += found.proven
    assert raw > shown and raw_held / sims < 0.5
    assert abs(honest - 0.7) < off and held / sims >= 0.93 and proven == 0


def test_the_honest_interval_holds_the_truth_of_settings_that_differ() -> None:
    """Twelve settings, whose true rates are spread, on rows of different difficulty: never over nor under by much."""
    rng, off, held, wrong, kept, sims = random.Random(2), 0.0, 0, 0, 0, 120
    for _ in range(sims):
        shifts = [rng.gauss(0, 0.08) for _ in range(12)]
        hard = [rng.uniform(0.4, 0.9) for _ in range(40)]
        found = answered(12, 40, lambda cell, at: min(max(hard[at] + shifts[cell], 0), 1), rng, 2)  # noqa: B023
        true = 0.65 + shifts[found.best.cells[0]]
        off += (found.best.honest.value - true) / sims
        held += found.best.honest.low <= true <= found.best.honest.high
        first = max(range(12), key=shifts.__getitem__)
        wrong += found.proven and found.best.cells[0] != first
        kept += first in {found.best.cells[0], *(one.cells[0] for one in found.rivals)}
    assert abs(off) < 0.02 and 0.92 <= held / sims <= 0.99
    assert wrong / sims <= 0.05 and kept / sims >= 0.95


def test_the_best_is_proven_when_it_is_far_ahead() -> None:
    found = answered(3, 60, lambda cell, at: (0.95, 0.4, 0.5)[cell], random.Random(3), 3)
    assert found.proven and found.best.model == "a/m0" and found.rows == 60
    words = best_words(found)
    assert words.startswith("Best: a/m0: ") and "Proven better than the 2 other settings." in words
    assert found.best.raw.value >= found.best.honest.value > 0.85


def test_equal_settings_are_rarely_called_proven() -> None:
    rng = random.Random(4)
    proven = sum(answered(2, 30, lambda cell, at: 0.2 + 0.6 * (at % 2), rng, 2).proven for _ in range(300))
    assert proven / 300 <= 0.06


@pytest.mark.costly
def test_holm_is_scipys_order_of_bonferroni() -> None:
    """An example of the article's procedure: .01, .02, .03, .005 for four hypotheses."""
    assert holm([0.01, 0.02, 0.03, 0.005]) == pytest.approx([0.03, 0.04, 0.04, 0.02])
    assert holm([]) == [] and holm([0.9, 0.8]) == [1.0, 1.0]
    hochberg = scipy.stats.false_discovery_control([0.01, 0.02, 0.03, 0.005])
    assert all(strict >= loose for strict, loose in zip(holm([0.01, 0.02, 0.03, 0.005]), hochberg, strict=True))


@pytest.mark.parametrize(("squares", "count", "chance"), [(0.02, 12, 0.004), (0.3, 12, 0.004), (0.0001, 3, 0.001)])
def test_what_is_kept_is_the_mean_over_all_spreads_that_there_may_be(squares: float, count: int, chance: float) -> None:
    """Bayesian Data Analysis, section 5.4, with the same error for each: p(τ | y) ∝ (τ² + σ²)^(−(J − 1) / 2)
    exp(−Σ(y − ȳ)² / 2(τ² + σ²)) for a uniform τ, of which τ² / (τ² + σ²) of each distance is kept."""
    def posterior(spread: float) -> float:
        total = spread**2 + chance
        return (total / chance) ** (-(count - 1) / 2) * math.exp(-squares / 2 / total + squares / 2 / chance)

    whole = scipy.integrate.quad(posterior, 0, 0.5, points=[0.05])[0]
    kept, square = (scipy.integrate.quad(lambda tau, power: posterior(tau) * (tau**2 / (tau**2 + chance)) ** power,
                                   0, 0.5, (power,), points=[0.05])[0] / whole for power in (1, 2))
    found = _shrinkage(squares, count, chance)
    assert math.fsum(weight for _, weight in found) == pytest.approx(1, abs=1e-4)
    assert math.fsum(share * weight for share, weight in found) == pytest.approx(kept, rel=2e-3, abs=1e-5)
    assert math.fsum(share**2 * weight for share, weight in found) == pytest.approx(square, rel=1e-2, abs=1e-5)


def test_shrinkage_follows_the_data() -> None:
    """Settings that differ more than chance keep their rates, those that do not go to the mean of all."""
    apart = [[row([number < wins for number in range(10)]) for _ in range(30)] for wins in (2, 5, 8)]
    assert [one.value for one in shrunken(apart)] == pytest.approx([0.2, 0.5, 0.8], abs=0.01)
    rng = random.Random(5)
    alike = [[row([rng.random() < 0.5]) for _ in range(30)] for _ in range(30)]
    raw = [sum(each.mean for each in rows) / 30 for rows in alike]
    found = [one.value for one in shrunken(alike)]
    assert max(found) - min(found) < 0.5 * (max(raw) - min(raw))
    assert sum(found) == pytest.approx(sum(raw))


@pytest.mark.parametrize("rows", [1, 2, 5, 6, 50])
@pytest.mark.parametrize("passed", [True, False])
def test_settings_that_all_pass_or_all_fail(rows: int, passed: bool) -> None:
    found = answered(4, rows, lambda cell, at: float(passed), random.Random(6), 3)
    assert not found.proven and len(found.rivals) == 3
    assert found.all_equal and best_words(found).startswith("No setting is ahead: ")
    honest = found.best.honest
    assert honest.value == pytest.approx(float(passed)) and honest.high - honest.low > 0.05


def test_only_rows_that_all_have_answered_are_compared() -> None:
    rows = {0: {"a": row([True]), "b": row([True])}, 1: {"a": row([False])}, 2: {}}
    found = rank(plan(3, 2), rows)
    assert found is not None and found.rows == 1 and len(found.contenders) == 2
    assert rank(plan(3, 2), {0: rows[0]}) is None and rank(plan(3, 2), {0: rows[0], 1: {"c": row([True])}}) is None
    assert rank(plan(3, 2), rows, left_out=[1]) is None
    assert rank(Plan("P", ("a/m", "a/n"), "Hi"), {0: {"": row([True])}, 1: {"": row([True])}}) is None  # no checks


def test_settings_are_ranked_over_all_cases() -> None:
    """A suite asked with two temperatures: its cells are case by temperature, what is compared are the temperatures."""
    cases = tuple(Case(name, (user("Hi"),), model="a/m", checks=CHECKS) for name in ("one", "two"))
    suite = Plan("S", (), cases=cases, axes={"temperature": (0, 1)})
    found = rank(suite, {0: {"one": row([True] * 9)}, 1: {"one": row([False] * 9)},
                         2: {"two": row([True] * 9)}, 3: {"two": row([True] * 4 + [False] * 5)}})
    assert found is not None and found.rows == 2 and found.proven
    assert (found.best.cells, found.best.name) == ((0, 2), "temperature 0")
    assert found.to_json()["proven"] is True and found.contenders[1].to_json()["proven_behind"] is True


def test_a_setting_that_is_ahead_is_named() -> None:
    found = answered(4, 12, lambda cell, at: float(cell == 1), random.Random(1))
    assert not found.all_equal and best_words(found).startswith("Best: a/m1: 100")
