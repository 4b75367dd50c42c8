"""Blocks of Anthropic's API: kept where parts cannot say the same, and sent back as they came."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.protocols.test_anthropic_messages import PATH, START, block, end, stream
from tests.providers.support import KEY, Outcome, bench
from tests.support.server import Server, json_reply
from workbench.core.chat.messages import BLOCKS, Message, user
from workbench.core.chat.parts import Reasoning, Text, ToolCall, ToolResult
from workbench.core.json_types import Json
from workbench.core.reply.missing_answer import missing_answer
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.providers.protocols.anthropic_blocks import CONTAINER, SOURCE, KeptBlocks, container_of
from workbench.providers.protocols.anthropic_messages import anthropic_messages

HERE = "https://api.anthropic.com:443"
SEARCH = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "rain"}}
FOUND = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [
    {"type": "web_search_result", "url": "https://x.example", "title": "X", "encrypted_content": "abc"}]}


def ask(server: Server, run: Run, *messages: Message, **request: Any) -> Outcome:
    return run(bench(server, "anthropic", path="", key=KEY).reply(
        "anthropic/claude-haiku-4-5", messages=messages or (user("Hi"),), **request))


def searched() -> list[dict[str, Any]]:
    """A reply that thinks, says something, searches, and answers with a source."""
    return [
        START, *block(0, {"type": "thinking", "thinking": "", "signature": ""},
                      {"type": "thinking_delta", "thinking": "hm"}, {"type": "signature_delta", "signature": "sig"}),
        *block(1, {"type": "text", "text": ""}, {"type": "text_delta", "text": "Let me "},
               {"type": "text_delta", "text": "look."}),
        *block(2, {**SEARCH, "input": {}}, {"type": "input_json_delta", "partial_json": '{"query": '},
               {"type": "input_json_delta", "partial_json": '"rain"}'}),
        *block(3, FOUND),
        *block(4, {"type": "text", "text": "", "citations": []}, {"type": "text_delta", "text": "It rains."},
               {"type": "citations_delta", "citation": {"type": "web_search_result_location",
                                                        "url": "https://x.example", "title": "X"}}),
        *end("end_turn")]


WHOLE = [
    {"type": "thinking", "thinking": "hm", "signature": "sig"}, {"type": "text", "text": "Let me look."}, SEARCH, FOUND,
    {"type": "text", "text": "It rains.", "citations": [
        {"type": "web_search_result_location", "url": "https://x.example", "title": "X"}]},
]


def test_a_search_goes_back_in_order(server: Server, run: Run) -> None:
    server.on("POST", PATH, stream(*searched()))
    first = ask(server, run)
    assert first.text == "Let me look.\n\nIt rains." and first.message.extra[BLOCKS] == WHOLE
    ask(server, run, user("Hi"), first.message, user("And now?"))
    assert server.requests[1].json["messages"][1] == {"role": "assistant", "content": WHOLE}


def test_what_was_searched_is_told(server: Server, run: Run) -> None:
    server.on("POST", PATH, stream(*searched()))
    told = [event.data["server_tools"] for event in ask(server, run).events if "server_tools" in getattr(
        event, "data", {})]
    assert told == [[{"name": "web_search", "input": {"query": "rain"}}]]


def test_a_whole_answer_keeps_the_same(server: Server, run: Run) -> None:
    message = {"type": "message", "id": "m", "role": "assistant", "content": WHOLE, "stop_reason": "end_turn",
               "usage": {"input_tokens": 1, "output_tokens": 1}}
    server.on("POST", PATH, stream(*searched()))
    streamed = ask(server, run).message
    server.on("POST", PATH, json_reply(message))
    assert ask(server, run, params={"stream": False}).message == streamed


@pytest.mark.parametrize("kinds", [
    ["text"], ["thinking", "text"], ["thinking", "redacted_thinking", "text", "text", "tool_use", "tool_use"]])
def test_usual_replies_are_kept_as_parts_alone(kinds: list[str]) -> None:
    kept = KeptBlocks()
    assert [kept.add({"type": kind}) for kind in kinds] == [[]] * len(kinds)


@pytest.mark.parametrize("kinds", [
    ["text", "thinking"], ["tool_use", "text"], ["thinking", "text", "thinking", "tool_use"], ["text", "compaction"],
    ["mcp_tool_use"], ["text", "code_execution_tool_result", "text"]])
def test_other_orders_and_kinds_are_kept_whole(kinds: list[str]) -> None:
    kept, blocks = KeptBlocks(), [{"type": kind} for kind in kinds]
    assert [one for block in blocks for one in kept.add(block)] == blocks  # type: ignore[arg-type]


def sent(*messages: Message, origin: str = HERE) -> list[Json]:
    return anthropic_messages(Request(ModelRef("anthropic", "m"), messages), origin)


def reply(*blocks: dict[str, Any], text: str = "", calls: tuple[str, ...] = ()) -> Message:
    parts = (*((Text(text),) if text else ()), *(ToolCall(id, "f", "{}") for id in calls))
    return Message("assistant", parts, "anthropic/m", {BLOCKS: list(blocks), SOURCE: HERE})


SAID = {"type": "text", "text": "Let me look."}


def test_an_edited_text_is_sent_instead() -> None:
    edited = reply(SAID, SEARCH, FOUND, text="I looked.")
    assert sent(edited, user("?"))[0] == {"role": "assistant", "content": "I looked."}


def test_blocks_of_another_server_are_not_sent() -> None:
    foreign = reply(SAID, SEARCH, FOUND, text="Let me look.")
    assert sent(foreign, user("?"), origin="https://other:443")[0] == {"role": "assistant", "content": "Let me look."}


def test_a_search_without_a_result_is_left_out() -> None:
    """The API refuses one that is not the last block of the last message."""
    paused = reply(SAID, SEARCH, text="Let me look.")
    assert sent(paused, user("Go on"))[0] == {"role": "assistant", "content": "Let me look."}
    assert sent(user("?"), paused)[-1] == {"role": "assistant", "content": [SAID, SEARCH]}


def test_calls_go_in_their_place_with_results_after_them() -> None:
    """Thinking, text, thinking, call: the API demands the order in which they came."""
    thinking = {"type": "thinking", "thinking": "hm", "signature": "s"}
    call, other = ({"type": "tool_use", "id": id, "name": "f", "input": {}} for id in ("t1", "t2"))
    message = reply(thinking, SAID, thinking, call, other, text="Let me look.", calls=("t1",))
    wire = sent(message, Message("tool", (ToolResult("t1", "ok"),)), user("?"))
    assert wire[0] == {"role": "assistant", "content": [thinking, SAID, thinking, call]}


def test_blank_texts_are_not_sent() -> None:
    assert sent(reply({"type": "text", "text": ""}, SEARCH, FOUND, SAID, text="Let me look."), user("?"))[0] == {
        "role": "assistant", "content": [SEARCH, FOUND, SAID]}


def test_a_paused_reply_can_be_continued(server: Server, run: Run) -> None:
    server.on("POST", PATH, stream(
        START, *block(0, SAID), *block(1, SEARCH), *end("pause_turn")), stream(*searched()))
    paused = ask(server, run)
    why = missing_answer(paused.message, paused.finished[0], {})
    assert why is not None and why.sentence == (
        "The provider paused this reply, because its own tools take long. What came is kept. Continue the reply, or "
        "send a message to go on.")
    ask(server, run, user("Hi"), paused.message)
    assert server.requests[1].json["messages"] == [
        {"role": "user", "content": "Hi"}, {"role": "assistant", "content": [SAID, SEARCH]}]


def test_thinking_goes_back_to_the_server_that_signed_it() -> None:
    thinking = {"type": "thinking", "thinking": "hm", "signature": "s"}
    mine = Message("assistant", (Reasoning("hm", extra={"blocks": [thinking]}), Text("Yes")), "anthropic/m")
    assert sent(mine, user("?"))[0] == {"role": "assistant", "content": [thinking, {"type": "text", "text": "Yes"}]}
    assert sent(replace(mine, model="other/m"), user("?"))[0] == {"role": "assistant", "content": "Yes"}
    assert sent(user("?"), mine)[-1] == {"role": "assistant", "content": "Yes"}  # the beginning of a reply


def test_the_container_is_used_again_while_it_lives(server: Server, run: Run) -> None:
    code = {"tools": [{"type": "code_execution_20250825", "name": "code_execution"}]}
    stop = {"type": "message_delta", "delta": {"stop_reason": "end_turn", "container": {
        "id": "c1", "expires_at": "2999-01-01T00:00:00Z"}}, "usage": {"output_tokens": 1}}
    server.on("POST", PATH, stream(START, *block(0, SAID), stop, {"type": "message_stop"}))
    first = ask(server, run, params=code)
    ask(server, run, user("Hi"), first.message, user("?"), params=code)
    ask(server, run, user("Hi"), first.message, user("?"))
    assert [request.json.get("container") for request in server.requests] == [None, "c1", None]


def test_the_container_of_code_that_goes_back_goes_with_it(server: Server, run: Run) -> None:
    use = {"type": "server_tool_use", "id": "s", "name": "code_execution", "input": {"code": "1"}}
    done = {"type": "code_execution_tool_result", "tool_use_id": "s", "content": {"stdout": "1"}}
    server.on("POST", PATH, json_reply({
        "type": "message", "content": [use, done, SAID], "stop_reason": "end_turn", "container": {"id": "c1"}}))
    first = ask(server, run)
    ask(server, run, user("Hi"), first.message, user("?"))
    body = server.requests[-1].json
    assert body["container"] == "c1" and body["messages"][1]["content"][0] == use


@pytest.mark.parametrize(("until", "name"), [
    ("2020-01-01T00:00:00Z", ""), ("2999-01-01T00:00:00", "c"), (None, "c"), ("soon", "")])
def test_a_container_that_is_gone_is_not_named(until: Json, name: str) -> None:
    message = Message("assistant", extra={CONTAINER: {"id": "c", "expires_at": until}, SOURCE: HERE})
    assert container_of([message, user("?")], HERE) == name
    assert container_of([message], "https://other:443") == ""


def test_a_cut_block_does_not_go_back(server: Server, run: Run) -> None:
    server.on("POST", PATH, stream(
        START, *block(0, SEARCH), *block(1, FOUND),
        {"type": "content_block_start", "index": 2, "content_block": {"type": "thinking", "thinking": ""}},
        {"type": "content_block_delta", "index": 2, "delta": {"type": "thinking_delta", "thinking": "hm"}}))
    out = ask(server, run)
    assert out.failure is not None and out.message.extra[BLOCKS] == [SEARCH, FOUND]
    assert "hm" not in json.dumps(anthropic_messages(Request(ModelRef("anthropic", "m"), (out.message, user("?")))))
