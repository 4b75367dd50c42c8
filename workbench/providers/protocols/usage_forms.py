"""Token counts in the forms that servers send, as one ``Usage``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbench.core.json_types import Json
from workbench.core.reply.usage import Usage


def usage_from(data: Mapping[str, Json], reasoning_outside: bool = False) -> Usage | None:
    """Reads OpenAI's counts with all known variations; None when ``data`` counts nothing.

    ``reasoning_outside``: the server does not count reasoning in its completion tokens (xAI). The sum shows it too: a
    total of prompt + completion + reasoning.
    """
    prompt = _count(data, "prompt_tokens", "input_tokens")
    output = _count(data, "completion_tokens", "output_tokens")
    total = _count(data, "total_tokens")
    if prompt is None and output is None:
        return None
    sent = _details(data, "prompt_tokens_details") or _details(data, "input_tokens_details")
    made = _details(data, "completion_tokens_details") or _details(data, "output_tokens_details")
    reasoning = _count(made, "reasoning_tokens")
    if reasoning is None:
        reasoning = _count(data, "reasoning_tokens")
    if output is not None and reasoning:
        by_sum = total == (prompt or 0) + output + reasoning
        if by_sum or (reasoning_outside and total != (prompt or 0) + output):
            output += reasoning
    cached = _count(sent, "cached_tokens")
    if cached is None:
        cached = _count(data, "prompt_cache_hit_tokens", "cached_tokens", "num_cached_tokens",
                        "cache_read_input_tokens")
    written = _count(sent, "cache_write_tokens", "cache_creation_tokens")
    return Usage(prompt, output, cached, written, reasoning, _cost(data))


def anthropic_usage(data: Mapping[str, Json]) -> Usage | None:
    """Reads Anthropic's counts, which keep cached and newly cached prompt tokens apart from ``input_tokens``."""
    fresh = _count(data, "input_tokens")
    output = _count(data, "output_tokens")
    if fresh is None and output is None:
        return None
    read, written = _count(data, "cache_read_input_tokens"), _count(data, "cache_creation_input_tokens")
    if written is None and (lasting := _details(data, "cache_creation")):  # by how long they are kept
        written = sum(_count(lasting, name) or 0 for name in lasting)
    prompt = None if fresh is None else fresh + (read or 0) + (written or 0)
    thinking = _count(_details(data, "output_tokens_details"), "thinking_tokens")
    return Usage(prompt, output, read, written, thinking)


def _details(data: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _count(data: Mapping[str, Json], *names: str) -> int | None:
    for name in names:
        value = data.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**53:
            return int(value)
    return None


def _cost(usage: Mapping[str, Json]) -> float | None:
    """Returns dollars.

    Forms: a number or its text (OpenRouter, gateways), an object with ``total_cost`` (Perplexity) or ``usd`` (Venice),
    ``cost_in_usd_ticks`` of 1e-10 dollars (xAI). With the user's own key for the upstream host, OpenRouter's ``cost``
    is its fee alone; the host's price lies in ``cost_details``.
    """
    value = usage.get("cost")
    if isinstance(value, dict):
        value = value.get("total_cost", value.get("usd"))
    cost = _dollars(value)
    if cost is None and (ticks := _dollars(usage.get("cost_in_usd_ticks"))) is not None:
        return ticks / 1e10
    upstream = _dollars(_details(usage, "cost_details").get("upstream_inference_cost"))
    if upstream and (usage.get("is_byok") is True or not cost):
        return (cost or 0.0) + upstream
    return cost


def _dollars(value: Json) -> float | None:
    if isinstance(value, str) and re.fullmatch(r"\d{1,9}(\.\d{1,30})?", value):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**53:
        return float(value)
    return None
