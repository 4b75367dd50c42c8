"""Estimates from answers to rows: against SciPy, published formulas, and simulated rows whose truth is known."""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
import scipy

from workbench.core.experiments.clusters import (
    FEW_ROWS,
    Row,
    clustered_mean,
    clustered_rate,
    clustered_variance,
    difference,
)
from workbench.core.experiments.statistics import (
    LEVEL,
    rate_difference,
    rate_interval,
    score_interval,
    t_quantile,
    wilson,
)


def row(*values: float, greedy: Sequence[str] = ()) -> Row:
    made = Row()
    for at, value in enumerate(values):
        made.add(value, greedy[at] if greedy else "", greedy=bool(greedy))
    return made


def test_the_clustered_error_is_millers() -> None:
    """Adding error bars to evals, equation 4: the errors of all pairs of answers to one row, added up; with the
    correction for few clusters that R's sandwich makes by default, R/(R − 1)."""
    rng = np.random.default_rng(1)
    table = [rng.integers(0, 2, size).astype(float) for size in (3, 5, 1, 4, 4)]
    middle = float(np.concatenate(table).mean())
    pairs = sum(float(np.outer(values - middle, values - middle).sum()) for values in table)
    rows = [row(*values) for values in table]
    assert clustered_variance(rows, middle) == pytest.approx(pairs / 17**2 * 5 / 4)


def test_one_answer_to_each_row_is_wilsons_interval() -> None:
    found = clustered_rate([row(float(number < 7)) for number in range(20)])
    assert found is not None and found.interval == wilson(7, 20)
    assert (found.answers, found.rows, found.independent) == (20, 20, 20)


def test_answers_to_one_row_tell_of_that_row() -> None:
    found = clustered_rate([row(*[1.0] * 8, *[0.0] * 2)])
    assert found is not None and found.interval == wilson(8, 10)
    assert clustered_rate([]) is None and clustered_mean([row()]) is None


def test_the_same_answer_of_a_model_that_has_no_choice_is_one_observation() -> None:
    """Twenty times the same text at temperature 0; and two rows, three times the same answer each."""
    found = clustered_rate([row(*[1.0] * 20, greedy=["x"] * 20)])
    assert found is not None and found.interval == rate_interval(1, 1) and (found.answers, found.independent) == (20, 1)
    found = clustered_rate([row(1, 1, 1, greedy="aaa"), row(0, 0, 0, greedy="bbb")])
    assert found is not None and found.interval == rate_interval(0.5, 2) and found.independent == 2
    mixed = clustered_rate([row(1, 1, 0, greedy="aab")])  # it had a choice after all
    assert mixed is not None and mixed.independent == 2 and mixed.interval.value == pytest.approx(2 / 3)


def test_rows_that_always_pass_or_always_fail_count_once() -> None:
    found = clustered_rate([row(*[float(number < 6)] * 10) for number in range(10)])
    assert found is not None and found.interval == wilson(6, 10) and found.independent == pytest.approx(10)
    every = clustered_rate([row(*[1.0] * 5) for _ in range(20)])  # no failure that would tell how alike they are
    assert every is not None and every.interval == wilson(20, 20)


def test_failures_in_different_rows_tell_that_answers_are_independent() -> None:
    """The first tells half of it, each more of the rest: one answer that fails says little of how rows fail."""
    worth = []
    for failed in range(20):
        found = clustered_rate([row(*[1.0] * 4, float(number >= failed)) for number in range(20)])
        assert found is not None
        worth.append(found.independent)
    assert worth == sorted(worth) and worth[0] == 20 and 30 < worth[1] < 40 and worth[-1] > 80


@pytest.mark.parametrize("rate", [0.5, 0.7, 0.9, 0.97])
@pytest.mark.parametrize("count", [2, 4, 6])
def test_a_few_rows_hold_the_truth_at_least_so_often(count: int, rate: float) -> None:
    """Wilson's interval of four held one half in 87.5 %, and of two .97 in 94 %."""
    held = sum(math.comb(count, passed) * rate**passed * (1 - rate) ** (count - passed)
               for passed in range(count + 1)
               if (found := clustered_rate([row(float(at < passed)) for at in range(count)])) is not None
               and found.interval.low <= rate <= found.interval.high)
    assert held >= 0.94


