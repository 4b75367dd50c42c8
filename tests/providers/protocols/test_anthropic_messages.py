"""Anthropic's own protocol beyond the table: tools, thinking, schemas, errors in the stream."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, Outcome, bench
from tests.support.server import Reply, Server, json_reply
from workbench.core.chat.messages import Message, system, user
from workbench.core.chat.parts import (
    Blob,
    File,
    Image,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
)
from workbench.core.reply.usage import Usage
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.providers.protocols.anthropic_messages import anthropic_messages

PATH = "/v1/messages"
PICTURE = Blob("sha", 3, "image/png", "x.png")
BLOBS = {"sha": b"PNG"}


def stream(*events: dict[str, Any]) -> Reply:
    body = "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events)
    return Reply(headers={"Content-Type": "text/event-stream"}, body=[body], framing="close")


START = {"type": "message_start", "message": {"id": "msg", "model": "m", "usage": {
    "input_tokens": 5, "output_tokens": 1}}}


def end(reason: str) -> list[dict[str, Any]]:
    return [{"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 9}},
            {"type": "message_stop"}]


def block(index: int, start: dict[str, Any], *deltas: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "content_block_start", "index": index, "content_block": start},
            *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
            {"type": "content_block_stop", "index": index}]


def ask(server: Server, run: Run, model: str = "claude-sonnet-4-5", **request: Any) -> Outcome:
    outcome: Outcome = run(bench(server, "anthropic", path="", key=KEY).reply(f"anthropic/{model}", **request))
    return outcome


def test_a_limit_of_its_own_keeps_to_what_was_learned(server: Server, run: Run) -> None:
    wrong = {"type": "error", "error": {"type": "invalid_request_error", "message": (
        "max_tokens: 64000 > 4096, which is the maximum allowed number of output tokens for this model")}}
    server.on("POST", PATH, json_reply(wrong, 400), stream(
        START, *block(0, {"type": "text", "text": "Hi"}), *end("end_turn")))
    out = ask(server, run)
    assert out.message.text == "Hi" and [one.json["max_tokens"] for one in server.requests] == [64000, 4096]


def test_tools(server: Server, run: Run) -> None:
    server.on("POST", PATH, stream(
        START, *block(0, {"type": "thinking", "thinking": ""}, {"type": "thinking_delta", "thinking": "hm"},
                      {"type": "signature_delta", "signature": "s"}),
        *block(1, {"type": "redacted_thinking", "data": "xyz"}),
        *block(2, {"type": "tool_use", "id": "t1", "name": "f", "input": {}},
               {"type": "input_json_delta", "partial_json": ""}, {"type": "input_json_delta",
                                                                  "partial_json": '{"x"'},
               {"type": "input_json_delta", "partial_json": ":1}"}),
        *block(3, {"type": "tool_use", "id": "t2", "name": "g", "input": {}}), *end("tool_use")))
    tool = {"type": "function", "function": {"name": "f", "description": "d", "parameters": {"type": "object"}}}
    out = ask(server, run, params={"tools": [tool], "tool_choice": "required"})
    blocks = [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "redacted_thinking",
                                                                          "data": "xyz"}]
    assert out.message.parts == (Reasoning("hm", extra={"blocks": blocks}), ToolCall("t1", "f", '{"x":1}'),
                                 ToolCall("t2", "g", ""))
    assert out.finished == {0: "tool_calls"} and out.usage == Usage(5, 9)
    body = server.requests[0].json
    assert body["tools"] == [{"name": "f", "description": "d", "input_schema": {"type": "object"}}]
    assert body["tool_choice"] == {"type": "any"}


def test_a_limit_is_sent_because_one_is_demanded(server: Server, run: Run) -> None:
    server.on("POST", PATH, stream(START, *end("end_turn")))
    out = ask(server, run)
    assert server.requests[0].json["max_tokens"] == 64000
    assert [(change.parameter, change.action) for change in out.sent.adjustments] == [("max_tokens", "moved")]
    assert ask(server, run, model="claude-unknown").sent.body["max_tokens"] == 8192


@pytest.mark.parametrize(("model", "effort", "fields"), [
    ("claude-sonnet-4-5", "none", {"thinking": {"type": "disabled"}}),
    ("claude-sonnet-4-5", "low", {"thinking": {"type": "enabled", "budget_tokens": 2048}}),
    ("claude-opus-4-6", "none", {"thinking": {"type": "disabled"}}),
    ("claude-opus-4-7", "none", {"thinking": {"type": "disabled"}}),
    ("claude-opus-4-7", "xhigh", {"thinking": {"type": "adaptive"}, "output_config": {"effort": "xhigh"}}),
])
def test_thinking(server: Server, run: Run, model: str, effort: str, fields: dict[str, Any]) -> None:
    server.on("POST", PATH, stream(START, *end("end_turn")))
    body = ask(server, run, model=model, params={"reasoning_effort": effort, "max_tokens": 9000}).sent.body
    assert {name: body.get(name) for name in ("thinking", "output_config") if name in body} == fields


@pytest.mark.parametrize(("most", "budget"), [
    (800, None), (1024, None), (1025, 1024), (1500, 1024), (2048, 1024), (3000, 2048), (4000, 2048)])
def test_thinking_within_a_short_limit(server: Server, run: Run, most: int, budget: int | None) -> None:
    """The API takes no budget below 1024 tokens, and none that is not below the limit."""
    server.on("POST", PATH, stream(START, *end("end_turn")))
    out = ask(server, run, model="claude-sonnet-4-5", params={"reasoning_effort": "low", "max_tokens": most})
    thinking = None if budget is None else {"type": "enabled", "budget_tokens": budget}
    assert out.sent.body.get("thinking") == thinking and out.sent.body["max_tokens"] == most
    notes = [(change.parameter, change.action) for change in out.sent.adjustments]
    assert notes == ([("reasoning_effort", "dropped")] if budget is None else [])


@pytest.mark.parametrize(("effort", "params", "kept"), [
    ("high", {"temperature": 0.5, "top_p": 0.5, "top_k": 3}, set()),
    ("high", {"temperature": 1, "top_p": 0.95}, {"temperature", "top_p"}),
    ("none", {"temperature": 0.5, "top_k": 3}, {"temperature", "top_k"}),
])
def test_sampling_beside_thinking(server: Server, run: Run, effort: str, params: dict[str, Any],
                                  kept: set[str]) -> None:
    """The API refuses what shapes the sampling while a model thinks."""
    server.on("POST", PATH, stream(START, *end("end_turn")))
    out = ask(server, run, model="claude-sonnet-4-5", params={"reasoning_effort": effort, "max_tokens": 9000, **params})
    assert {name for name in params if name in out.sent.body} == kept
    assert {change.parameter for change in out.sent.adjustments} == set(params) - kept


def test_newer_models_take_no_temperature(server: Server, run: Run) -> None:
    server.on("POST", PATH, stream(START, *end("end_turn")))
    out = ask(server, run, model="claude-opus-4-7", params={"temperature": 0.5, "top_p": 0.5, "top_k": 3})
    assert not {"temperature", "top_p", "top_k"} & set(out.sent.body)
    assert server.requests[0].header("anthropic-version") == "2023-06-01"


def test_a_schema_has_another_place(server: Server, run: Run) -> None:
    server.on("POST", PATH, stream(START, *end("end_turn")))
    form = {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}}}
    body = ask(server, run, params={"response_format": form}).sent.body
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": {"type": "object"}}}
    assert "response_format" not in body


def test_whole_answers(server: Server, run: Run) -> None:
    server.on("POST", PATH, json_reply({
        "type": "message", "id": "m", "model": "c", "stop_reason": "max_tokens",
        "content": [{"type": "thinking", "thinking": "hm", "signature": "s"}, {"type": "text", "text": "Hi"},
                    {"type": "tool_use", "id": "t", "name": "f", "input": {"x": 1}}],
        "usage": {"input_tokens": 3, "cache_read_input_tokens": 4, "output_tokens": 2}}))
    out = ask(server, run, params={"stream": False})
    assert out.text == "Hi" and out.finished == {0: "length"} and out.usage == Usage(7, 2, 4)
    assert ToolCall("t", "f", '{"x": 1}') in out.message.parts


@pytest.mark.parametrize("last", [[], [{"type": "content_block_stop", "index": 0}]])
def test_a_cut_stream(server: Server, run: Run, last: list[dict[str, Any]]) -> None:
    begin = block(0, {"type": "text", "text": ""}, {"type": "text_delta", "text": "Hel"})[:2]
    server.on("POST", PATH, stream(START, *begin, *last))
    out = ask(server, run)
    assert out.text == "Hel" and out.failure.kind == "interrupted" and not out.finished


def test_an_error_in_the_stream(server: Server, run: Run) -> None:
    error = {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}
    begin = block(0, {"type": "text", "text": "Hel"})[:1]
    server.on("POST", PATH, stream(START, *begin, error))
    out = ask(server, run)
    assert out.text == "Hel" and out.failure.kind == "overloaded" and len(server.requests) == 1


def test_a_beginning_without_blank_at_its_end(server: Server, run: Run) -> None:
    server.on("POST", PATH, stream(START, *end("end_turn")))
    ask(server, run, messages=(user("a"), Message("assistant", (Text("Once "),))))
    assert server.requests[0].json["messages"] == [
        {"role": "user", "content": "a"}, {"role": "assistant", "content": "Once"}]


def test_a_custom_server_of_that_protocol(server: Server, run: Run) -> None:
    server.on("POST", "/x/v1/messages", stream(START, *end("end_turn")))
    made = bench(server, path="/x", key=KEY, protocol="anthropic-messages")
    assert run(made.reply("test/m")).finished == {0: "stop"}
    assert server.requests[0].header("x-api-key") == KEY

def test_anthropic_blocks() -> None:
    signed = [{"type": "thinking", "thinking": "hm", "signature": "s"}]
    called = Message("assistant", (Reasoning("hm", extra={"blocks": signed}), Text("Look:"),
                                   ToolCall("c1", "f", '{"x":1}')))
    messages = (system("S"), user("a", Image(PICTURE)), called, Message("tool", (ToolResult("c1", "42"),)),
                Message("tool", (ToolResult("c2", "no", is_error=True),)), user("b"))
    made = anthropic_messages(Request(ModelRef("anthropic", "m"), messages, blobs=BLOBS))
    assert made == [
        {"role": "user", "content": [
            {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "UE5H"}},
            {"type": "text", "text": "a"}]},
        {"role": "assistant", "content": [
            *signed, {"type": "text", "text": "Look:"},
            {"type": "tool_use", "id": "c1", "name": "f", "input": {"x": 1}}]},
        {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "c1", "content": "42"},
            {"type": "tool_result", "tool_use_id": "c2", "content": "no", "is_error": True},
            {"type": "text", "text": "b"}]}]


@pytest.mark.parametrize(("reads", "block"), [
    (True, {"type": "document", "title": "a.pdf", "source": {
        "type": "base64", "media_type": "application/pdf", "data": "JVBERg=="}}),
    (False, {"type": "text", "text": '<file name="a.pdf">\nits text\n</file>'})])
def test_a_pdf(reads: bool, block: dict[str, Any]) -> None:
    pdf = File("a.pdf", "its text", Blob("pdf", 4, "application/pdf"))
    messages = (user("Read it", pdf),)
    assert anthropic_messages(Request(ModelRef("a", "m"), messages, blobs={"pdf": b"%PDF"}), pdf=reads) == [
        {"role": "user", "content": [block, {"type": "text", "text": "Read it"}]}]


def test_claude_is_sent_the_pdf_itself_and_told_what_to_keep(server: Server, run: Run) -> None:
    """The facts know which models read PDF files; the cache is asked for at the top of the body."""
    server.on("POST", PATH, stream(START, *block(0, {"type": "text", "text": "Hi"}), *end("end_turn")))
    pdf = File("a.pdf", "its text", Blob("pdf", 4, "application/pdf"))
    ask(server, run, messages=(user("Read it", pdf),), blobs={"pdf": b"%PDF"},
        params={"cache_control": {"type": "ephemeral"}})
    sent = server.requests[0].json
    assert sent["messages"][0]["content"][0]["type"] == "document" and sent["cache_control"] == {"type": "ephemeral"}
