"""Which protocol a model is asked by."""

from __future__ import annotations

from typing import get_args

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Server, sse
from workbench.core.errors import BadInput
from workbench.core.reply.usage import Usage
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.settings import Protocol, ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import resolve_endpoint
from workbench.providers.protocols.registry import PROTOCOLS, protocol_for


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


def test_models_on_an_unsupported_api(server: Server, run: Run) -> None:
    out = run(bench(server, "acedatacloud", key=KEY).reply("acedatacloud/gpt-5-pro"))
    assert out.failure.kind == "model" and "Responses API" in str(out.failure) and not server.requests


def test_the_settings_know_every_protocol() -> None:
    assert tuple(PROTOCOLS) == get_args(Protocol)
    for name, protocol in PROTOCOLS.items():
        assert protocol.name == name


def test_a_name_of_no_protocol() -> None:
    endpoint = resolve_endpoint(ProviderConfig("p", base_url="http://x", protocol="gopher"), Settings())
    with pytest.raises(BadInput, match=r"no protocol “gopher”\. Known are openai-chat"):
        protocol_for(endpoint, ModelInfo(ModelRef("p", "m")))
