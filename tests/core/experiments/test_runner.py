"""Runs of real plans on the built-in model, and on a provider that does what a test says."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.support.waiting import until
from workbench.app import open_services
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Text
from workbench.core.errors import Refused
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check
from workbench.core.experiments.estimate import estimate
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.grid import cells
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result, summarise
from workbench.core.experiments.runner import Runner
from workbench.core.reply.events import Event, Failed, Finished, Retrying, TextDelta, UsageReport
from workbench.core.reply.usage import Price, Usage
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Request
from workbench.files.experiments.check_process import CheckProcess
from workbench.files.experiments.run_folder import RunFolder


class Scripted:
    """A provider that answers each request after a turn of the loop, and counts."""

    def __init__(self, price: float = 1.0) -> None:
        self.requests: list[Request] = []
        self.at_once = self.most_at_once = 0
        self.price = Price(price, price)
        self.fail_after: int | None = None

    def resolve(self, text: str) -> ModelRef:
        return ModelRef.parse(text)

    def info(self, ref: ModelRef) -> ModelInfo:
        return ModelInfo(ref, price=self.price)

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        self.requests.append(request)
        number = len(self.requests)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if self.fail_after is not None and number > self.fail_after:
            yield Failed(Refused("No more."))
            return
        yield Retrying(0.0, "Busy.", 2)
        yield TextDelta("Reason.\n8" if "<rubric>" in request.messages[-1].text else "An answer")
        yield UsageReport(Usage(500_000, 500_000))
        yield Finished("stop")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers come in no time here, so requests begin in none."""
    monkeypatch.setattr("workbench.core.experiments.runner.APART", 0)


def runner(plan: Plan, provider: Any, kept: list[Result], **more: Any) -> Runner:
    return Runner(Experiment(plan), provider, kept.append, CheckProcess(), **more)


def test_all_is_asked_within_the_bounds(run: Run) -> None:
    provider, kept = Scripted(), list[Result]()
    plan = Plan("p", ("a/x", "b/y"), "Hi", samples=10, parallel=3, axes={"temperature": (0, 1)})
    progress = run(runner(plan, provider, kept).run())
    assert progress.done == 40 == len(kept) == len(provider.requests) and progress.retried == 40
    assert provider.most_at_once == 3 and progress.spent == pytest.approx(40)


class Busy(Scripted):
    """Provider ``b`` asks for a minute's rest at its first request."""

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        self.requests.append(request)
        if request.model.provider == "b":
            yield Retrying(60.0, "Busy.", 2)
            await asyncio.sleep(60)
        yield TextDelta("An answer")
        yield Finished("stop")


def test_a_provider_that_wants_a_rest_holds_up_no_other(run: Run) -> None:
    provider, kept = Busy(), list[Result]()

    async def work() -> None:
        task = asyncio.ensure_future(runner(
            Plan("p", ("b/y", "a/x"), "Hi", samples=20, parallel=4), provider, kept).run())
        while len(kept) < 20:  # noqa: ASYNC110 - turn by turn, so that nothing depends on a clock
            await asyncio.sleep(0)
        asked = [request.model.provider for request in provider.requests]
        assert asked.count("a") == 20 and asked.count("b") <= 4
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(work(), 10)


class Resting(Scripted):
    """Asks for a moment's rest at its first request."""

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        self.requests.append(request)
        if len(self.requests) == 1:
            yield Retrying(0.02, "Busy.", 2)
            await asyncio.sleep(0.02)
        yield TextDelta("An answer")
        yield UsageReport(Usage(500_000, 500_000))
        yield Finished("stop")


def test_a_pause_while_a_provider_rests_holds_after_the_rest(run: Run) -> None:
    provider, kept = Resting(), list[Result]()

    async def work() -> None:
        one = runner(Plan("p", ("a/x",), "Hi", samples=6, parallel=3), provider, kept)
        task = asyncio.ensure_future(one.run())
        while not provider.requests or not one._queue._rest:  # noqa: ASYNC110
            await asyncio.sleep(0)
        one.pause()
        before, rest_ends = len(provider.requests), max(one._queue._rest.values())
        await until(lambda: time.monotonic() > rest_ends)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(provider.requests) == before and len(kept) == before
        one.resume()
        await task
        assert len(kept) == 6 == len(provider.requests)

    run(work())