def test_a_mean_of_scores() -> None:
    rng = np.random.default_rng(2)
    table = rng.beta(6, 4, (30, 1))
    found = clustered_mean([row(*map(float, values)) for values in table])
    assert found is not None
    right = scipy.stats.ttest_1samp(table[:, 0], 0).confidence_interval(0.95)
    assert (found.interval.low, found.interval.high) == pytest.approx((right.low, right.high), abs=0.003)
    same = clustered_mean([row(0.8)] * 10)  # no variance to go by
    assert same is not None and same.interval == score_interval(0.8, 10)
    assert clustered_mean([row(0.8)]).interval == rate_interval(0.8, 1)  # type: ignore[union-attr]


def test_rows_are_compared_with_themselves() -> None:
    rng = np.random.default_rng(5)
    old = rng.beta(2, 1, 60)
    new = np.clip(old + rng.normal(0.05, 0.1, 60), 0, 1)
    found = difference({str(at): row(float(value)) for at, value in enumerate(old)},
                       {str(at): row(float(value)) for at, value in enumerate(new)})
    right = scipy.stats.ttest_rel(new, old)
    ends = right.confidence_interval(0.95)
    assert found is not None and found.rows == 60 and not found.about_these
    assert (found.interval.low, found.interval.high) == pytest.approx((ends.low, ends.high), abs=0.002)
    assert found.p_value == pytest.approx(right.pvalue, rel=0.25) and found.p_value > right.pvalue


def test_a_change_is_no_surer_than_the_rows_that_changed() -> None:
    """Six rows of six have fallen: a sign test has p = 2/64. Of fifty equal rows none has: not known to nothing."""
    old, new = {str(n): row(1) for n in range(6)}, {str(n): row(0) for n in range(6)}
    found = difference(old, new)
    assert found is not None and found.interval.value == -1 and found.interval.high < 0
    assert found.p_value == pytest.approx(scipy.stats.binomtest(6, 6).pvalue)
    same = difference({str(n): row(1) for n in range(50)}, {str(n): row(1) for n in range(50)})
    assert same is not None and same.p_value == 1 and 0.02 < same.interval.high < 0.08


@pytest.mark.parametrize(("count", "samples", "harder"), [(50, 2, 0.3), (20, 10, 0.3), (10, 20, 0.3), (50, 3, 0.0)])
def test_prompts_that_are_equal_on_average_are_rarely_told_apart(count: int, samples: int, harder: float) -> None:
    """Which rows are hard differs between the two. Taking answers for independent calls 12 to 58 % of them changed."""
    rng, called, sims = random.Random(6), 0, 400
    for _ in range(sims):
        old, new = {}, {}
        for name in map(str, range(count)):
            middle, shift = rng.uniform(0.35, 0.65), rng.uniform(-harder, harder)
            old[name] = row(*(float(rng.random() < middle - shift) for _ in range(samples)))
            new[name] = row(*(float(rng.random() < middle + shift) for _ in range(samples)))
        found = difference(old, new)
        called += found is not None and not found.interval.low <= 0 <= found.interval.high
    assert called / sims <= 0.075


@pytest.mark.parametrize(("rows", "samples", "gain", "seen"), [
    (50, 3, 0.1, 0.4), (50, 3, 0.15, 0.7), (200, 1, 0.1, 0.55)])
def test_a_gain_is_seen_through_rows_of_different_difficulty(
    rows: int, samples: int, gain: float, seen: float
) -> None:
    """So much better in each row. Unpaired intervals see it in 11, 33 and 18 % of comparisons."""
    rng, called, sims = random.Random(7), 0, 300
    for _ in range(sims):
        chances = [rng.betavariate(0.6, 0.4) * (1 - gain) for _ in range(rows)]
        old = {str(at): row(*(float(rng.random() < p) for _ in range(samples))) for at, p in enumerate(chances)}
        new = {str(at): row(*(float(rng.random() < p + gain) for _ in range(samples))) for at, p in enumerate(chances)}
        found = difference(old, new)
        called += found is not None and found.interval.low > 0
    assert called / sims > seen, called / sims


