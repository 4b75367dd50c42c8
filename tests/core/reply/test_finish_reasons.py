"""Finish reasons in everybody's words."""

from __future__ import annotations

import pytest

from workbench.core.reply.finish_reasons import standard_reason


@pytest.mark.parametrize(("said", "standard"), [
    ("stop", "stop"), ("STOP", "stop"), ("end_turn", "stop"), ("MAX_TOKENS", "length"), ("model_length", "length"),
    ("tool_use", "tool_calls"), ("SAFETY", "content_filter"), ("PROHIBITED_CONTENT", "content_filter"),
    ("BLOCKLIST", "content_filter"), ("SPII", "content_filter"), ("content-filter", "content_filter"),
    ("guardrail_intervened", "content_filter"), ("eos", "eos"), ("RECITATION", "RECITATION"), ("OTHER", "OTHER"),
    ("function_call", "function_call"), ("", ""),
])
def test_one_word_for_what_is_the_same(said: str, standard: str) -> None:
    assert standard_reason(said) == standard
