"""Answers of one cell compared with another's: in both orders, after these have come, once, and within the cap."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Run
from workbench.core.errors import BadInput, Refused
from workbench.core.experiments.checks import Check, read_check
from workbench.core.experiments.estimate import estimate
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.outcome import outcome_of_results
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.rerun import adopted
from workbench.core.experiments.results import Result
from workbench.core.experiments.runner import Progress, Runner
from workbench.core.experiments.tally import summaries_of
from workbench.core.reply.events import Event, Failed, Finished, TextDelta, UsageReport
from workbench.core.reply.usage import Price, Usage
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Request
from workbench.files.experiments.check_process import CheckProcess

ROWS = tuple({"text": f"question {number}"} for number in range(8))
PLAIN: dict[str, Any] = {"kind": "pairwise", "rubric": "Is it warm?", "model": "c/judge"}


def plan_of(**fields: Any) -> Plan:
    return Plan("p", ("a/m", "b/m"), "{{text}}", axes={"temperature": (0, 1)}, inputs=ROWS, samples=2,
                checks=(read_check({**PLAIN, **fields}),))


class Judged:
    """Models that answer with their name and temperature, and a judge that prefers the higher temperature, and of
    equal ones what it is shown first."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.failing = ""  # the answer that cannot be had
        self.price = Price(1.0, 1.0)

    def resolve(self, text: str) -> ModelRef:
        return ModelRef.parse(text)

    def info(self, ref: ModelRef) -> ModelInfo:
        return ModelInfo(ref, price=self.price)

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        if str(request.model) == "c/judge":
            said = request.messages[-1].text
            first, second = (float(said.split(f"<{place}>\n")[1].split()[1]) for place in ("first", "second"))
            answer = json.dumps({"reason": "warmth", "better": "second" if second > first else "first"})
            self.asked.append("judge")
        else:
            answer = f"{request.model} {request.params['temperature']}"
            self.asked.append(answer)
            if answer == self.failing:
                yield Failed(Refused("No."))
                return
        yield TextDelta(answer)
        yield UsageReport(Usage(1, 1))
        yield Finished("stop")


def ran(run: Run, plan: Plan, models: Judged, known: list[Result] | None = None) -> tuple[Progress, list[Result]]:
    results: list[Result] = []
    with CheckProcess() as worker:
        progress = run(Runner(Experiment(plan), models, results.append, worker,  # type: ignore[arg-type]  # no more
                              known=known or ()).run())                         # of it is asked
    return progress, results


@pytest.mark.parametrize(("than", "compared"), [
    ({}, {"a/m 1": ("a/m 0", 1.0), "b/m 0": ("a/m 0", 0.5), "b/m 1": ("a/m 0", 1.0)}),
    ({"temperature": 0}, {"a/m 1": ("a/m 0", 1.0), "b/m 1": ("b/m 0", 1.0)}),
    ({"temperature": 1.0}, {"a/m 0": ("a/m 1", 0.0), "b/m 0": ("b/m 1", 0.0)}),
    ({"model": "b/m"}, {"a/m 0": ("b/m 0", 0.5), "a/m 1": ("b/m 1", 0.5)}),
    ({"model": "b/m", "temperature": 1}, {"a/m 0": ("b/m 1", 0.0), "a/m 1": ("b/m 1", 0.5), "b/m 0": ("b/m 1", 0.0)}),
])
def test_each_answer_is_compared_with_that_of_the_setting(
    run: Run, than: dict[str, Any], compared: dict[str, tuple[str, float]]
) -> None:
    plan, models = plan_of(**({"than": than} if than else {})), Judged()
    progress, results = ran(run, plan, models)
    assert progress.failed == 0 and len(results) == 64
    assert models.asked.count("judge") == 2 * 16 * len(compared)
    text = {result.key: result.text for result in results}
    opponents = Experiment(plan).opponents
    assert {text[key]: text[other] for key, other in opponents.items()} == {
        one: other for one, (other, _) in compared.items()}
    scores = {result.text: result.checks[0].score for result in results}
    assert scores == {text: compared.get(text, ("", None))[1] for text in scores}
    assert all(result.passed and result.score is None for result in results), "it only measures"
    assert estimate(Experiment(plan), models.info).requests == len(models.asked)


