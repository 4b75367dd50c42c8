"""OpenAI messages: each result right behind its call, whatever order a message holds them in."""

from __future__ import annotations

import json
from typing import Any

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import BY_SERVER, Citation, File, Part, Reasoning, Text, ToolCall, ToolResult
from workbench.core.ports.exports import ExportOptions
from workbench.files.exports import jsonl
from workbench.files.exports.document import ChatDocument


def exported(*messages: tuple[str, tuple[Part, ...]]) -> dict[str, Any]:
    nodes = tuple(
        MessageNode(str(number), "c", str(number - 1) if number else None, Message(role, parts))  # type: ignore[arg-type]
        for number, (role, parts) in enumerate(messages))
    document = ChatDocument(Chat("c", "T"), nodes, tuple(node.id for node in nodes))
    (line,) = "".join(jsonl.render([document], ExportOptions())).splitlines()
    return json.loads(line)


def test_calls_and_results_in_one_message_become_turns() -> None:
    parts = (Text("Let me look."), ToolCall("1", "a", "{}"), ToolCall("2", "b", "{}"), ToolResult("1", "one"),
             ToolResult("2", "two"), Text("Once more."), ToolCall("3", "a", "{}"), ToolResult("3", "three"),
             Reasoning("so"), Text("Done."), Citation("http://x", "X"))
    messages = exported(("user", (Text("?"),)), ("assistant", parts))["messages"]
    assert [message["role"] for message in messages] == [
        "user", "assistant", "tool", "tool", "assistant", "tool", "assistant"]
    assert [call["id"] for call in messages[1]["tool_calls"]] == ["1", "2"]
    assert messages[1]["content"] == "Let me look." and messages[4]["content"] == "Once more."
    assert messages[6] == {
        "role": "assistant", "content": "Done.", "reasoning_content": "so",
        "annotations": [{"type": "url_citation", "url_citation": {"url": "http://x", "title": "X"}}]}


def test_a_call_without_a_result_is_answered_and_a_result_without_a_call_is_text() -> None:
    data = exported(("assistant", (ToolCall("1", "a", "{}"),)), ("user", (Text("?"),)),
                    ("tool", (ToolResult("9", "stray"),)), ("assistant", (ToolCall("2", "a", "{}"),)))
    assert [message["role"] for message in data["messages"]] == ["assistant", "tool", "user", "user", "assistant"]
    assert data["messages"][1] == {"role": "tool", "tool_call_id": "1", "content": "No result."}
    assert "tool_calls" in data["messages"][4], "what is asked last is what is learnt"
    assert data["messages"][3] == {"role": "user", "content": "stray"}


def test_calls_without_ids_get_some_and_keep_their_results() -> None:
    messages = exported(
        ("assistant", (ToolCall("", "a", "{}"), ToolCall("call_2", "b", "{}"), ToolCall("", "c", "{}"))),
        ("tool", (ToolResult("", "one", "a"),)), ("tool", (ToolResult("call_2", "two", "b"),)),
        ("tool", (ToolResult("", "three", "c"),)), ("assistant", (ToolCall("", "a", "{}"), ToolResult("", "four"))),
        ("user", (Text("?"),)), ("tool", (ToolResult("", "of nothing"),)), ("assistant", (ToolCall("", "d", "{}"),)),
    )["messages"]
    assert [call["id"] for message in messages for call in message.get("tool_calls", ())] == [
        "call_1", "call_2", "call_3", "call_4", "call_5"]
    assert [(message["tool_call_id"], message["content"]) for message in messages if message["role"] == "tool"] == [
        ("call_1", "one"), ("call_2", "two"), ("call_3", "three"), ("call_4", "four")]
    assert messages[-2] == {"role": "user", "content": "of nothing"}


def test_a_message_of_nothing_stays_a_message() -> None:
    assert exported(("assistant", ()))["messages"] == [{"role": "assistant", "content": ""}]


def test_a_file_without_text_is_its_name() -> None:
    assert exported(("user", (File("photo.raw"),)))["messages"][0]["content"] == "photo.raw"


def test_a_call_that_the_server_made_by_itself_is_not_for_others_to_learn() -> None:
    parts = (ToolCall("w", "web_search", "{}", {BY_SERVER: True}), ToolResult("w", "found", extra={BY_SERVER: True}),
             Text("It rains."))
    data = exported(("user", (Text("?"),)), ("assistant", parts))
    assert data["messages"][1] == {"role": "assistant", "content": "It rains."}
    assert data["not_included"] == ["Calls web_search", "Result"]
