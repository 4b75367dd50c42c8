"""Conversations with tool calls that nobody answered, as both protocols send them."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import BY_SERVER, Text, ToolCall, ToolResult
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Request
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import resolve_endpoint
from workbench.providers.protocols.anthropic_messages import AnthropicMessages
from workbench.providers.protocols.open_calls import NOT_RUN, UNTOLD, with_open_calls_closed
from workbench.providers.protocols.openai_chat import OpenAIChat

CALLED = Message("assistant", (Text("I look."), ToolCall("c1", "f", "{}"), ToolCall("c2", "g", "{}")))
ANSWER = Message("tool", (ToolResult("c1", "42"),))
NEVER_MIND = user("Never mind")


def body(protocol: OpenAIChat | AnthropicMessages, *messages: Message) -> list[Any]:
    endpoint = resolve_endpoint(ProviderConfig("lab", base_url="http://lab/v1"), Settings())
    ref = ModelRef("lab", "m")
    found = protocol.outgoing(endpoint, Request(ref, messages, {}), ModelInfo(ref), {}).body["messages"]
    assert isinstance(found, list)
    return found


def test_an_open_call_is_answered_in_chat_completions() -> None:
    sent = body(OpenAIChat(), user("a"), CALLED, ANSWER, NEVER_MIND)
    assert [message["role"] for message in sent] == ["user", "assistant", "tool", "tool", "user"]
    assert {message["tool_call_id"]: message["content"] for message in sent[2:4]} == {"c1": "42", "c2": NOT_RUN}
    assert sent[1]["content"] == "I look." and len(sent[1]["tool_calls"]) == 2


def test_an_open_call_is_answered_in_messages() -> None:
    sent = body(AnthropicMessages(), user("a"), CALLED, NEVER_MIND)
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]
    assert [block.get("tool_use_id") for block in sent[2]["content"]] == ["c1", "c2", None]
    assert sent[2]["content"][-1] == {"type": "text", "text": "Never mind"}


@pytest.mark.parametrize("protocol", [OpenAIChat(), AnthropicMessages()])
def test_a_call_in_the_last_message_is_left_out(protocol: OpenAIChat | AnthropicMessages) -> None:
    kept, _ = with_open_calls_closed((user("a"), CALLED))
    assert kept[-1].parts == (Text("I look."),)
    bare = Message("assistant", (ToolCall("c1", "f", "{}"),))
    assert [message["role"] for message in body(protocol, user("a"), bare)] == ["user"]


def test_a_call_without_a_name_is_left_out() -> None:
    phantom = Message("assistant", (Text("Hi"), ToolCall("call_0", "", "")))
    kept, notes = with_open_calls_closed((phantom, NEVER_MIND))
    assert kept[0].parts == (Text("Hi"),) and kept[1:] == (NEVER_MIND,)
    assert len(notes) == 1


def test_a_conversation_with_all_results_is_not_touched() -> None:
    both = user("b", ToolResult("c2", "no"))
    messages = (user("a"), CALLED, ANSWER, both)
    assert with_open_calls_closed(messages) == (messages, [])


def test_what_a_server_did_is_told_to_no_other() -> None:
    searched = Message("assistant", (ToolCall("w", "web_search", "{}", {BY_SERVER: True}),
                                     ToolResult("w", "found", extra={BY_SERVER: True}), Text("It rains.")))
    kept, notes = with_open_calls_closed((searched, NEVER_MIND))
    assert kept == (Message("assistant", (Text("It rains."),)), NEVER_MIND) and notes == [UNTOLD]


def test_calls_that_have_the_id_of_an_earlier_one() -> None:
    """Servers that number the calls of each reply anew would take a result for that of another call."""
    def turn(text: str) -> tuple[Message, ...]:
        return (Message("assistant", (ToolCall("call_0", text, "{}"),)), Message("tool", (ToolResult("call_0", text),)))

    closed, notes = with_open_calls_closed((*turn("a"), *turn("b"), *turn("c"), user("?")))
    ids = [part.id for message in closed for part in message.parts if isinstance(part, ToolCall)]
    results = [(part.call_id, part.text) for message in closed for part in message.parts
               if isinstance(part, ToolResult)]
    assert ids[0] == "call_0" and len(set(ids)) == 3 and results == list(zip(ids, "abc", strict=True)) and not notes
