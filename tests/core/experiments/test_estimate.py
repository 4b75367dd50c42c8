"""Estimates: every request counts, judges too, and an unknown price is not free."""

from __future__ import annotations

from dataclasses import replace

import pytest

from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Text
from workbench.core.experiments.cases import Case
from workbench.core.experiments.checks import Check
from workbench.core.experiments.estimate import OUTPUT_TOKENS, TOKENS_PER_SECOND, estimate
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.gate import Gate
from workbench.core.experiments.plan import Plan
from workbench.core.reply.usage import Price
from workbench.core.request.models import ModelInfo, ModelRef

PLAN = Plan("p", ("a/x",), "Hi there", samples=5, parallel=2)


def info(ref: ModelRef) -> ModelInfo:
    return ModelInfo(ref, price=Price(1.0, 1.0) if ref.provider != "free" else None)


def test_estimates_count_judges_and_cost() -> None:
    judge = Check("judge", {"rubric": "Short?", "model": "c/judge"})
    plan = Plan("p", ("a/x",), "Hi there", samples=5, params={"max_tokens": 100}, checks=(judge,))
    about = estimate(Experiment(plan), info)
    assert about.requests == 10 and about.output_tokens == 5 * (100 + 60) and about.cost is not None
    assert about.cost == pytest.approx((about.input_tokens + about.output_tokens) / 1e6)


def test_answers_without_a_limit_are_taken_to_have_some_length() -> None:
    about = estimate(Experiment(PLAN), info)
    assert about.output_tokens == 5 * OUTPUT_TOKENS
    assert about.seconds == pytest.approx(about.output_tokens / TOKENS_PER_SECOND / 2)


def test_the_history_of_a_case_is_sent_each_time() -> None:
    history = (user("word " * 400), Message("assistant", (Text("word " * 400),)))
    case = Case("c", (*history, user("Why?")), model="a/x")
    short = Plan("p", (), samples=5, cases=(replace(case, messages=case.messages[-1:]),))
    long = Plan("p", (), samples=5, cases=(case,))
    assert estimate(Experiment(long), info).input_tokens > estimate(Experiment(short), info).input_tokens + 5 * 900


def test_a_price_that_is_not_known_makes_the_cost_unknown() -> None:
    assert estimate(Experiment(replace(PLAN, models=("a/x", "free/y"))), info).cost is None


def test_what_a_gate_may_ask_again_is_at_most_so_much() -> None:
    plan = replace(PLAN, checks=(Check("contains", {"text": "x"}),), gate=Gate(0.8, most_samples=60))
    about = estimate(Experiment(plan), info)
    assert (about.requests, about.most_requests) == (5, 60)
    assert about.cost is not None and about.most_cost == pytest.approx(about.cost * 12)
    assert estimate(Experiment(PLAN), info).most_requests == 5