def test_the_cap_holds_for_all_that_a_rest_held_back(run: Run) -> None:
    provider, kept = Resting(), list[Result]()
    progress = run(runner(Plan("p", ("a/x",), "Hi", samples=9, parallel=4, max_cost=2.0), provider, kept).run())
    assert progress.spent <= 2.0 and "cap of $2 is reached" in progress.stopped_because


def test_a_case_is_asked_with_its_conversation(run: Run) -> None:
    provider, kept = Scripted(), list[Result]()
    messages = (user("Hi"), Message("assistant", (Text("Hello"),)), user("Why?"))
    judge = Check("judge", {"rubric": "Does it fit {{this}}?", "model": "c/judge"})
    case = Case("Why", messages, "Be kind.", "a/x", {"max_tokens": 5}, checks=(judge,))
    run(runner(Plan("p", (), cases=(case,)), provider, kept).run())
    asked, judged = provider.requests
    assert [message.text for message in asked.messages] == ["Be kind.", "Hi", "Hello", "Why?"]
    assert asked.params == {"max_tokens": 5} and "Does it fit {{this}}?" in judged.messages[-1].text
    assert kept[0].case == "Why" and kept[0].passed
    about = estimate(Experiment(Plan("p", (), cases=(case,))), provider.info)
    assert about.requests == 2 and about.input_tokens > 20


def test_the_cap_on_cost_holds(run: Run) -> None:
    provider, kept = Scripted(), list[Result]()
    plan = Plan("p", ("a/x",), "Hi", samples=100, parallel=4, max_cost=10.0)
    progress = run(runner(plan, provider, kept).run())
    assert progress.spent <= 10 and 7 <= len(kept) <= 10 and "cap of $10 is reached" in progress.stopped_because
    done = len(kept)
    run(runner(Plan("p", ("a/x",), "Hi", samples=12, parallel=4), provider, kept, known=list(kept)).run())
    assert len(kept) == 12 and len(provider.requests) == 12 >= done


def test_what_failed_is_asked_again_and_what_is_done_is_not(run: Run) -> None:
    provider, kept = Scripted(), list[Result]()
    provider.fail_after = 6
    plan = Plan("p", ("a/x",), "Hi", samples=10, parallel=2)
    first = run(runner(plan, provider, kept).run())
    assert first.failed == 4 and [result.error for result in kept].count("No more.") == 4
    provider.fail_after, provider.requests = None, []
    done: list[Result] = []
    second = run(runner(plan, provider, done, known=kept).run())
    assert len(provider.requests) == 4 and second.done == 10


def test_pause_and_stop(run: Run) -> None:
    provider, kept = Scripted(), list[Result]()
    plan = Plan("p", ("a/x",), "Hi", samples=50, parallel=2)

    async def pausing() -> None:
        one = runner(plan, provider, kept)
        task = asyncio.ensure_future(one.run())
        while len(kept) < 5:  # noqa: ASYNC110 - turn by turn, so that nothing depends on a clock
            await asyncio.sleep(0)
        one.pause()
        for _ in range(50):
            await asyncio.sleep(0)
        held = len(kept)
        assert one.paused and held < 10
        one.resume()
        while len(kept) < held + 5:  # noqa: ASYNC110
            await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert len(kept) < 50

    run(pausing())


def test_a_judge_is_asked_and_paid(run: Run) -> None:
    provider, kept = Scripted(), list[Result]()
    judge = Check("judge", {"rubric": "Is it short?", "model": "c/judge"})
    run(runner(Plan("p", ("a/x",), "Hi", checks=(judge,)), provider, kept).run())
    assert kept[0].checks[0].score == 0.8 and kept[0].passed and kept[0].cost == pytest.approx(2.0)
    assert "Is it short?" in provider.requests[1].messages[-1].text


