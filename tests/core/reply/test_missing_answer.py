"""Replies that end in good order without an answer."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Reasoning, Text, ToolCall
from workbench.core.reply.missing_answer import missing_answer

HM, HI, CALL = Reasoning("hm"), Text("Hi"), ToolCall("c", "f", "{}")


@pytest.mark.parametrize(("parts", "reason"), [
    ([HI], "stop"), ([HI], "length"), ([HI], ""), ([HM, HI], "stop"), ([CALL], "tool_calls"), ([HM, CALL], "length"),
])
def test_an_answer_needs_no_word(parts: list[Any], reason: str) -> None:
    assert missing_answer(Message("assistant", tuple(parts)), reason, {}) is None


@pytest.mark.parametrize(("parts", "reason", "info", "kind", "words"), [
    ([], "stop", {}, "not_an_answer", "empty reply"), ([], "", {}, "not_an_answer", "empty reply"),
    ([Text(" \n")], "stop", {}, "not_an_answer", "empty reply"),
    ([HM], "stop", {}, "not_an_answer", "wrote no answer. Retry"),
    ([HM], "length", {}, "not_an_answer", "Raise “Max tokens” or lower the reasoning effort"),
    ([], "length", {}, "not_an_answer", "Raise “Max tokens”, or shorten"),
    ([], "content_filter", {}, "content", "withheld this reply"),
    ([HI], "content_filter", {}, "content", "What came is kept"),
    ([], "content_filter", {"stop_details": {"category": "cyber", "explanation": "Not this."}}, "content",
     "Its reason: Not this."),
    ([], "content_filter", {"stop_details": {"category": "cyber", "explanation": None}}, "content",
     "Its reason: cyber."),
    ([], "content_filter", {"content_filter_results": {"hate": {"filtered": True}, "violence": {"filtered": True}}},
     "content", "Its reason: hate, violence."),
    ([HI], "content_filter", {"native_finish_reason": "PROHIBITED_CONTENT"}, "content",
     "Its reason: PROHIBITED_CONTENT."),
    ([HI], "RECITATION", {}, "content", "too close to a published text. Rephrase"),
    ([], "LANGUAGE", {}, "content", "Ask in another language"),
    ([], "MALFORMED_FUNCTION_CALL", {}, "not_an_answer", "in a form that the provider could not read"),
    ([HI], "malformed_function_call", {}, "not_an_answer", "What came is kept"),
    ([], "UNEXPECTED_TOOL_CALL", {}, "not_an_answer", "that it was not given"),
    ([], "model_context_window_exceeded", {}, "context", "leaves no room"),
    ([], "OTHER", {}, "not_an_answer", "“OTHER”"),
])
def test_what_is_missing_is_said_with_what_to_do(
    parts: list[Any], reason: str, info: Any, kind: str, words: str
) -> None:
    error = missing_answer(Message("assistant", tuple(parts)), reason, info)
    assert error is not None and error.kind == kind and words in error.sentence
