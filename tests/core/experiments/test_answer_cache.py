"""The cache of answers: which requests it serves, and what is counted of what it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.conftest import Run
from tests.core.experiments.test_budget import Shop
from workbench.core.experiments.answer_cache import AnswerCache, Reuse
from workbench.core.experiments.checks import Check
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.runner import Runner
from workbench.core.json_types import Json
from workbench.core.settings import ProviderConfig
from workbench.files.experiments.check_process import CheckProcess


class Answers(dict[str, Result]):
    """An ``AnswerStore`` for the time of a test."""

    def find(self, name: str) -> Result | None:
        return self.get(name)

    def keep(self, name: str, answer: Result) -> None:
        self[name] = answer


class Configured(Shop):
    base_url = "http://one/v1"

    def configs(self) -> list[ProviderConfig]:
        return [ProviderConfig("a", base_url=self.base_url), ProviderConfig("builtin")]


PLAN = Plan("p", ("a/x",), "Hi {{x}}", samples=2, inputs=({"x": "1"}, {"x": "2"}),
            checks=(Check("contains", {"text": "answer"}),))


def swept(run: Run, plan: Plan, shop: Configured, answers: Answers, reuse: Reuse = Reuse.REPEATABLE) -> list[Result]:
    kept: list[Result] = []
    cache = AnswerCache(answers, shop, reuse)  # type: ignore[arg-type] # what a run needs of providers
    run(Runner(Experiment(plan), shop, kept.append, CheckProcess(), cache=cache).run())  # type: ignore[arg-type]
    return sorted(kept, key=lambda one: (one.sample, one.input["x"]))


@pytest.mark.parametrize("params", [{"seed": 1}, {"temperature": 0}, {"top_k": 1}])
def test_what_should_come_out_the_same_is_not_paid_for_twice(run: Run, params: Mapping[str, Json]) -> None:
    plan, shop, answers = replace(PLAN, params=params), Configured(), Answers()
    first = swept(run, plan, shop, answers)
    assert shop.asked == 4 == len(answers) and all(one.saved is None for one in first)
    stricter = replace(plan, checks=(Check("contains", {"text": "no such"}),), models=("a/x", "a/y"))
    again = [one for one in swept(run, stricter, shop, answers) if one.model == "a/x"]
    assert shop.asked == 8, "the other model is asked"
    assert [(one.text, one.cost, one.key, one.sample, one.input) for one in again] == [
        (one.text, one.cost, one.key, one.sample, one.input) for one in first]
    assert not any(one.passed for one in again) and all(one.passed for one in first), "checks are made anew"
    assert [one.saved for one in again] == [0.01] * 4 and sum(one.spent for one in again) == 0
    assert [Result.from_json(one.to_json()).saved for one in again] == [0.01] * 4


def test_sampling_without_a_seed_is_asked_anew_unless_told_otherwise(run: Run) -> None:
    shop, answers = Configured(), Answers()
    for reuse, asked in ((Reuse.REPEATABLE, 4), (Reuse.REPEATABLE, 8), (Reuse.ALL, 12), (Reuse.ALL, 12)):
        swept(run, PLAN, shop, answers, reuse)
        assert shop.asked == asked
    swept(run, replace(PLAN, samples=3), shop, answers, Reuse.ALL)
    assert shop.asked == 14, "a further sample is another request"
    swept(run, replace(PLAN, params={"seed": 1}), shop, answers, Reuse.NONE)
    swept(run, replace(PLAN, params={"seed": 1}), shop, answers, Reuse.NONE)
    assert shop.asked == 22


def test_another_server_behind_a_name_is_asked(run: Run) -> None:
    plan, shop, answers = replace(PLAN, params={"seed": 1}), Configured(), Answers()
    swept(run, plan, shop, answers)
    shop.base_url = "http://two/v1"
    swept(run, plan, shop, answers)
    assert shop.asked == 8
    swept(run, replace(plan, system="Be brief."), shop, answers)
    assert shop.asked == 12


def test_failures_and_the_built_in_model_are_not_kept(run: Run) -> None:
    shop, answers = Configured(fail=True), Answers()
    swept(run, replace(PLAN, params={"seed": 1}), shop, answers)
    shop.fail = False
    swept(run, replace(PLAN, models=("builtin/x",), params={"seed": 1}), shop, answers)
    assert not answers


def test_a_cap_is_for_what_is_paid(run: Run) -> None:
    plan, shop, answers = replace(PLAN, params={"seed": 1}), Configured(), Answers()
    swept(run, plan, shop, answers)
    assert len(swept(run, replace(plan, max_cost=0.02, samples=3), shop, answers)) == 6 and shop.asked == 6
