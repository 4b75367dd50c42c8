"""Pictures in replies, and a chat that changes its protocol on the way."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Blob, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Request
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import resolve_endpoint
from workbench.providers.protocols.registry import PROTOCOLS
from workbench.providers.protocols.reply_pictures import with_pictures_shown

PNG = b"\x89PNG"
SHA = hashlib.sha256(PNG).hexdigest()
PICTURE = Image(Blob(SHA, 4, "image/png", "a.png"))
REF = ModelRef("p", "m")
SEES, BLIND = ModelInfo(REF, input=("text", "image")), ModelInfo(REF, input=("text",))


def test_pictures_follow_in_a_message_of_the_users() -> None:
    drawn = Message("assistant", (Text("Here."), PICTURE))
    shown, (note,) = with_pictures_shown((user("Draw"), drawn, user("Bluer")), SEES)
    assert shown == (user("Draw"), Message("assistant", (Text("Here."),)), Message("user", (PICTURE,)), user("Bluer"))
    assert (note.parameter, note.action) == ("image", "moved")


def test_results_stay_behind_their_calls() -> None:
    called = Message("assistant", (ToolCall("c", "f", "{}"), PICTURE))
    result = Message("tool", (ToolResult("c", "4"),))
    shown, _ = with_pictures_shown((called, result, user("And?")), SEES)
    assert [message.role for message in shown] == ["assistant", "tool", "user", "user"]
    assert with_pictures_shown((called, result), SEES)[0][-1] == Message("user", (PICTURE,))


@pytest.mark.parametrize(("messages", "info"), [
    ((user("Draw"), Message("assistant", (PICTURE,)), user("Bluer")), BLIND),
    ((user("Draw"), Message("assistant", (Text("Here"), PICTURE))), SEES), ((user("Look", PICTURE),), SEES)])
def test_nothing_changes_otherwise(messages: tuple[Message, ...], info: ModelInfo) -> None:
    assert with_pictures_shown(messages, info) == (messages, [])


@pytest.mark.parametrize("protocol", ["openai-chat", "openai-responses", "anthropic-messages"])
def test_a_chat_goes_on_over_another_protocol(protocol: str) -> None:
    """Words, calls, results and pictures of all three go to any of them; reasoning goes to whoever thought it."""
    endpoint = resolve_endpoint(ProviderConfig("p", base_url="https://p.example/v1", protocol=protocol), Settings())
    thought = {"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "SECRET-THOUGHT"}
    said = {"type": "message", "content": [{"type": "output_text", "text": "Over responses."}]}
    call = {"type": "function_call", "call_id": "c2", "name": "g", "arguments": "{\"b\":2}"}
    chat: tuple[Message, ...] = (
        user("First", PICTURE),
        Message("assistant", (Reasoning("Hm."), Text("Over chat."), ToolCall("c1", "f", "{\"a\":1}")), "p/m"),
        Message("tool", (ToolResult("c1", "one"),)), user("Second"),
        Message("assistant", (Text("Over responses."), ToolCall("c2", "g", "{\"b\":2}"), PICTURE), "p/m",
                {"items": [thought, said, call], "items_from": endpoint.origin}),
        Message("tool", (ToolResult("c2", "two"),)), user("Third"))
    body: Any = PROTOCOLS[protocol].outgoing(endpoint, Request(REF, chat, blobs={SHA: PNG}), SEES, {}).body
    text = json.dumps(body)
    for words in ("First", "Over chat.", "c1", "one", "Second", "Over responses.", "c2", "two", "Third"):
        assert words in text, words
    assert ("SECRET-THOUGHT" in text) is (protocol == "openai-responses")
    assert text.count(base64.b64encode(PNG).decode()) == 2


def test_pictures_of_results_follow_all_results_of_a_turn() -> None:
    called = Message("assistant", (ToolCall("c", "f", "{}"), ToolCall("d", "f", "{}")))
    one, other = Message("tool", (ToolResult("c", "[image]"), PICTURE)), Message("tool", (ToolResult("d", "4"),))
    shown, (note,) = with_pictures_shown((user("Look"), called, one, other), SEES)
    assert shown == (user("Look"), called, Message("tool", (ToolResult("c", "[image]"),)), other,
                     Message("user", (PICTURE,)))
    assert note.action == "moved" and with_pictures_shown((called, one, other), BLIND)[0] == (called, one, other)