def test_a_judge_that_cannot_be_asked_has_not_refused(run: Run) -> None:
    provider, kept, judge = Scripted(), list[Result](), Check("judge", {"rubric": "Short?", "model": "c/judge"})
    provider.fail_after = 1
    plan = Plan("p", ("a/x",), "Hi", checks=(judge,))
    progress = run(runner(plan, provider, kept).run())
    assert progress.failed == 1 and kept[0].error == "The judge c/judge gave no verdict: No more."
    provider.fail_after, again = None, list[Result]()
    run(runner(plan, provider, again, known=kept).run())
    assert again[0].passed and not again[0].error


def test_a_number_is_known_again_however_it_is_written(run: Run) -> None:
    provider, kept = Scripted(), list[Result]()
    first = Plan("p", ("a/x",), "Hi", params={"logit_bias": {"5": 1.0}}, axes={"temperature": (0.0, 0.5, 1.0)})
    again = Plan("p", ("a/x",), "Hi", params={"logit_bias": {"5": 1}}, axes={"temperature": (0, 0.5, 1)})
    run(runner(first, provider, kept).run())
    assert run(runner(again, provider, kept, known=list(kept)).run()).done == 3 == len(provider.requests)


def test_equal_rows_and_values_are_asked_each(run: Run) -> None:
    plan = Plan("p", ("a/x",), "Hi {{who}}", samples=2, parallel=1, inputs=({"who": "you"}, {"who": "you"}),
                axes={"system": ({"name": "one", "text": "Be brief."}, {"name": "two", "text": "Be brief."})})
    provider, kept = Scripted(), list[Result]()
    run(runner(plan, provider, kept).run())
    assert len({result.key for result in kept}) == 8 == len(provider.requests)
    progress = run(runner(plan, provider, list[Result](), known=kept[:3]).run())
    assert progress.done == 8 and len(provider.requests) == 8 + 5


def test_agreement_falls_as_temperature_rises_and_seeds_repeat(run: Run, tmp_path: Path) -> None:
    plan = Plan("p", ("builtin/ngram",), "The request", samples=6, parallel=4,
                params={"max_tokens": 25, "seed": 1}, axes={"temperature": (0, 1.5)})

    async def twice() -> list[list[Result]]:
        async with open_services(tmp_path / "store") as services:
            found = []
            for name in ("one", "two"):
                folder = RunFolder(tmp_path / name, Experiment(plan), resume=False)
                await Runner(Experiment(plan), services.providers, folder.keep, CheckProcess()).run()
                folder.close()
                found.append(sorted(folder.results, key=lambda result: result.key))
            return found

    first, second = run(twice())
    assert [result.text for result in first] == [result.text for result in second]
    cold, hot = (summarise(cell, first) for cell in cells(plan))
    assert cold.agreement == 1 and hot.agreement is not None and hot.agreement < 0.5
    assert "<svg" in (tmp_path / "one" / "report.html").read_text()


def test_a_cut_off_line_is_asked_again(tmp_path: Path, run: Run) -> None:
    plan = Plan("p", ("a/x",), "Hi", samples=3)
    folder = RunFolder(tmp_path / "out", Experiment(plan), resume=False)
    run(Runner(Experiment(plan), Scripted(), folder.keep, CheckProcess()).run())  # type: ignore[arg-type]
    folder.close()
    path = tmp_path / "out" / "results.jsonl"
    path.write_text(path.read_text()[:-40])
    again = RunFolder(tmp_path / "out", Experiment(plan), resume=True)
    assert len(again.results) == 2
    again.close()


class Thinking(Scripted):
    """Thinks aloud before each answer."""

    async def stream(self, request: Request) -> AsyncIterator[Event]:
        self.requests.append(request)
        judges = "<rubric>" in request.messages[-1].text
        yield TextDelta('{"reason": "x", "score": 8}' if judges else "<think>Is it no?</think>\nYes.")
        yield Finished("stop")


def test_a_judge_sees_what_the_transforms_of_its_check_leave(run: Run) -> None:
    provider, kept = Thinking(), list[Result]()
    judge = Check("judge", {"rubric": "Short?", "model": "a/j", "transform": "strip_thinking"})
    run(runner(Plan("p", ("a/x",), "Hi", checks=(judge,)), provider, kept).run())
    assert "<answer>\nYes.\n</answer>" in provider.requests[1].messages[-1].text
    assert kept[0].passed and "Is it no?" in kept[0].text
