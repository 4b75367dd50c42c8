"""What local servers tell of a model when asked for it."""

from __future__ import annotations

from typing import Any

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Received, Reply, Server, json_reply
from workbench.core.request.models import ModelInfo


def listed(server: Server, run: Run, preset: str, path: str = "/v1", **config: Any) -> dict[str, ModelInfo]:
    made = bench(server, preset, "p", path=path, key=KEY, **config)

    async def refresh() -> dict[str, ModelInfo]:
        try:
            return {info.ref.model: info for info in await made.providers.models("p", refresh=True)}
        finally:
            await made.providers.close()

    return run(refresh())


def test_ollama_is_asked_for_each_model(server: Server, run: Run) -> None:
    def show(received: Received) -> Reply:
        sees = received.json["model"] == "llava"
        return json_reply({"capabilities": ["completion", *(["vision"] if sees else ["tools", "thinking"])],
                           "model_info": {"general.architecture": "x", "x.context_length": 8192}})

    server.on("GET", "/v1/models", json_reply({"data": [{"id": "llava"}, {"id": "qwen3"}]}))
    server.on("GET", "/api/tags", json_reply({"models": [{"model": "qwen3", "details": {"family": "q"}}]}))
    server.on("POST", "/api/show", show)
    infos = listed(server, run, "ollama")
    assert infos["llava"].takes_images and infos["llava"].tool_call is False
    assert infos["qwen3"].takes_images is False and infos["qwen3"].tool_call and infos["qwen3"].reasoning
    assert infos["qwen3"].context == 8192


def test_ollama_with_nothing_installed(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"object": "list", "data": None}))
    assert listed(server, run, "ollama") == {}


def test_llamacpp_tells_the_context_of_a_slot(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "m", "meta": {"n_ctx_train": 32768}}]}))
    server.on("GET", "/props", json_reply({"default_generation_settings": {"n_ctx": 4096},
                                           "modalities": {"vision": True},
                                           "chat_template_caps": {"supports_tools": True}}))
    info = listed(server, run, "llamacpp")["m"]
    assert (info.context, info.takes_images, info.tool_call) == (4096, True, True)
