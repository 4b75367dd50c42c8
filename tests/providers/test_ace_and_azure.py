"""Addresses by model family, conversations that live on the server, deployments in the path."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, Bench, bench
from tests.providers.vendors import WIRE
from tests.support.server import Reply, Server, chat, json_reply
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Reasoning, Text
from workbench.core.reply.usage import Usage
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import Endpoint, resolve_endpoint
from workbench.providers.protocols.azure import azure_url
from workbench.providers.protocols.openai_chat import chat_url

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


def test_models_that_only_speak_messages(server: Server, run: Run) -> None:
    """Their facts say so; they are asked in Anthropic's protocol, with the host's own kind of key."""
    events = [{"type": "message_start", "message": {"id": "m", "usage": {"input_tokens": 1}}},
              {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Hello"}},
              {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 2}},
              {"type": "message_stop"}]
    from tests.support.server import sse

    server.on("POST", "/v1/messages", sse(*events, done=False))
    out = run(bench(server, "acedatacloud", key=KEY).reply("acedatacloud/claude-opus-5-5"))
    assert out.text == "Hello" and out.usage == Usage(1, 2)
    assert server.requests[0].header("authorization") == f"Bearer {KEY}"
    assert server.requests[0].header("anthropic-version") == "2023-06-01"


def test_models_that_nobody_reaches(server: Server, run: Run) -> None:
    out = run(bench(server, "acedatacloud", key=KEY).reply("acedatacloud/gpt-5-pro"))
    assert out.failure.kind == "model" and "Responses API" in str(out.failure) and not server.requests


def conversations(server: Server, protocol: str = "ace-conversations") -> Bench:
    return bench(server, "acedatacloud", "ace", path="/aichat", key=KEY, protocol=protocol)


def lines(name: str) -> Reply:
    data = Path(WIRE / f"{name}.ndjson").read_bytes()
    return Reply(headers={"Content-Type": "application/x-ndjson"},
                 body=[data[at : at + 7] for at in range(0, len(data), 7)], framing="chunked")


def test_a_conversation_on_the_server(server: Server, run: Run) -> None:
    server.on("POST", "/aichat/conversations", lines("ace-conversations"))
    made = conversations(server)
    params = {"preset": "chatgpt", "references": ["https://a.example/x.png"], "temperature": 0.5}
    out = run(made.reply("ace/gpt-4.1", params=params))
    assert out.text == "Hello there" and out.finished == {0: "stop"} and out.failure is None
    request = server.requests[0]
    assert request.json == {"model": "gpt-4.1", "question": "Hi", "stateful": True, "preset": "chatgpt",
                            "references": ["https://a.example/x.png"]}
    assert request.header("accept") == "application/x-ndjson"
    assert [change.parameter for change in out.sent.adjustments] == ["temperature"]
    state = out.message.extra["state"]
    assert state == {"id": "64a67fff-61dc-4801-8339-2c69334c61d6"}

    later = (user("Hi"), out.message, user("And now?"))
    run(made.reply("ace/gpt-4.1", messages=later, state=state))
    assert server.requests[1].json == {"model": "gpt-4.1", "question": "And now?", "stateful": True, **state}


def test_a_history_that_the_server_does_not_know(server: Server, run: Run) -> None:
    server.on("POST", "/aichat/conversations", lines("ace-conversations"))
    history = (user("Hi"), Message("assistant", (Text("Yes?"),)), user("Greet me."))
    run(conversations(server).reply("ace/gpt-4.1", messages=history, params={"stateful": False}))
    assert server.requests[0].json["question"] == "User: Hi\n\nAssistant: Yes?\n\nUser: Greet me."
    assert server.requests[0].json["stateful"] is False


def test_the_newer_form(server: Server, run: Run) -> None:
    server.on("POST", "/aichat2/conversations", lines("ace-conversations-2"))
    out = run(conversations(server, "ace-conversations-2").reply("ace/gpt-4.1"))
    assert out.text == "Hello there" and out.message.parts[0] == Reasoning("Let me see.")
    assert out.usage == Usage(10, 5) and out.message.extra["state"] == {"id": "c-2"}
    assert server.requests[0].json["message"] == "Hi"


@pytest.mark.parametrize(("reply", "kind"), [
    (json_reply({"error": {"code": "used_up", "message": "Your balance is used up."}, "trace_id": "t"}, 403),
     "quota"),
    (json_reply({"error": {"code": "api_not_implemented", "message": "no"}}, 400), "request"),
    (json_reply({"success": False, "error": "no"}, 200), "server"),
    (Reply(body=['{"type":"text_delta","content":"Hel"}\n{"type":"error","message":"no"}\n']), "server"),
    (Reply(body=[]), "not_an_answer"),
    (json_reply({"error": {"code": "too_many_requests", "message": "slow"}}, 429), "rate"),
])
def test_its_errors(server: Server, run: Run, reply: Reply, kind: str) -> None:
    server.on("POST", "/aichat/conversations", reply)
    made = conversations(server)
    made.settings.change(providers={"ace": replace(made.config, retries=0)})
    out = run(made.reply("ace/gpt-4.1"))
    assert out.failure.kind == kind


def test_one_answer_without_streaming(server: Server, run: Run) -> None:
    server.on("POST", "/aichat/conversations", json_reply({"answer": "Hello", "id": "x"}))
    out = run(conversations(server).reply("ace/gpt-4.1"))
    assert out.text == "Hello" and out.message.extra["state"] == {"id": "x"}


# Azure -------------------------------------------------------------------------------------------------


def azure(base_url: str = "", **config: Any) -> Endpoint:
    own = ProviderConfig("az", preset="azure", base_url=base_url, **config)
    return resolve_endpoint(own, Settings())


@pytest.mark.parametrize(("endpoint", "address"), [
    (azure(variables={"resource": "r"}), "https://r.openai.azure.com/openai/v1/chat/completions"),
    (azure("https://r.openai.azure.com"),
     "https://r.openai.azure.com/openai/deployments/my%20dep/chat/completions?api-version=2024-10-21"),
    (azure("https://r.openai.azure.com/openai/", variables={"api_version": "2025-01-01"}),
     "https://r.openai.azure.com/openai/deployments/my%20dep/chat/completions?api-version=2025-01-01"),
    (azure("https://r.openai.azure.com/openai/deployments/old?api-version=2024-06-01"),
     "https://r.openai.azure.com/openai/deployments/old/chat/completions?api-version=2024-06-01"),
    (azure("https://r.openai.azure.com/openai/deployments/{deployment}", variables={"deployment": "d"}),
     "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21"),
])
def test_both_forms_of_azure(endpoint: Endpoint, address: str) -> None:
    assert azure_url(endpoint, "my dep") == address


def test_the_older_form_over_http(server: Server, run: Run) -> None:
    server.on("POST", "/openai/deployments/dep/chat/completions", chat("Hello"))
    made = bench(server, path="", key=KEY, protocol="azure")
    assert run(made.reply("test/dep")).text == "Hello"
    request = server.requests[0]
    assert request.query == {"api-version": ["2024-10-21"]} and request.header("api-key") == KEY
    assert request.header("authorization") is None
