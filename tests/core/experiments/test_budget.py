"""The cap on the cost of a run, whatever is known of prices, and whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Run
from workbench.core.errors import BadInput, Refused
from workbench.core.experiments.checks import Check
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, latest
from workbench.core.experiments.runner import Progress, Runner
from workbench.core.reply.events import Event, Failed, Finished, TextDelta, UsageReport
from workbench.core.reply.usage import Price, Usage
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Request
from workbench.files.experiments.check_process import CheckProcess


class Shop:
    """A provider that tells what each request has cost, or has a price list; a judge says 8 for nothing."""

    def __init__(self, cost: float | None = 0.01, price: Price | None = None, fail: bool = False) -> None:
        self.cost, self.price, self.fail = cost, price, fail
        self.asked = self.at_once = self.most_at_once = 0

    def resolve(self, text: str) -> ModelRef:
        return ModelRef.parse(text)

    def info(self, ref: ModelRef) -> ModelInfo:
        return ModelInfo(ref, price=None if ref.model == "judge" else self.price)

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        if request.model.model == "judge":
            yield TextDelta("Fine.\n8")
            yield Finished("stop")
            return
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        for _ in range(5):
            await asyncio.sleep(0)
        self.at_once -= 1
        yield TextDelta("An answer")
        yield UsageReport(Usage(100, 50, cost=self.cost))
        yield Failed(Refused("Too long.")) if self.fail else Finished("stop")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.core.experiments.runner.APART", 0)


def swept(run: Run, shop: Any, plan: Plan, known: list[Result] | None = None) -> tuple[Progress, list[Result]]:
    kept: list[Result] = []
    progress: Progress = run(Runner(Experiment(plan), shop, kept.append, CheckProcess(), known=known or ()).run())
    return progress, kept


WIDE = Plan("p", ("a/x",), "Hi", samples=100, parallel=64)


def test_a_first_request_tells_an_unknown_price_before_many_are_sent(run: Run) -> None:
    shop = Shop()
    progress, kept = swept(run, shop, replace(WIDE, max_cost=0.01))
    assert shop.asked == 1 == len(kept) and progress.spent == 0.01
    assert "The cap of $0.01 is reached: $0.0100 is spent." in progress.stopped_because
    shop = Shop()
    progress, kept = swept(run, shop, replace(WIDE, max_cost=0.3))
    assert len(kept) == 30 and progress.spent == pytest.approx(0.3) and shop.most_at_once == 29


def test_a_known_price_and_limit_are_set_aside_before_anything_is_sent(run: Run) -> None:
    """A request may cost $0.01 (100 tokens at $100 a million) and costs half of that."""
    shop = Shop(None, Price(0.0, 100.0))
    plan = replace(WIDE, max_cost=0.0501, params={"max_tokens": 100})
    progress, kept = swept(run, shop, plan)
    assert shop.most_at_once == 5 and len(kept) == 10 and progress.spent == pytest.approx(0.05)
    progress, kept = swept(run, shop, replace(plan, max_cost=0.005))
    assert not kept and "Another request may cost $0.0100." in progress.stopped_because


def test_a_model_that_tells_no_cost_is_not_held_up(run: Run) -> None:
    shop = Shop(None)
    progress, kept = swept(run, shop, replace(WIDE, max_cost=1.0))
    assert len(kept) == 100 and shop.most_at_once == 64 and not progress.stopped_because


def test_a_judge_of_unknown_price_hides_no_known_cost(run: Run) -> None:
    judge = Check("judge", {"rubric": "Good?", "model": "b/judge"})
    progress, kept = swept(run, Shop(), replace(WIDE, max_cost=0.03, checks=(judge,)))
    assert len(kept) == 3 and kept[0].cost == 0.01 and kept[0].passed and progress.spent == pytest.approx(0.03)


def test_what_failed_and_cost_money_is_counted_for_good(run: Run) -> None:
    shop = Shop(fail=True)
    plan = replace(WIDE, samples=10, parallel=4, max_cost=0.05)
    progress, kept = swept(run, shop, plan)
    assert len(kept) == 5 and progress.spent == pytest.approx(0.05)
    again, more = swept(run, shop, plan, kept)
    assert not more and again.spent == pytest.approx(0.05) and "$0.0500 is spent" in again.stopped_because
    shop.fail = False
    last, answers = swept(run, shop, replace(plan, max_cost=1.0), kept)
    assert last.spent == pytest.approx(0.15) and sum(one.spent for one in answers) == pytest.approx(0.15)
    assert sum(one.earlier_cost for one in answers) == pytest.approx(0.05)
    assert {one.key: one for one in latest([*kept, *answers])} == {one.key: one for one in answers}
    assert [Result.from_json(one.to_json()).spent for one in answers] == [one.spent for one in answers]


@pytest.mark.parametrize("fail", [False, True])
@pytest.mark.parametrize("checks", [(), (Check("judge", {"rubric": "Good?", "model": "b/judge"}),)])
def test_a_resumed_run_stays_within_the_cap(run: Run, fail: bool, checks: tuple[Check, ...]) -> None:
    """What a request may cost is known from those of the earlier run, and there is no room for another."""
    plan = replace(WIDE, max_cost=0.035, checks=checks)
    shop = Shop(fail=fail)
    _, kept = swept(run, shop, plan)
    assert len(kept) == shop.asked == 3
    again, more = swept(run, shop, plan, [Result.from_json(one.to_json()) for one in kept])
    assert not more and shop.asked == 3 and again.spent == pytest.approx(0.03)
    assert "Another request may cost $0.0100." in again.stopped_because


def test_a_failure_that_cost_more_than_its_answer_is_remembered(run: Run) -> None:
    plan = replace(WIDE, samples=3, parallel=1, max_cost=0.05)
    _, failed = swept(run, Shop(cost=0.04, fail=True), plan)
    assert len(failed) == 1
    _, answers = swept(run, Shop(cost=0.01), replace(plan, samples=1, max_cost=0.1), failed)
    assert [one.spent for one in answers] == [pytest.approx(0.05)]
    shop = Shop(cost=0.04)
    last, more = swept(run, shop, replace(plan, max_cost=0.08), answers)
    assert not more and not shop.asked and "may cost $0.0400" in last.stopped_because


@pytest.mark.parametrize("cap", [float("nan"), float("inf"), -1, True, "much"])
def test_a_cap_is_a_number_of_dollars(cap: object) -> None:
    with pytest.raises(BadInput, match="max_cost must be a number"):
        Plan.from_json({"models": ["a/x"], "prompt": "Hi", "max_cost": cap})


def test_a_stopped_run_waits_for_nobody(run: Run) -> None:
    """Requests that wait for the price that the first one will tell end with the run."""
    async def work() -> None:
        runner: Any = Runner(Experiment(replace(WIDE, max_cost=1.0)), Shop(), lambda result: None,  # type: ignore[arg-type]
                             CheckProcess())
        task = asyncio.ensure_future(runner.run())
        for _ in range(3):
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(work())
