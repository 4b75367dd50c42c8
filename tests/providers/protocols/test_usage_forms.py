"""Token counts in every form."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.core.reply.events import (
    UsageReport,
)
from workbench.core.reply.usage import Usage
from workbench.providers.protocols.chat_reader import ChatReader
from workbench.providers.protocols.usage_forms import anthropic_usage


def chunk(delta: Any = None, finish: Any = None, index: int = 0, **more: Any) -> dict[str, Any]:
    choice = {"index": index, "delta": delta or {}, "finish_reason": finish, **more.pop("choice", {})}
    return {"choices": [choice], **more}


def read(*chunks: Any, done: bool = True, **quirks: Any) -> list[Any]:
    reader = ChatReader(quirks, "X")
    events = [event for one in chunks for event in reader.whole(one)]
    return events + list(reader.end(done))


@pytest.mark.parametrize(("usages", "expected"), [
    ([{"prompt_tokens": 5, "completion_tokens": 1}, {"prompt_tokens": 5, "completion_tokens": 3}], Usage(5, 3)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 18,
       "completion_tokens_details": {"reasoning_tokens": 10}}], Usage(5, 13, reasoning=10)),
    ([{"prompt_tokens": 5, "completion_tokens": 13, "total_tokens": 18,
       "completion_tokens_details": {"reasoning_tokens": 10}}], Usage(5, 13, reasoning=10)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "prompt_cache_hit_tokens": 4}], Usage(5, 3, 4)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "prompt_tokens_details": {
        "cached_tokens": 2, "cache_write_tokens": 1}}], Usage(5, 3, 2, 1)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "input_tokens": 0, "output_tokens": 0}], Usage(5, 3)),
    ([{"input_tokens": 5, "output_tokens": 3}], Usage(5, 3)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "prompt_tokens_details": None}], Usage(5, 3)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "cost": {"total_cost": 0.5}}], Usage(5, 3, cost=0.5)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "num_cached_tokens": 4}], Usage(5, 3, 4)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "cost_in_usd_ticks": 5_000_000_000}], Usage(5, 3, cost=0.5)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "cost_in_usd_ticks": True}], Usage(5, 3)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "cost": 0, "is_byok": True,
       "cost_details": {"upstream_inference_cost": 0.5}}], Usage(5, 3, cost=0.5)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "cost": 0.25, "is_byok": True,
       "cost_details": {"upstream_inference_cost": 0.5}}], Usage(5, 3, cost=0.75)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "cost": 0.5, "is_byok": False,
       "cost_details": {"upstream_inference_cost": 0.5}}], Usage(5, 3, cost=0.5)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "cost": 0, "cost_details": None}], Usage(5, 3, cost=0.0)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "cost": "0.0025"}], Usage(5, 3, cost=0.0025)),
    ([{"prompt_tokens": 5, "completion_tokens": 3, "cost": "free"}], Usage(5, 3)),
    ([{"input_tokens": 5, "output_tokens": 3, "input_tokens_details": {"cached_tokens": 4},
       "output_tokens_details": {"reasoning_tokens": 2}}], Usage(5, 3, 4, reasoning=2)),
])
def test_the_last_count_wins(usages: list[Any], expected: Usage) -> None:
    events = read(*(chunk({"content": "x"}, usage=usage) for usage in usages), chunk({}, "stop"))
    assert [event.usage for event in events if isinstance(event, UsageReport)][-1] == expected


def test_a_cost_beside_the_counts() -> None:
    events = read({**chunk({"content": "x"}, "stop", usage={"prompt_tokens": 5, "completion_tokens": 3}),
                   "cost": {"usd": 0.5}})
    assert [event.usage for event in events if isinstance(event, UsageReport)][-1] == Usage(5, 3, cost=0.5)


def test_what_claude_cached_for_minutes_and_hours() -> None:
    assert anthropic_usage({"input_tokens": 1, "output_tokens": 2, "cache_creation": {
        "ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 4}}) == Usage(8, 2, None, 7)
