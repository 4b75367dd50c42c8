"""Estimates: what an experiment will take, before it starts."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from workbench.core.chat.context import message_tokens, text_tokens
from workbench.core.reply.usage import Usage
from workbench.core.request.models import ModelInfo, ModelRef

from .cases import Case
from .check_kinds.judge import PAIRWISE
from .experiment import Experiment
from .grid import Job
from .plan import Plan

OUTPUT_TOKENS = 400
"""Tokens that an answer is taken to have when no limit is set."""

JUDGE_TOKENS = 200
"""Of the instruction and the rubric that a judge is given besides the answer."""

TOKENS_PER_SECOND = 60.0
"""A middling hosted model; the real pace replaces it as soon as answers come."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Approximate figures. ``cost`` is in US dollars, None when a price is unknown; ``seconds`` with the planned
    parallelism. A gate may ask again, up to ``most`` times what they say in all."""

    requests: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    seconds: float
    most: float = 1.0

    @property
    def most_requests(self) -> int:
        return round(self.requests * self.most)

    @property
    def most_cost(self) -> float | None:
        return None if self.cost is None else self.cost * self.most


def estimate(experiment: Experiment, info: Callable[[ModelRef], ModelInfo]) -> Estimate:
    """Adds up the requests one by one; a judge is one or two more requests each, and an answer with tools is taken to
    need two."""
    plan = experiment.plan
    history = {row.name: _history_tokens(row) for row in plan.rows}
    requests = prompt_tokens = output_tokens = 0
    cost: float | None = 0.0
    tools = text_tokens(json.dumps([tool.to_json() for tool in plan.tools])) if plan.tools else 0
    for job in experiment.jobs:
        limit = job.params.get("max_tokens")
        answer = min(limit, OUTPUT_TOKENS) if isinstance(limit, int) else OUTPUT_TOKENS
        prompt = _prompt_tokens(job) + history[job.row.name]
        asked = [(job.cell.model, prompt + tools, answer)] * (2 if plan.tools else 1)
        asked += [(str(check.fields["model"]), prompt + answer + JUDGE_TOKENS, check.about.verdict_tokens)
                  for check in (*plan.checks, *job.row.checks) for _ in range(check.about.requests)
                  if check.kind != PAIRWISE or job.key in experiment.opponents]
        for model, into, out in asked:
            requests, prompt_tokens, output_tokens = requests + 1, prompt_tokens + into, output_tokens + out
            one = _cost(model, into, out, info)
            cost = None if cost is None or one is None else cost + one
    seconds = output_tokens / TOKENS_PER_SECOND / plan.parallel
    most = plan.gate.most_samples / plan.samples if plan.gate else 1.0
    return Estimate(requests, prompt_tokens, output_tokens, cost, seconds, most)


def most_cost(plan: Plan, job: Job, info: Callable[[ModelRef], ModelInfo]) -> float | None:
    """Returns what a request can cost at most, in US dollars. None when that is not known: without a price or a limit
    of its output, with attachments, with tools, which are called as often as a model likes, and with a judge, whose
    words nothing limits."""
    limit = job.params.get("max_tokens")
    judged = any(check.is_judge for check in (*plan.checks, *job.row.checks))
    if not isinstance(limit, int) or judged or job.row.files or plan.tools:
        return None
    return _cost(job.cell.model, _prompt_tokens(job) + _history_tokens(job.row), limit, info)


def _prompt_tokens(job: Job) -> int:
    return text_tokens(job.system) + message_tokens(job.question) + 4


def _history_tokens(row: Case) -> int:
    return sum(map(message_tokens, row.messages[:-1]))


def _cost(model: str, into: int, out: int, info: Callable[[ModelRef], ModelInfo]) -> float | None:
    price = info(ModelRef.parse(model)).price
    return price.cost(Usage(into, out)) if price else None
