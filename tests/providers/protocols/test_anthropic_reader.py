"""Answers of Anthropic's API: events, whole messages, and ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.core.errors import Interrupted
from workbench.core.reply.events import (
    Cited,
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    ReasoningExtra,
    ResponseInfo,
    TextDelta,
    ToolCallDelta,
    UsageReport,
)
from workbench.core.reply.usage import Usage
from workbench.providers.protocols.anthropic_reader import AnthropicReader
from workbench.providers.wire.sse import ServerEvent

STOP = [{"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, {"type": "message_stop"}]


def read(*events: Any, done: bool = False) -> list[Event]:
    reader = AnthropicReader("X")
    found = [event for one in events
             for event in reader.event(ServerEvent(one if isinstance(one, str) else json.dumps(one)))]
    return [*found, *reader.end(done or reader.done)]


def start(**block: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": 0, "content_block": block}


def delta(**fields: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": fields}


def test_reasoning_keeps_its_signature() -> None:
    events = read(start(type="thinking", thinking=""), delta(type="thinking_delta", thinking="hm"),
                  delta(type="signature_delta", signature="s"), {"type": "content_block_stop", "index": 0}, *STOP)
    block = {"type": "thinking", "thinking": "hm", "signature": "s"}
    assert events == [ReasoningDelta("hm"), ReasoningExtra({"blocks": [block]}), Finished("stop")]


def test_calls_are_numbered_by_themselves() -> None:
    events = read({**start(type="text", text="Hi"), "index": 0},
                  {**start(type="tool_use", id="t", name="f", input={}), "index": 3},
                  {**delta(type="input_json_delta", partial_json='{"x":1}'), "index": 3}, *STOP)
    assert events[:3] == [TextDelta("Hi"), ToolCallDelta(0, "t", "f", ""), ToolCallDelta(0, arguments='{"x":1}')]


def test_counts_add_up() -> None:
    message = {"id": "m", "model": "c", "usage": {"input_tokens": 5, "output_tokens": 1,
                                                  "cache_read_input_tokens": 4, "cache_creation_input_tokens": 2}}
    events = read({"type": "message_start", "message": message},
                  {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 9}}, *STOP)
    assert events[0] == ResponseInfo({"id": "m", "model": "c"})
    assert [event.usage for event in events if isinstance(event, UsageReport)] == [
        Usage(11, 1, 4, 2), Usage(11, 9, 4, 2)]


def test_sources() -> None:
    cited = {"type": "citations_delta", "citation": {"url": "https://a.example", "title": "A"}}
    assert read(start(type="text", text="x", citations=[{"url": "https://b.example"}]), delta(**cited), *STOP)[1:3] == [
        Cited("https://b.example", ""), Cited("https://a.example", "A")]


@pytest.mark.parametrize(("reason", "finish"), [
    ("end_turn", "stop"), ("max_tokens", "length"), ("stop_sequence", "stop"), ("tool_use", "tool_calls"),
    ("refusal", "content_filter"), ("something_new", "something_new"),
])
def test_stop_reasons(reason: str, finish: str) -> None:
    ending = {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": "END"}}
    assert read(start(type="text", text="x"), ending)[1:] == [
        ResponseInfo({"stop_sequence": "END"}), Finished(finish)]


@pytest.mark.parametrize(("events", "kind"), [
    ([], "not_an_answer"), ([start(type="text", text="Hel")], "interrupted"),
    ([start(type="text", text="Hel"), {"type": "error", "error": {"type": "overloaded_error", "message": "no"}}],
     "overloaded"),
    ([{"type": "error", "error": {"message": "no"}}, start(type="text", text="late")], "server"),
])
def test_ends_that_are_failures(events: list[Any], kind: str) -> None:
    failures = [event.error.kind for event in read(*events) if isinstance(event, Failed)]
    assert failures == [kind]


def test_a_relay_that_ends_as_openai_does() -> None:
    assert read(start(type="text", text="Hi"), "[DONE]") == [TextDelta("Hi"), Finished("stop")]


def test_odd_events_do_no_harm() -> None:
    odd = ["", "{", "null", [], {"type": "ping"}, {"type": "content_block_start"}, {"type": "content_block_delta"},
           {"type": "content_block_stop", "index": 9}, {"type": "message_start", "message": 5},
           {"type": "message_delta", "usage": 5, "delta": 5}, delta(type="input_json_delta", partial_json="{"),
           {"type": "content_block_delta", "index": "x", "delta": {"type": "text_delta", "text": 5}}]
    assert [event for event in read(*odd, start(type="text", text="Hi"), *STOP) if isinstance(event, TextDelta)] == [
        TextDelta("Hi")]


def test_a_break_after_the_end_changes_nothing() -> None:
    reader = AnthropicReader("X")
    list(reader.whole({"type": "message", "content": [{"type": "text", "text": "Hi"}], "stop_reason": "end_turn"}))
    assert reader.complete and not reader.empty
    assert list(reader.broken(Interrupted("No.", "interrupted"))) == [Finished("stop")] and not reader.failed