def test_a_plan_in_which_nothing_can_fail_has_no_pass_rate(run: Run) -> None:
    measured = read_check({"kind": "contains", "text": "a/m", "weight": 0})
    for plan in (plan_of(), replace(plan_of(), checks=(*plan_of().checks, measured))):
        results = ran(run, plan, Judged())[1]
        found = outcome_of_results(plan, results)
        assert not plan.is_checked and found.rate is None and found.ranking is None
        assert [one.checked_rate for one in summaries_of(plan, results)] == [None] * 4
    assert replace(plan, checks=(read_check({"kind": "contains", "text": "a/m", "weight": 1}),)).is_checked


def test_a_cell_says_how_often_it_was_preferred(run: Run) -> None:
    plan = plan_of()
    summaries = summaries_of(plan, ran(run, plan, Judged())[1])
    assert [len(one.preferences) for one in summaries] == [0, 1, 1, 1] and summaries[1].by_check == {}
    warm, even = summaries[1].preferences[0], summaries[2].preferences[0]
    assert (warm.won, warm.tied, warm.lost, warm.rows, warm.verdict) == (16, 0, 0, 8, "better")
    assert (even.won, even.tied, even.lost, even.verdict, even.share.value) == (0, 16, 0, "may be chance", 0.5)
    assert "100 %" in warm.words.replace("\u00a0", " ") and "(16 won, 0 tied, 0 lost)" in warm.words
    assert summaries[1].to_json()["preferences"] == [warm.to_json()]
    assert summaries[2].judged["pairwise by c/judge"].orders == {"first": 16}


def test_what_has_nothing_to_be_compared_with_is_not_paid_and_is_asked_when_it_has(run: Run) -> None:
    plan, models = plan_of(), Judged()
    models.failing = "a/m 0"
    progress, results = ran(run, plan, models)
    assert progress.failed == 64 and set(models.asked) == {"a/m 0"} and len(models.asked) == 16
    assert {result.error for result in results if result.text == ""} > {"No."}
    models.failing, models.asked = "", []
    progress, again = ran(run, plan, models, results)
    assert progress.failed == 0 and models.asked.count("judge") == 96 and len(again) == 64


def test_a_run_goes_on_where_it_was_stopped(run: Run) -> None:
    plan, models = plan_of(), Judged()
    results = ran(run, plan, models)[1]
    models.asked = []
    kept = [result for result in results if result.text == "a/m 0"]
    assert len(ran(run, plan, models, kept)[1]) == 48 and "a/m 0" not in models.asked
    models.asked = []
    assert ran(run, plan, models, results)[1] == [] and models.asked == []


def test_the_cap_holds_for_judges_too(run: Run) -> None:
    plan = replace(plan_of(), max_cost=2e-4, parallel=1)
    progress, results = ran(run, plan, Judged())
    assert "cap" in progress.stopped_because and sum(result.cost or 0 for result in results) <= 2.1e-4


def test_verdicts_hold_while_they_compare_with_the_same_answer(run: Run) -> None:
    plan = plan_of()
    results = ran(run, plan, Judged())[1]
    with CheckProcess() as worker:
        def kept(new: Plan) -> int:
            return len(adopted(Experiment(plan), Experiment(new), results, worker))

        assert kept(replace(plan, samples=1)) == 32
        assert kept(replace(plan, axes={"temperature": (1, 0)})) == 0, "another one is the first now"
        assert kept(replace(plan, checks=())) == 0


@pytest.mark.parametrize(("changes", "sentence"), [
    ({"than": {"top_p": 1}}, "No setting has top_p 1"), ({"than": {"temperature": 2}}, "No setting has temperature 2"),
    ({"than": {"model": "c/m"}}, "No setting has model c/m: a/m, b/m"), ({"than": 5}, "must be a table"),
    ({"weight": 1}, "no weight"), ({"at_least": 0.5}, "no field at_least"),
])
def test_comparisons_that_cannot_be_made(changes: dict[str, Any], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        plan_of(**changes)


def test_plans_with_nothing_to_compare_are_refused() -> None:
    data = plan_of().to_json()
    for changes, sentence in (({"models": ["a/m"], "axes": {}}, "nothing to compare"),
                              ({"gate": {"bar": 0.5}, "checks": [PLAIN, {"kind": "contains", "text": "a"}]}, "gate"),
                              ({"checks": [PLAIN, {**PLAIN, "than": {"temperature": 0}}]}, "same setting")):
        with pytest.raises(BadInput, match=sentence):
            Plan.from_json({**data, **changes})
    assert Plan.from_json(data) == plan_of() and Check("pairwise").is_judge
