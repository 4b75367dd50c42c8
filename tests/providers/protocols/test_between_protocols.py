"""A chat that goes from chat completions to the Responses API and back, with everything that it holds."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from typing import Any

from tests.conftest import Run
from tests.providers.support import Bench, Outcome, bench
from tests.support.server import Server, json_reply
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Blob, Image, Reasoning, ToolCall, ToolResult

PNG = b"\x89PNG-given"
GIVEN = Blob(hashlib.sha256(PNG).hexdigest(), len(PNG), "image/png", "a.png")
DRAWN = b"\x89PNG-drawn"
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": [{"type": "summary_text", "text": "Now I draw."}],
           "content": [], "encrypted_content": "gAAA"}


def over_chat(number: int) -> dict[str, Any]:
    call = {"id": f"call_{number}", "type": "function",
            "function": {"name": "look", "arguments": f'{{"at": {number}}}'}}
    return {"choices": [{"index": 0, "finish_reason": "tool_calls", "message": {
        "role": "assistant", "content": f"Words {number}.", "reasoning_content": f"Thought {number}.",
        "tool_calls": [call]}}]}


def over_responses(number: int) -> dict[str, Any]:
    return {"id": "r", "status": "completed", "output": [
        THOUGHT, {"type": "message", "id": "m", "role": "assistant", "content": [
            {"type": "output_text", "text": f"Words {number}.", "annotations": []}]},
        {"type": "image_generation_call", "id": "ig", "status": "completed",
         "result": base64.b64encode(DRAWN).decode()},
        {"type": "function_call", "id": "fc", "call_id": f"call_{number}", "name": "look",
         "arguments": f'{{"at": {number}}}'}]}


class Talk:
    """A chat with one model, whose provider's protocol changes."""

    def __init__(self, server: Server, run: Run, preset: str) -> None:
        self.server, self.run = server, run
        self.made: Bench = bench(server, preset, id="p", needs_key=False)
        self.messages: list[Message] = [user("Look at this.", Image(GIVEN))]
        self.blobs = {GIVEN.sha256: PNG}

    def ask(self, protocol: str, number: int) -> Any:
        """Asks over a protocol, and returns what was sent."""
        config = dataclasses.replace(self.made.config, protocol=protocol)
        self.made.settings.change(providers={"p": config})
        out: Outcome = self.run(self.made.reply("p/m", messages=tuple(self.messages), blobs=self.blobs))
        assert out.failure is None, out.failure
        parts = []
        for part in out.message.parts:
            if isinstance(part, Image) and part.blob is not None:
                data = out.blobs[part.blob.sha256]
                blob = Blob(hashlib.sha256(data).hexdigest(), len(data), "image/png")
                part, self.blobs[blob.sha256] = Image(blob), data
            parts.append(part)
        kinds = {type(part) for part in parts}
        assert {Reasoning, ToolCall} < kinds and f"Words {number}." in out.text
        self.messages += [dataclasses.replace(out.message, parts=tuple(parts)),
                          Message("tool", (ToolResult(f"call_{number}", f"Result {number}.", "look"),))]
        return self.server.requests[-1].json


def test_nothing_is_lost_both_ways(server: Server, run: Run) -> None:
    """Words, pictures given and drawn, calls and their results, to either; thoughts to the one that they came from, and
    as text where the server takes that."""
    server.on("POST", "/v1/chat/completions", json_reply(over_chat(1)), json_reply(over_chat(3)))
    server.on("POST", "/v1/responses", json_reply(over_responses(2)), json_reply(over_responses(4)))
    talk = Talk(server, run, "llamacpp")
    bodies = [talk.ask(protocol, number) for number, protocol in enumerate(
        ("openai-chat", "openai-responses", "openai-chat", "openai-responses"), 1)]
    for number, body in enumerate(bodies[1:], 2):
        sent = json.dumps(body)
        for told in range(1, number):
            for word in (f"Words {told}.", f"Result {told}.", f"call_{told}", f'\\"at\\": {told}'):
                assert word in sent, (number, word)
        assert base64.b64encode(PNG).decode() in sent
        assert (base64.b64encode(DRAWN).decode() in sent) is (number > 2)
    _, second, third, fourth = bodies
    assert [item["type"] for item in second["input"]] == [
        "message", "reasoning", "message", "function_call", "function_call_output"]
    assert second["input"][1]["content"] == [{"type": "reasoning_text", "text": "Thought 1."}]
    replies = [message for message in third["messages"] if message["role"] == "assistant"]
    assert [message["reasoning_content"] for message in replies] == ["Thought 1.", "Now I draw."]
    assert {name: value for name, value in THOUGHT.items() if name != "id"} in fourth["input"]
    assert "Thought 3." in json.dumps(fourth)
    for body in (second, fourth):
        ids = [item["call_id"] for item in body["input"] if item["type"] == "function_call"]
        assert ids == [item["call_id"] for item in body["input"] if item["type"] == "function_call_output"]


def test_a_server_that_knows_no_thoughts_of_others_gets_the_rest(server: Server, run: Run) -> None:
    """OpenAI takes back only what it encrypted itself."""
    server.on("POST", "/v1/chat/completions", json_reply(over_chat(1)), json_reply(over_chat(3)))
    server.on("POST", "/v1/responses", json_reply(over_responses(2)), json_reply(over_responses(4)))
    talk = Talk(server, run, "openai")
    first, second, third, fourth = (talk.ask(protocol, number) for number, protocol in enumerate(
        ("openai-chat", "openai-responses", "openai-chat", "openai-responses"), 1))
    assert "Thought 1." not in json.dumps(second) and "gAAA" in json.dumps(fourth)
    for body, numbers in ((second, (1,)), (third, (1, 2)), (fourth, (1, 2, 3))):
        assert all(f"Words {number}." in json.dumps(body) and f"Result {number}." in json.dumps(body)
                   for number in numbers)
    assert "encrypted" not in json.dumps(third)
    assert len(first["messages"]) == 1
