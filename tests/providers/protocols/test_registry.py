"""Which protocol a model is asked by."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Server, chat, json_reply, sse
from workbench.core.errors import BadInput
from workbench.core.reply.usage import Usage
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.settings import Protocol, ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import resolve_endpoint
from workbench.providers.protocols.registry import PROTOCOLS, protocol_for

RESPONSE = {"object": "response", "status": "completed", "output": [
    {"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}]}


def test_models_that_only_speak_messages(server: Server, run: Run) -> None:
    """Their facts say so; they are asked in Anthropic's protocol, with the host's own kind of key."""
    events = [{"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 1}}},
              {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Hello"}},
              {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
              {"type": "message_stop"}]
    server.on("POST", "/v1/messages", sse(*events, done=False))
    out = run(bench(server, "acedatacloud", key=KEY).reply("acedatacloud/claude-opus-5-5"))
    assert out.text == "Hello" and out.usage == Usage(1, 2)
    assert server.requests[0].header("authorization") == f"Bearer {KEY}"
    assert server.requests[0].header("anthropic-version") == "2023-06-01"


def test_models_that_their_facts_send_to_the_responses_api(server: Server, run: Run) -> None:
    server.on("POST", "/v1/responses", json_reply(RESPONSE))
    assert run(bench(server, "acedatacloud", key=KEY).reply("acedatacloud/gpt-5-pro")).text == "Hello"


@pytest.mark.parametrize("model", [
    "gpt-5-pro", "gpt-5.2-pro", "gpt-5.5-pro-2026-04-23", "o1-pro", "o3-pro", "o3-deep-research",
    "o4-mini-deep-research", "gpt-5-codex", "gpt-5.1-codex-max", "gpt-5.1-codex-mini", "gpt-5.3-codex-spark",
    "codex-mini-latest", "computer-use-preview", "gpt-daybreak-red-latest", "gpt-5.6-cyber",
    "GPT-5-Pro"])
@pytest.mark.parametrize("preset", ["openai", "azure"])
def test_names_that_answer_only_on_the_responses_api(server: Server, run: Run, preset: str, model: str) -> None:
    server.on("POST", "/v1/responses", json_reply(RESPONSE))
    assert run(bench(server, preset, key=KEY).reply(f"{preset}/{model}")).text == "Hello"


@pytest.mark.parametrize(("models", "asked"), [
    (("!gpt-5-pro",), "/v1/chat/completions"), (("gpt-5*", "!*-pro"), "/v1/chat/completions"),
    (("!*-pro", "gpt-5-pro"), "/v1/responses"), (("!gpt-5",), "/v1/responses")])
def test_the_user_has_the_last_word(server: Server, run: Run, models: tuple[str, ...], asked: str) -> None:
    """Of names that fit, the last one counts; a model that the facts send to one API can be asked over the other."""
    server.on("POST", "/v1/responses", json_reply(RESPONSE))
    server.on("POST", "/v1/chat/completions", chat("Hello"))
    assert run(bench(server, "openai", key=KEY, responses_models=models).reply("openai/gpt-5-pro")).text == "Hello"
    assert [request.target for request in server.requests] == [asked]


@pytest.mark.parametrize("model", ["gpt-5", "gpt-5.2", "gpt-5-mini", "o3", "o4-mini", "gpt-5.1-chat-latest", "my-pro"])
def test_their_neighbours_are_asked(server: Server, run: Run, model: str) -> None:
    server.on("POST", "/v1/chat/completions", chat("Hi"))
    assert run(bench(server, "azure", key=KEY).reply(f"azure/{model}")).text == "Hi"


def test_the_settings_know_every_protocol() -> None:
    assert tuple(PROTOCOLS) == get_args(Protocol)
    for name, protocol in PROTOCOLS.items():
        assert protocol.name == name


def test_a_name_of_no_protocol() -> None:
    endpoint = resolve_endpoint(ProviderConfig("p", base_url="http://x", protocol="gopher"), Settings())
    with pytest.raises(BadInput, match=r"no protocol “gopher”\. Known are openai-chat"):
        protocol_for(endpoint, ModelInfo(ModelRef("p", "m")))
