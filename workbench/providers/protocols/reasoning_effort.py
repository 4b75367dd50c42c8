"""``reasoning_effort`` in each provider's words. The style is the ``reasoning_request`` of providers.json."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.core.json_types import Json, JsonObject

_BUDGETS = {"minimal": 1024, "low": 2048, "medium": 8192, "high": 16384, "xhigh": 24576, "max": 32768}
"""Tokens to reason with, for servers that expect a number instead of a word."""


def effort_fields(
    style: str | None, effort: str, options: Sequence[Mapping[str, Json]], budget_range: Sequence[int] = ()
) -> JsonObject:
    """Returns the body fields that ask for ``effort``. ``options`` are the model's ``reasoning_options``."""
    kinds = {option.get("type") for option in options}
    off = effort == "none"
    match style:
        case "thinking.type + reasoning_effort":
            switch: JsonObject = {"thinking": {"type": "disabled" if off else "enabled"}}
            return switch if off or kinds == {"toggle"} else {**switch, "reasoning_effort": effort}
        case "reasoning_effort or thinking.type" if "toggle" in kinds and "effort" not in kinds:
            return {"thinking": {"type": "disabled" if off else "enabled"}}
        case "enable_thinking + thinking_budget":
            if off:
                return {"enable_thinking": False}
            return {"enable_thinking": True, "thinking_budget": budget(effort, options, budget_range)}
        case "reasoning.effort":
            return {"reasoning": {"effort": effort}}
        case "reasoning.enabled or reasoning_effort" if off:
            return {"reasoning": {"enabled": False}}
        case "chat_template_kwargs":
            return {"chat_template_kwargs": {"thinking": not off}}
        case str() if style.startswith("chat_template_kwargs") and off:
            return {"reasoning_effort": "none", "chat_template_kwargs": {"enable_thinking": False}}
        case _:
            return {"reasoning_effort": effort}


def budget(effort: str, options: Sequence[Mapping[str, Json]], limits: Sequence[int] = ()) -> int:
    """Returns the tokens to reason with, within what the model (or its provider) allows."""
    low, high = (limits[0], limits[1]) if len(limits) == 2 else (0, 2**31)
    for option in options:
        if option.get("type") == "budget_tokens":
            least, most = option.get("min"), option.get("max")
            low = least if isinstance(least, int) else low
            high = most if isinstance(most, int) else high
    return max(low, min(_BUDGETS.get(effort, _BUDGETS["medium"]), high))
