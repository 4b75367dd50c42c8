"""Reasoning effort in each provider's words."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.providers.protocols.reasoning_effort import effort_fields


@pytest.mark.parametrize(("style", "effort", "options", "fields"), [
    (None, "low", [], {"reasoning_effort": "low"}),
    ("reasoning_effort", "none", [], {"reasoning_effort": "none"}),
    ("thinking.type + reasoning_effort", "high", [], {"thinking": {"type": "enabled"},
                                                      "reasoning_effort": "high"}),
    ("thinking.type + reasoning_effort", "none", [], {"thinking": {"type": "disabled"}}),
    ("thinking.type + reasoning_effort", "low", [{"type": "toggle"}], {"thinking": {"type": "enabled"}}),
    ("enable_thinking + thinking_budget", "none", [], {"enable_thinking": False}),
    ("enable_thinking + thinking_budget", "low", [], {"enable_thinking": True, "thinking_budget": 2048}),
    ("enable_thinking + thinking_budget", "max", [{"type": "budget_tokens", "max": 4096}],
     {"enable_thinking": True, "thinking_budget": 4096}),
    ("reasoning.effort", "high", [], {"reasoning": {"effort": "high"}}),
    ("reasoning.enabled or reasoning_effort", "none", [], {"reasoning": {"enabled": False}}),
    ("reasoning_effort or thinking.type", "low", [{"type": "toggle"}], {"thinking": {"type": "enabled"}}),
    ("reasoning_effort or thinking.type", "low", [{"type": "effort"}], {"reasoning_effort": "low"}),
    ("chat_template_kwargs", "none", [], {"chat_template_kwargs": {"thinking": False}}),
    ("chat_template_kwargs, reasoning_effort or thinking_token_budget", "none", [],
     {"reasoning_effort": "none", "chat_template_kwargs": {"enable_thinking": False}}),
    ("chat_template_kwargs or reasoning_effort", "high", [], {"reasoning_effort": "high"}),
])
def test_effort_in_each_providers_words(style: Any, effort: str, options: Any, fields: Any) -> None:
    assert effort_fields(style, effort, options) == fields
