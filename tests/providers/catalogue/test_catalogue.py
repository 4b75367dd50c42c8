"""Richer lists of single hosts, the cache, and lists that nobody should send."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench, offline
from tests.support.server import Received, Reply, Server, json_reply
from workbench.core.errors import NotAnAnswer, NotReached, ProviderError, Refused
from workbench.core.reply.usage import Price
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.settings import ProviderConfig


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


def test_lm_studio_has_two_richer_lists(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "a"}, {"id": "b"}]}))
    server.on("GET", "/api/v0/models", json_reply({"data": [
        {"id": "a", "type": "vlm", "max_context_length": 9, "state": "loaded", "capabilities": ["tool_use"]}]}))
    server.on("GET", "/api/v1/models", json_reply({"models": [
        {"type": "llm", "key": "b", "display_name": "B", "max_context_length": 7,
         "capabilities": {"vision": False, "trained_for_tool_use": True,
                          "reasoning": {"allowed_options": ["off", "on"]}}}]}))
    infos = listed(server, run, "lmstudio")
    assert infos["a"].takes_images and infos["a"].context == 9 and infos["a"].extra["state"] == "loaded"
    assert infos["b"].name == "B" and infos["b"].tool_call and infos["b"].takes_images is False


def test_litellm_knows_prices(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "best"}]}))
    server.on("GET", "/v1/model/info", json_reply({"data": [
        {"model_name": "best", "litellm_params": {"model": "openai/x"}, "model_info": {
            "id": "d41d8cd9", "max_input_tokens": 1000, "input_cost_per_token": 1e-6,
            "output_cost_per_token": 2e-6, "supports_vision": True, "mode": "chat"}}]}))
    info = listed(server, run, "litellm")["best"]
    assert info.price == Price(1.0, 2.0) and info.takes_images and info.context == 1000


def test_gemini_has_a_native_list(server: Server, run: Run) -> None:
    server.on("GET", "/v1beta/openai/models", json_reply({"data": [{"id": "models/gemini-x"}]}))
    server.on("GET", "/v1beta/models", json_reply({"models": [
        {"name": "models/gemini-x", "displayName": "X", "inputTokenLimit": 5, "outputTokenLimit": 3,
         "thinking": True}]}))
    info = listed(server, run, "gemini", "/v1beta/openai")["gemini-x"]
    assert (info.context, info.max_output, info.reasoning) == (5, 3, True)
    native = next(request for request in server.requests if request.path == "/v1beta/models")
    assert native.header("x-goog-api-key") == KEY and native.header("authorization") is None


def test_supported_parameters_drive_the_panel(server: Server, run: Run) -> None:
    server.on("GET", "/api/v1/models", json_reply({"data": [
        {"id": "x/y", "supported_parameters": ["temperature", "tools"], "pricing": {"prompt": "0"}}]}))
    made = bench(server, "openrouter", path="/api/v1", key=KEY)
    run(made.providers.models("openrouter", refresh=True))
    limits = made.providers.limits(ModelRef("openrouter", "x/y"))
    assert limits["seed"].state == "ignored" and "temperature" not in limits
    run(made.providers.close())


@pytest.mark.parametrize(("reply", "error", "words"), [
    (Reply(body=["<html><title>Log in</title>"]), NotAnAnswer, "a web page: “Log in”"),
    (Reply(body=["hello"]), NotAnAnswer, "no JSON"),
    (Reply(body=["[" * 100_000]), NotAnAnswer, "no JSON"),
    (Reply(302, {"Location": "https://elsewhere.example/"}, []), ProviderError, "elsewhere.example"),
    (Reply(401, {}, ['{"error":"no"}']), ProviderError, "was refused"),
    (Reply(raw=b""), NotReached, "broke off"),
])
def test_lists_that_are_none(server: Server, run: Run, reply: Reply, error: type[Exception], words: str) -> None:
    server.on("GET", "/v1/models", reply)
    with pytest.raises(error, match=words):
        listed(server, run, "custom")


def test_a_huge_list_is_quick_enough(server: Server, run: Run) -> None:
    many = [{"id": f"maker/model-{number}", "name": "x" * 100, "context_length": 4096} for number in range(100_000)]
    server.on("GET", "/v1/models", json_reply({"data": many}))
    made = bench(server)
    began = time.process_time()
    infos = run(made.providers.models("test", refresh=True))
    assert len(infos) == 10_000 and time.process_time() - began < 5
    run(made.providers.close())
    assert made.providers.resolve("test/maker/model-99999").model == "maker/model-99999", "typed ids always work"


def test_facts_are_kept_under_the_list(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "gpt-4.1", "shutdown_date": "2030-01-01"}]}))
    info = listed(server, run, "openai")["gpt-4.1"]
    assert info.shutdown == "2030-01-01" and info.price is not None and info.context == 1047576


def test_models_before_a_list_was_fetched(run: Run) -> None:
    made = offline(providers={"groq": ProviderConfig("groq", preset="groq")}).providers
    infos = run(made.models("groq"))
    assert infos and all(info.source == "facts" and not info.deprecated for info in infos)
    assert [info.ref.model for info in run(made.models("builtin"))] == ["guide", "ngram"]
    assert made.info(ModelRef("groq", "typed")).source == "typed"
    assert made.info(ModelRef("gone", "typed")).context is None


def test_typed_in_models(server: Server, run: Run) -> None:
    own = {"groq": ProviderConfig("groq", preset="groq", models=("mine",)),
           "off": ProviderConfig("off", base_url="http://127.0.0.1:9/v1", models=("typed",), retries=0)}
    made = offline(providers=own).providers
    assert [info.ref.model for info in run(made.models("groq"))][:1] == ["mine"]
    assert len(run(made.models("groq"))) > 5
    assert [info.ref.model for info in run(made.models("off"))] == ["typed"]
    with pytest.raises(NotReached):
        run(made.models("off", refresh=True))
    run(made.close())


def test_a_list_is_fetched_kept_and_survives_a_failure(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "a", "context_length": 5}]}), Reply(500, {}, []))
    made = bench(server, models=("typed",))
    assert run(made.providers.test(made.config)).startswith("test answers in ")
    with pytest.raises(Refused, match="failed on its side"):
        run(made.providers.models("test", refresh=True))
    later = bench(server, models=("typed",))
    later.store.values = made.store.values
    run(later.providers.load())
    assert [(info.ref.model, info.context) for info in run(later.providers.models("test"))] == [
        ("a", 5), ("typed", None)]
    run(made.providers.close())


def test_a_list_is_not_fetched_with_a_key_in_plain_sight(run: Run) -> None:
    config = ProviderConfig("far", base_url="http://models.example/v1")
    made = offline(providers={"far": config})
    made.secrets.keys[("far", "http://models.example:80")] = KEY
    with pytest.raises(NotReached, match="not encrypted, so the key for far was not sent"):
        run(made.providers.models("far", refresh=True))
    with pytest.raises(NotReached, match="not encrypted"):
        run(made.providers.test(config))
