"""The gate: unchanged suites pass, what has fallen fails, and what is asked again for it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping, Sequence

import pytest

from workbench.core.chat.messages import user
from workbench.core.errors import BadInput
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check, CheckResult
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.gate import FAILED, NOT_ASKED, NOT_PROVEN, PASSED, Gate, Judgement
from workbench.core.experiments.gate_run import Earlier, judge, run_gated, undecided
from workbench.core.experiments.gate_words import cell_words, judgement_words, round_words
from workbench.core.experiments.outcome import outcome_of_results
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.runner import Progress
from workbench.core.experiments.tally import summaries_of

CHECKS = (Check("contains", {"text": "x"}),)


BAR = Gate(0.8)


def suite(count: int = 20, samples: int = 5, gate: Gate | None = BAR) -> Plan:
    cases = tuple(Case(f"case {number}", (user(f"Hi {number}"),), model="a/m", checks=CHECKS)
                  for number in range(count))
    return Plan("Suite", (), samples=samples, cases=cases, gate=gate)


class Model:
    """Answers requests as a model would whose answers to each case pass with a certain rate."""

    def __init__(self, rates: Sequence[float], rng: random.Random, broken: Sequence[int] = ()) -> None:
        self.rates, self.rng, self.broken = rates, rng, broken
        self.results: list[Result] = []
        self.rounds: list[Experiment] = []

    async def ask(self, part: Experiment) -> Progress:
        for job in part.jobs:
            cell = job.cell.index
            self.results.append(Result(
                job.key, cell, "a/m", {}, dict(job.row.values), job.sample, "x", case=job.cell.case,
                error="refused" if cell in self.broken else "",
                checks=(CheckResult("contains", self.rng.random() < self.rates[cell]),)))
        return Progress(len(part.jobs), len(part.jobs))

    def run(self, plan: Plan, since: Earlier | None = None) -> Judgement:
        asyncio.run(run_gated(Experiment(plan), self.ask, self.results, since, on_round=self.rounds.append))
        assert plan.gate is not None
        return judge(plan, plan.gate, self.results, since)


@pytest.mark.parametrize(("rate", "count", "samples"), [(0.9, 20, 5), (0.95, 20, 5), (0.95, 20, 3), (0.95, 50, 5)])
def test_an_unchanged_suite_passes_for_few_more_requests(rate: float, count: int, samples: int) -> None:
    """Under a bar of .8. By the point estimate of each cell these suites fail in 82, 37, 95 and 68 % of runs."""
    rng, failed, requests, sims, plan = random.Random(1), 0, 0, 30, suite(count, samples)
    for _ in range(sims):
        model = Model([rate] * count, rng)
        failed += model.run(plan).verdict == FAILED
        requests += len(model.results)
    assert failed / sims <= 0.01
    assert requests / sims <= 1.3 * plan.requests


@pytest.mark.costly
def test_a_case_that_has_fallen_is_caught() -> None:
    rng, caught, sims, plan = random.Random(2), 0, 40, suite()
    for _ in range(sims):
        found = Model([0.95] * 19 + [0.4], rng).run(plan)
        caught += found.cells[19].verdict == FAILED
        assert all(one.verdict != FAILED for one in found.cells[:19])
    assert caught / sims >= 0.9


def test_what_is_at_the_bar_fails_as_rarely_as_alpha_says() -> None:
    rng, sims, plan = random.Random(3), 40, suite(5, gate=Gate(0.8, alpha=0.1))
    failed = sum(Model([0.8] * 5, rng).run(plan).verdict == FAILED for _ in range(sims))
    assert failed / sims <= 0.1


def test_what_looks_bad_and_is_not_proven_passes_with_a_word() -> None:
    model = Model([0.6, 1.0], random.Random(1))
    found = model.run(suite(2, gate=Gate(0.8, most_samples=8)))
    assert [one.verdict for one in found.cells] == [NOT_PROVEN, PASSED]
    assert found.verdict == NOT_PROVEN and found.cells[0].answers == 8 and found.cells[0].asked_again
    assert "1 cell looks bad, which may be chance" in judgement_words(found)
    assert cell_words(found, found.cells[0]).startswith("gate: not proven, ")
    assert round_words(model.rounds[0]).startswith("Gate: 1 cell is undecided: ")
    grew = found.cells[0].grew
    assert [answers for answers, *_ in grew] == [5, 6, 7, 8] and grew[-1][1] == found.cells[0].below


def test_requests_that_fail_are_not_answers_and_are_not_asked_for_ever() -> None:
    model = Model([1.0, 1.0], random.Random(1), broken=[1])
    found = model.run(suite(2))
    assert [one.verdict for one in found.cells] == [PASSED, NOT_ASKED] and found.verdict == NOT_ASKED
    assert not model.rounds and "too few answers" in judgement_words(found)

    class Failing(Model):
        async def ask(self, part: Experiment) -> Progress:
            self.broken = [0] if part.again else []
            return await super().ask(part)

    model = Failing([0.5, 1.0], random.Random(4))
    found = model.run(suite(2))
    assert found.cells[0].answers == 5 and len(model.rounds) == 1  # nothing came of the round, so there is no other


def test_the_cap_on_the_cost_ends_the_rounds() -> None:
    class Capped(Model):
        async def ask(self, part: Experiment) -> Progress:
            progress = await super().ask(part)
            progress.stopped_because = "The cap is reached." if part.again else ""
            return progress

    model = Capped([0.3, 1.0], random.Random(4))
    progress = asyncio.run(run_gated(Experiment(suite(2)), model.ask, model.results, on_round=model.rounds.append))
    assert progress.stopped_because and progress.done == progress.total == 10 and len(model.rounds) == 1


def test_the_rates_of_a_run_are_of_the_first_answers() -> None:
    """A gate asks the unlucky again: with what it asks, each such cell would weigh more than the others."""
    plan, model = suite(2), Model([0.3, 1.0], random.Random(4))
    model.run(plan)
    assert len(model.results) > 10
    unlucky, _ = summaries_of(plan, model.results)
    first = [one.passed for one in model.results if one.cell == 0 and one.sample < 5]
    assert unlucky.done == 5 and unlucky.pass_rate is not None and unlucky.pass_rate.value == sum(first) / 5
    outcome = outcome_of_results(plan, model.results)
    assert outcome.rate is not None and outcome.rate.value == (sum(first) + 5) / 10
    assert outcome.judgement is not None and outcome.judgement.cells[0].answers > 5


def answered(plan: Plan, passed: Mapping[int, int], samples: int) -> list[Result]:
    """So many of the answers of each cell pass, the first ones."""
    return [Result(f"{cell} {sample}", cell, "a/m", {}, {}, sample, "x", case=f"case {cell}",
                   checks=(CheckResult("contains", sample < count),))
            for cell, count in passed.items() for sample in range(samples)]


def test_a_fall_since_the_earlier_run_is_proven_by_all_cells_together() -> None:
    """Ten cases that all passed 10 of 10, and now 6: each alone is above the bar, and nothing is proven of it."""
    plan = suite(10, samples=10, gate=Gate(0.5))
    old, new = answered(plan, dict.fromkeys(range(10), 10), 10), answered(plan, dict.fromkeys(range(10), 6), 10)
    found = judge(plan, plan.gate or Gate(0), new, (plan, old))
    assert found.verdict == FAILED and not any(one.verdict == FAILED for one in found.cells)
    whole = found.whole
    assert whole is not None and whole.proven and (whole.rows, whole.fell, whole.rose) == (10, 10, 0)
    assert "proven to have fallen since the earlier run: of 10 rows 10 fell and 0 rose" in (
        judgement_words(found))
    same = judge(plan, plan.gate or Gate(0), old, (plan, old))
    assert same.verdict == PASSED and same.whole is not None and not same.whole.proven
    small = judge(plan, Gate(0.5, min_effect=0.5), new, (plan, old))
    assert small.whole is not None and not small.whole.proven  # a fall of 40 points does not matter here


def test_a_case_that_has_fallen_is_asked_again_until_that_is_proven() -> None:
    """It passed 20 of 20 and passes a third now, above the bar of 0: the earlier run alone is what it is held to."""
    plan = suite(3, samples=5, gate=Gate(0))
    old = answered(plan, dict.fromkeys(range(3), 20), 20)
    model = Model([1.0, 0.3, 1.0], random.Random(5))
    found = model.run(plan, (plan, old))
    assert [one.verdict for one in found.cells] == [PASSED, FAILED, PASSED]
    fallen = found.cells[1]
    assert fallen.fall is not None and fallen.fall >= found.needed and fallen.below == 0 and fallen.answers > 5
    assert "1 cell is proven to pass less than it did." in judgement_words(found)


def test_unchanged_suites_are_rarely_said_to_have_fallen() -> None:
    rng, plan, sims = random.Random(6), suite(10, gate=Gate(0, alpha=0.05)), 40
    failed = 0
    for _ in range(sims):
        rates = [rng.choice((0.6, 0.9, 1.0)) for _ in range(10)]
        before = Model(rates, rng)
        before.run(plan)
        failed += Model(rates, rng).run(plan, (plan, before.results)).verdict == FAILED
    assert failed / sims <= 0.05


def table(rows: int, samples: int, gate: Gate | None = BAR) -> Plan:
    return Plan("P", ("a/m",), "{{x}}", inputs=tuple({"x": str(number)} for number in range(rows)), samples=samples,
                checks=CHECKS, gate=gate)


class Stubborn(Model):
    """Answers a row the same each time: in a certain share of rows with what passes, which ones differs by run."""

    def __init__(self, rate: float, rng: random.Random) -> None:
        super().__init__([rate], rng)
        self.fixed: dict[str, bool] = {}

    async def ask(self, part: Experiment) -> Progress:
        for job in part.jobs:
            passed = self.fixed.setdefault(job.row.values["x"], self.rng.random() < self.rates[0])
            self.results.append(Result(job.key, 0, "a/m", {"temperature": 0}, dict(job.row.values), job.sample, "x",
                                       checks=(CheckResult("contains", passed),)))
        return Progress(len(part.jobs), len(part.jobs))


@pytest.mark.costly
def test_rows_that_answer_alike_each_time_fail_as_rarely_as_alpha_says() -> None:
    """Twenty rows, each asked twenty times and always answered the same; rows like these pass at the bar. By their
    answers a quarter of such runs failed, since four hundred seem to speak where twenty do."""
    rng, plan, sims, failed, requests = random.Random(8), table(20, 20, Gate(0.8, alpha=0.05)), 60, 0, 0
    for _ in range(sims):
        model = Stubborn(0.8, rng)
        failed += model.run(plan).verdict == FAILED
        requests += len(model.results)
    assert failed / sims <= 0.05
    assert requests / sims <= 1.05 * plan.requests  # what never varies is not asked again
    assert Stubborn(0.3, rng).run(plan).verdict == FAILED


def test_one_of_many_rows_that_answers_otherwise_each_time_is_no_fall() -> None:
    plan = table(20, 20, Gate(0))
    old, new = Stubborn(1, random.Random(1)), Stubborn(1, random.Random(1))
    old.run(plan)
    new.fixed["7"] = False
    found = new.run(plan, (plan, old.results))
    assert found.verdict == PASSED and found.whole is not None and not found.whole.proven
    assert (found.whole.rows, found.whole.fell, found.whole.rose) == (20, 1, 0)
    new.fixed.update(dict.fromkeys(map(str, range(12)), False))
    new.results.clear()
    assert new.run(plan, (plan, old.results)).verdict == FAILED


@pytest.mark.costly
def test_runs_that_differ_by_chance_alone_have_not_fallen_however_alike_the_answers_to_a_row_are() -> None:
    rng, plan, sims, failed = random.Random(9), table(20, 20, Gate(0, alpha=0.05)), 60, 0
    for _ in range(sims):
        old, new = Stubborn(0.8, rng), Stubborn(0.8, rng)
        old.run(plan)
        failed += new.run(plan, (plan, old.results)).verdict == FAILED
    assert failed / sims <= 0.05


@pytest.mark.costly
@pytest.mark.parametrize("rate", [0.9, 0.95])
def test_an_unchanged_suite_has_not_fallen_and_costs_few_more_requests(rate: float) -> None:
    rng, plan, sims, failed, requests = random.Random(10), suite(), 30, 0, 0
    for _ in range(sims):
        old, new = Model([rate] * 20, rng), Model([rate] * 20, rng)
        old.run(plan)
        failed += new.run(plan, (plan, old.results)).verdict == FAILED
        requests += len(new.results)
    assert failed / sims <= 0.01
    assert requests / sims <= 1.3 * plan.requests


def test_an_earlier_run_of_other_rows_compares_nothing_and_that_is_said() -> None:
    plan = table(8, 2, None)
    other = Plan("P", ("a/m",), "{{x}}", inputs=({"x": "a"}, {"x": "b"}), samples=2, checks=CHECKS)
    old, new = Stubborn(1, random.Random(1)), Stubborn(1, random.Random(1))
    for model, asked in ((old, other), (new, plan)):
        asyncio.run(model.ask(Experiment(asked)))
    found = outcome_of_results(plan, new.results, since=(other, old.results)).judgement
    assert found is not None and found.compares_nothing and found.verdict == NOT_ASKED
    assert "Nothing could be compared with the earlier run" in judgement_words(found)


def test_without_a_bar_a_cell_that_never_passes_is_not_asked_again() -> None:
    model = Model([0.0, 1.0], random.Random(1))
    assert model.run(suite(2, gate=Gate(0))).verdict == PASSED and not model.rounds


def test_inputs_of_a_cell_are_asked_in_whole_rounds_and_judged_together() -> None:
    rows = tuple({"x": str(number)} for number in range(10))
    plan = Plan("P", ("a/m",), "{{x}}", inputs=rows, samples=1, checks=CHECKS, gate=Gate(0.9))
    model = Model([0.3], random.Random(7))
    found = model.run(plan)
    assert found.verdict == FAILED and all(len(each.jobs) == 10 for each in model.rounds)
    assert len({result.key for result in model.results}) == len(model.results)
    assert undecided(plan, found, {}) == {}


def test_a_further_round_has_requests_of_its_own_that_a_resumed_run_knows() -> None:
    plan = suite(2)
    again = Experiment(plan, {1: range(5, 7)})
    assert [(job.cell.index, job.sample) for job in again.jobs] == [(1, 5), (1, 6)]
    places = Experiment(plan).places()
    assert len(places) == 120 and {places[job.key] for job in again.jobs} == {1}
    assert {job.key for job in Experiment(plan).jobs} <= places.keys()


@pytest.mark.parametrize(("gate", "sentence"), [
    ({}, "needs a bar"), ({"bar": 2}, "needs a bar"), ({"bar": float("nan")}, "bar must be a number"),
    ({"bar": 0.8, "alpha": 0}, "alpha"), ({"bar": 0.8, "alpha": 0.7}, "alpha"),
    ({"bar": 0.8, "most_samples": 2}, "most_samples"), ({"bar": 0.8, "min_effect": 1}, "min_effect"),
    ({"bar": 0.8, "level": 1}, "which no gate has"),
    ({"bar": 0.8, "most_samples": 200_000}, "Lower its most_samples"), ("strict", "must be a table"),
])
def test_gates_that_cannot_be(gate: object, sentence: str) -> None:
    data = {**suite(2, gate=None).to_json(), "gate": gate}
    with pytest.raises(BadInput, match=sentence):
        Plan.from_json(data)


def test_a_gate_needs_checks_and_takes_the_place_of_the_pass_rate() -> None:
    data = suite(2).to_json()
    assert Plan.from_json(data) == suite(2)
    with pytest.raises(BadInput, match="not both"):
        Plan.from_json({**data, "min_pass_rate": 0.5})
    with pytest.raises(BadInput, match="needs checks"):
        Plan("P", ("a/m",), "Hi", gate=Gate(0.8))
    many = Plan.from_json({**data, "gate": {"bar": 0.8}, "samples": 80})
    assert many.gate is not None and many.gate.most_samples == 80
