"""Conversations as the Responses API wants them, and replies sent back as they came."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from typing import Any

import pytest

from workbench.core.chat.messages import Message, system, user
from workbench.core.chat.parts import BY_SERVER, Blob, File, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.json_types import Json
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.providers.protocols.open_calls import with_open_calls_closed
from workbench.providers.protocols.responses_items import input_items, instructions_of

ORIGIN = "https://x.example:443"
PNG = b"\x89PNG"
SHA = hashlib.sha256(PNG).hexdigest()
PICTURE = Image(Blob(SHA, 4, "image/png", "a.png"))
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "gAAA", "status": "completed"}
SAID = {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": "It is 4."}]}
CALL = {"type": "function_call", "id": "fc_1", "call_id": "c1", "name": "add", "arguments": "{}"}


def sent(*messages: Message, **options: Any) -> list[Json]:
    closed, _ = with_open_calls_closed(messages)
    return input_items(Request(ModelRef("p", "m"), closed, blobs={SHA: PNG}), ORIGIN, **options)


def reply(*items: dict[str, Any], parts: tuple[Any, ...] = (Text("It is 4."),), model: str = "p/m") -> Message:
    return Message("assistant", parts, model, {"items": list(items), "items_from": ORIGIN})


def kinds(items: list[Json]) -> list[Json]:
    return [item.get("type") if isinstance(item, dict) else None for item in items]


def test_texts_pictures_and_files() -> None:
    pdf = File("a.pdf", "its text", Blob(SHA, 4, "application/pdf", "a.pdf"))
    data = f"base64,{base64.b64encode(PNG).decode()}"
    assert sent(user("Hi")) == [{"type": "message", "role": "user", "content": "Hi"}]
    assert sent(user("Look", PICTURE), pdf=True) == [{"type": "message", "role": "user", "content": [
        {"type": "input_image", "image_url": f"data:image/png;{data}", "detail": "auto"},
        {"type": "input_text", "text": "Look"}]}]
    assert sent(user("Read", pdf), pdf=True) == [{"type": "message", "role": "user", "content": [
        {"type": "input_file", "filename": "a.pdf", "file_data": f"data:application/pdf;{data}"},
        {"type": "input_text", "text": "Read"}]}]
    assert "its text" in str(sent(user("Read", pdf)))


def test_instructions_are_the_system_messages_at_the_beginning() -> None:
    text, others = instructions_of((system("A"), system("B"), user("Hi"), system("C")))
    assert text == "A\n\nB" and [message.role for message in others] == ["user", "system"]
    assert sent(*others)[1] == {"type": "message", "role": "system", "content": "C"}


def test_a_reply_from_elsewhere_is_a_plain_message() -> None:
    said = Message("assistant", (Reasoning("Hm."), Text("It is 4.")), "other/model")
    assert sent(said) == [{"type": "message", "role": "assistant", "content": [
        {"type": "output_text", "text": "It is 4.", "annotations": []}]}]


def test_pictures_of_a_reply_are_shown_by_the_user() -> None:
    assert kinds(sent(Message("assistant", (Text("Here."), PICTURE), "other/model"), user("Larger"))) == [
        "message", "message", "message"]


def test_calls_and_results_are_linked_by_the_call() -> None:
    calls = Message("assistant", (ToolCall("c1", "add", '{"a":1}'), ToolCall("c2", "go", "fast", {"type": "custom"})))
    results = Message("tool", (ToolResult("c1", "4"), ToolResult("c2", "gone")))
    assert sent(calls, results) == [
        {"type": "function_call", "call_id": "c1", "name": "add", "arguments": '{"a":1}'},
        {"type": "custom_tool_call", "call_id": "c2", "name": "go", "input": "fast"},
        {"type": "function_call_output", "call_id": "c1", "output": "4"},
        {"type": "custom_tool_call_output", "call_id": "c2", "output": "gone"}]


@pytest.mark.parametrize(("answer", "sent_back"), [
    ("Yes.", {"approve": True}), ("not run", {"approve": False, "reason": "not run"}), (None, {"approve": False})])
def test_answers_to_a_question_whether_a_server_may_be_called(answer: str | None, sent_back: dict[str, Any]) -> None:
    asked = Message("assistant", (ToolCall("q1", "docs.find", "{}", {"type": "mcp_approval"}),))
    after = (Message("tool", (ToolResult("q1", answer),)),) if answer else ()
    items = sent(asked, *after, user("Go on"))
    assert items[:2] == [
        {"type": "mcp_approval_request", "id": "q1", "server_label": "docs", "name": "find", "arguments": "{}"},
        {"type": "mcp_approval_response", "approval_request_id": "q1", **sent_back}]


def test_a_reply_goes_back_as_it_came() -> None:
    """Without the ids of what no server keeps."""
    assert sent(reply(THOUGHT, SAID), user("And 5?"))[:2] == [
        {"type": "reasoning", "summary": [], "encrypted_content": "gAAA"},
        {name: value for name, value in SAID.items() if name != "id"}]


@pytest.mark.parametrize("changed", [
    {"model": "p/other"}, {"parts": (Text("It is 5."),)}, {"extra": {"items": [THOUGHT, SAID], "items_from": "https://y"}},
])
def test_but_not_to_another_server_or_model_nor_when_it_was_edited(changed: dict[str, Any]) -> None:
    assert kinds(sent(replace(reply(THOUGHT, SAID), **changed))) == ["message"]


def test_reasoning_that_leads_to_nothing_is_left_out() -> None:
    """A server refuses it: a call that is not to be sent, a reply that was stopped."""
    called = reply(SAID, THOUGHT, CALL, parts=(Text("It is 4."), ToolCall("c1", "add", "{}")))
    assert kinds(sent(called)) == ["message"], "a call without a result at the end is not sent"
    assert kinds(sent(called, user("Go on"))) == [
        "message", "reasoning", "function_call", "function_call_output", "message"]
    assert sent(reply(THOUGHT, parts=()), user("Go on")) == [{"type": "message", "role": "user", "content": "Go on"}]


def test_servers_that_take_no_reasoning_back() -> None:
    assert kinds(sent(reply(THOUGHT, SAID), reasoning=False)) == ["message"]
    unreadable = {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}
    assert kinds(sent(reply(unreadable, SAID))) == ["message"]


def test_what_a_server_did_goes_back_to_it_alone() -> None:
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}}
    parts = (Text("It is 4."), ToolCall("ws_1", "web_search", "{}", {BY_SERVER: True}))
    said = reply(search, SAID, parts=parts)
    assert kinds(sent(said)) == ["web_search_call", "message"]
    assert kinds(sent(replace(said, model="q/m"))) == ["message"]


def test_a_picture_that_the_server_made_goes_back_with_its_data() -> None:
    made = {"type": "image_generation_call", "id": "ig_1", "status": "completed", "result": f"sha256:{SHA}"}
    said = reply(made, parts=(PICTURE,))
    assert sent(said, user("Bluer")) == [
        {**made, "result": base64.b64encode(PNG).decode()}, {"type": "message", "role": "user", "content": "Bluer"}]
    assert kinds(input_items(Request(ModelRef("p", "m"), (said, user("Bluer"))), ORIGIN)) == ["message"]


@pytest.mark.parametrize(("text", "content"), [
    ("I can't.", [{"type": "refusal", "refusal": "I can't."}]),
    ("Well.\n\nI can't.", [{"type": "output_text", "text": "Well.", "annotations": []},
                           {"type": "refusal", "refusal": "I can't."}]),
    ("I can.", [{"type": "output_text", "text": "I can.", "annotations": []}])])
def test_a_refusal_goes_on_as_one(text: str, content: list[Any]) -> None:
    """Also one from another server or protocol, unless it was edited away."""
    (item, _) = sent(Message("assistant", (Text(text),), "q/m", {"refusal": "I can't."}), user("Why?"))
    assert isinstance(item, dict) and item["content"] == content


def test_calls_for_a_computer() -> None:
    """One for the user's own has no output, so that the server would refuse it; its own goes back with its output."""
    local = {"type": "shell_call", "id": "s1", "call_id": "c1", "action": {}}
    hosted = {**local, "call_id": "c2", "environment": {"type": "container_auto"}}
    output = {"type": "shell_call_output", "id": "o1", "call_id": "c2", "output": []}
    parts = (Text("It is 4."), ToolCall("c1", "shell", "", {BY_SERVER: True}), ToolResult("c1", "no", "", True, {
        BY_SERVER: True}))
    assert sent(reply(local, hosted, output, SAID, parts=parts), user("Go on"))[:2] == [hosted, output]
    assert kinds(sent(reply(local, SAID, parts=parts), user("Go on"))) == ["message", "message"]
