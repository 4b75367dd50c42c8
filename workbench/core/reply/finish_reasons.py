"""Finish reasons: why a reply ended, in OpenAI's words wherever a server means the same."""

from __future__ import annotations

_MEANING = {
    word: standard for standard, words in {
        "stop": "end_turn stop_sequence",
        "length": "max_tokens max_output_tokens max_length model_length token_limit",
        "tool_calls": "tool_use tool_call",
        "content_filter": "content_filtered safety prohibited_content blocklist spii image_safety refusal "
                          "image_prohibited_content guardrail_intervened guardrails error_toxic moderation",
    }.items() for word in (standard, *words.split())}


def standard_reason(said: str) -> str:
    """Returns OpenAI's word for a finish reason, in whichever letters it came; one that it has none for, as it came."""
    return _MEANING.get(said.lower().replace("-", "_"), said)
