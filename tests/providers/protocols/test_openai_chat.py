"""OpenAI's chat completions: addresses and bodies."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Received, Reply, Server, chat, chat_chunks, json_reply, sse
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import ToolResult
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import resolve_endpoint
from workbench.providers.protocols.openai_chat import chat_url

CHAT = ("POST", "/v1/chat/completions")
ACE = ProviderConfig("ace", preset="acedatacloud")


@pytest.mark.parametrize(("model", "path"), [
    ("claude-sonnet-4-5-20250929", "/v1"), ("gpt-4.1", "/openai"), ("o3", "/openai"), ("chatgpt-4o", "/openai"),
    ("gemini-3-pro", "/gemini"), ("deepseek-v4", "/deepseek"), ("grok-4", "/grok"), ("kimi-k3", "/kimi"),
    ("glm-5.2", "/glm"), ("something-else", "/v1"),
])
def test_the_route_follows_the_family(model: str, path: str) -> None:
    endpoint = resolve_endpoint(ACE, Settings())
    address = chat_url(endpoint, ModelInfo(ModelRef("ace", model)))
    assert address == f"https://api.acedata.cloud{path}/chat/completions"


def test_an_address_of_the_users_own_is_kept() -> None:
    endpoint = resolve_endpoint(replace(ACE, base_url="https://api.acedata.cloud/openai"), Settings())
    assert chat_url(endpoint, ModelInfo(ModelRef("ace", "claude-x"))) == (
        "https://api.acedata.cloud/openai/chat/completions")


PATH = "/v1/chat/completions"


def test_efforts_over_http(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    out = run(bench(server, "openrouter", key=KEY).reply("openrouter/m", params={"reasoning_effort": "low"}))
    assert out.sent.body["reasoning"] == {"effort": "low"} and "reasoning_effort" not in out.sent.body
    assert [(change.action, change.sent_as) for change in out.sent.adjustments] == [("moved", "reasoning")]


def test_together_counts_alternatives(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    made = bench(server, "together", key=KEY)
    out = run(made.reply("together/m", params={"logprobs": True, "top_logprobs": 4}))
    assert out.sent.body["logprobs"] == 4 and "top_logprobs" not in out.sent.body


def test_two_replies_at_once(server: Server, run: Run) -> None:
    second = [dict(chunk, choices=[dict(chunk["choices"][0], index=1)]) for chunk in chat_chunks("x", "y")]
    mixed = [chunk for pair in zip(chat_chunks("a", "b"), second, strict=True) for chunk in pair]
    server.on("POST", PATH, sse(*mixed))
    out = run(bench(server).reply("test/m", params={"n": 2}))
    assert [message.text for message in out.messages.values()] == ["ab", "xy"]
    assert out.finished == {0: "stop", 1: "stop"}


def test_a_server_that_cannot_stream(server: Server, run: Run) -> None:
    def answer(received: Received) -> Reply:
        if received.json.get("stream"):
            error = {"message": "Unsupported value: 'stream' does not support true with this model.",
                     "param": "stream", "code": "unsupported_value"}
            return json_reply({"error": error}, 400)
        assert "stream_options" not in received.json
        return json_reply({"choices": [{"message": {"content": "Hello"}, "finish_reason": "stop"}]})

    server.on("POST", PATH, answer)
    made = bench(server)
    out = run(made.reply("test/m", params={"stream_options": {"include_usage": True}}))
    assert out.text == "Hello"
    assert run(made.reply("test/m")).text == "Hello" and len(server.requests) == 3


def test_free_body_fields(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    made = bench(server, add_fields={"top_a": 0.2, "user": "me"}, remove_fields=("stream_options",))
    run(made.reply("test/m", extra_body={"user": None, "x": [1]}))
    assert server.requests[0].json == {
        "model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": True, "top_a": 0.2, "x": [1]}


def thinks_and_calls(field: str) -> Reply:
    call = {"index": 0, "id": "c1", "function": {"name": "f", "arguments": "{}"}}
    return sse({"choices": [{"index": 0, "delta": {field: "hm"}}]},
               {"choices": [{"index": 0, "delta": {"tool_calls": [call]}, "finish_reason": "tool_calls"}]})


@pytest.mark.parametrize(("preset", "field"), [
    ("custom", "reasoning"), ("custom", "reasoning_content"), ("ollama", "reasoning"),
    ("llamacpp", "reasoning_content"), ("vllm", "reasoning_content"), ("xai", "reasoning_content"),
    ("zai", "reasoning_content")])
def test_reasoning_before_a_call_goes_back(server: Server, run: Run, preset: str, field: str) -> None:
    server.on(*CHAT, thinks_and_calls(field), chat("42"))
    here = bench(server, preset, id="p", key=KEY)
    first = run(here.reply("p/m"))
    run(here.reply("p/m", messages=[user("Hi"), first.message, Message("tool", (ToolResult("c1", "42"),))]))
    sent = server.requests[1].json
    assert sent["messages"][1][field] == "hm"
    assert sent.get("thinking") == ({"type": "enabled", "clear_thinking": False} if preset == "zai" else None)