def test_few_rows_are_compared_as_these_rows() -> None:
    """One row is Newcombe's interval; of more, whose answers alone vary, the arms are added by their squares."""
    one = difference({"a": row(*[1.0] * 9, 0)}, {"a": row(*[1.0] * 2, *[0.0] * 8)})
    right = rate_difference(wilson(9, 10), wilson(2, 10))
    assert one is not None and one.about_these and one.rows == 1
    assert (one.interval.low, one.interval.high) == pytest.approx((right.low, right.high))
    three = difference({name: row(*[1.0] * 10) for name in "abc"}, {name: row(*[0.0] * 10) for name in "abc"})
    assert three is not None and three.rows == 3 < FEW_ROWS and three.interval.high < -0.7
    assert three.p_value < 1e-6


@pytest.mark.costly
@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize(("count", "samples"), [(6, 1), (6, 2), *((n, k) for n in range(1, 6) for k in (1, 2, 3))])
def test_few_rows_of_equal_prompts_are_called_different_in_at_most_one_of_twenty(
    count: int, samples: int, shared: bool
) -> None:
    """All outcomes, each with its chance, for rows that pass at 0.1, 0.3, 0.5 and 0.7."""
    counts = [(old, new) for old in range(samples + 1) for new in range(samples + 1)]
    made = [row(*[1.0] * passed, *[0.0] * (samples - passed)) for passed in range(samples + 1)]
    called = dict.fromkeys((0.1, 0.3, 0.5, 0.7), 0.0)
    for outcome in itertools.combinations_with_replacement(counts, count):
        old, new = ({f"{at}" if shared else f"{side} {at}": made[pair[side]] for at, pair in enumerate(outcome)}
                    for side in (0, 1))
        found = difference(old, new)
        assert found is not None
        differs, proven = not found.interval.low <= 0 <= found.interval.high, found.p_value < 1 - LEVEL
        assert differs <= proven
        if differs or proven:
            orders = math.factorial(count) / math.prod(map(math.factorial, Counter(outcome).values()))
            ways = orders * math.prod(math.comb(samples, passed) for pair in outcome for passed in pair)
            passed, of = sum(map(sum, outcome)), 2 * samples * count
            for rate in called:
                called[rate] += ways * rate**passed * (1 - rate) ** (of - passed)
    assert max(called.values()) <= 0.05


def test_one_answer_to_each_of_few_rows_is_mcnemars_exact_test() -> None:
    """Two of three rows have changed, one way: that is a coin that fell alike twice."""
    found = difference({"a": row(0), "b": row(0), "c": row(1)}, {name: row(1) for name in "abc"})
    assert found is not None and found.p_value == pytest.approx(scipy.stats.binomtest(2, 2).pvalue)
    assert found.interval.low <= 0


def test_many_answers_to_few_rows_are_fishers_test_by_rows() -> None:
    one = difference({"a": row(*[1.0] * 2, 0)}, {"a": row(0, 0, 0)})
    right = scipy.stats.fisher_exact([[2, 1], [0, 3]], alternative="greater").pvalue
    assert one is not None and one.p_value == pytest.approx(2 * right)
    long = difference({name: row(*[1.0] * 500, *[0.0] * 500) for name in "abcde"},
                      {name: row(*[1.0] * 520, *[0.0] * 480) for name in "abcde"})
    assert long is not None and 0.03 < long.p_value < 0.06  # five thousand answers each


def test_rows_that_only_one_has_are_left_out_and_without_common_ones_means_are_compared() -> None:
    old = {str(n): row(1, 0) for n in range(10)}
    found = difference(old, {str(n): row(1, 1) for n in range(4, 30)})
    assert found is not None and found.rows == 6
    apart = difference(old, {f"other {n}": row(1, 1) for n in range(10)})
    assert apart is not None and apart.rows == 0 and apart.interval.value == 0.5 and apart.p_value < 0.05
    assert difference({}, old) is None


def test_the_point_of_student_is_taken_for_the_number_of_rows() -> None:
    rows = [row(*[float(n < 5 + at % 3) for n in range(10)]) for at in range(12)]
    found = clustered_rate(rows)
    assert found is not None and found.independent > 12
    assert found.interval == score_interval(found.interval.value, found.independent, t_quantile(11))
