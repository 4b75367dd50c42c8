"""Lists of models in every shape that servers send."""

from __future__ import annotations

from typing import Any

import pytest

from workbench.core.reply.usage import Price
from workbench.core.request.models import ModelInfo
from workbench.providers.catalogue.listings import MOST_MODELS, models_in
from workbench.providers.endpoints.presets import preset


def ids(data: Any, provider: str = "custom") -> list[str]:
    return [info.ref.model for info in models_in(data, "p", preset(provider).models)]


def one(item: dict[str, Any], provider: str = "custom") -> ModelInfo:
    return one_of({"data": [item]}, provider)


def one_of(data: Any, provider: str = "custom") -> ModelInfo:
    (info,) = models_in(data, "p", preset(provider).models)
    return info


@pytest.mark.parametrize("data", [
    {"data": [{"id": "a"}, {"id": "b"}]}, [{"id": "a"}, {"id": "b"}], {"models": [{"name": "a"}, {"model": "b"}]},
    {"models": [{"key": "a"}, {"id": "b"}]}, ["a", "b"], {"data": None, "models": [{"id": "a"}, {"id": "b"}]},
])
def test_every_shape(data: Any) -> None:
    assert ids(data) == ["a", "b"]


def test_an_object_by_ids() -> None:
    assert ids({"data": {"a": {"context_length": 9}, "b": {}}}) == ["a", "b"] == ids({"models": {"a": {}, "b": {}}})
    assert ids({"a": {"object": "model"}, "b": {}}) == ["a", "b"], "at the top"
    assert ids({"models": {"a": "Model A", "b": None}}) == ["a", "b"], "with a name, or nothing, for each"
    assert one_of({"models": {"a": "Model A"}}).title == "Model A"
    assert ids({"data": {"chat": ["a", {"id": "b"}], "embeddings": [{"id": "bge-m3"}]}}) == ["a", "b"], "in groups"
    assert ids({"result": [{"id": "a"}]}) == ["a"] and ids({"items": [{"name": "a"}]}) == ["a"]
    assert ids({"error": {"message": "m"}}) == [] == ids({"object": "list", "data": None})


@pytest.mark.parametrize("name", [
    "my-flux-capacitor", "flux-chat", "speech-writer", "realtime-assistant", "gpt-oss-realtime-tuned:20b",
    "suno-chat-7b", "my-embedding-helper", "sora-7b-instruct", "davinci-chat", "whisper-of-the-forest", "luma-instruct",
    "veo-writer", "org/tts-script-writer", "moderation-llama", "reranker-explainer", "kling-translator-8b",
    "transcribe-and-chat"])
def test_chat_models_with_such_a_word_in_their_name(name: str) -> None:
    assert ids([name]) == [name]


@pytest.mark.parametrize("name", [
    "nomic-embed-text", "nomic-embed-text:latest", "nomic-embed-text-v1.5", "mxbai-embed-large", "jina-embeddings-v3",
    "gemini-embedding-001", "qwen3-embedding-8b", "Qwen/Qwen3-Embedding-0.6B", "BAAI/bge-m3",
    "snowflake-arctic-embed2:latest",
    "jina-reranker-v2-base-multilingual", "distil-whisper-large-v3-en", "whisper-large-v3-turbo", "tts-1-hd",
    "gpt-4o-mini-tts", "gpt-4o-transcribe", "gpt-realtime", "gpt-realtime-mini-2025-10-06", "gpt-image-1-mini",
    "dall-e-2", "sora-2-pro", "flux-1-schnell", "flux.1-dev", "black-forest-labs/FLUX.1-schnell", "flux-pro-1.1-ultra",
    "stable-diffusion-xl-1024-v1-0", "imagen-4.0-generate-001", "veo-3.0-fast", "speech-02-hd", "playai-tts-arabic",
    "grok-2-image-1212", "text-moderation-latest", "suno-v5", "nano-banana-pro"])
def test_models_of_other_kinds(name: str) -> None:
    assert ids([name]) == []


@pytest.mark.parametrize("data", [None, {}, {"data": None}, {"data": []}, "x", 3, {"models": {}}, [None, 3, {}]])
def test_nothing_in_it(data: Any) -> None:
    assert ids(data) == []


def test_hostile_lists_stay_usable() -> None:
    many = {"data": [{"id": f"model-{number}"} for number in range(100_000)]}
    assert len(ids(many)) == MOST_MODELS
    odd = [{"id": "a\0b"}, {"id": "a\u202eb"}, {"id": "x" * 10_000}, {"id": "a"}, {"id": "a"}, {"id": 5},
           {"id": ""}, {"id": "gpt/*"}, {"id": " c "}, {"id": "d", "name": "n" * 10_000, "context_length": -1}]
    infos = models_in({"data": odd}, "p", {})
    assert [info.ref.model for info in infos] == ["ab", "a", "c", "d"]
    assert len(infos[-1].name) == 200 and infos[-1].context is None


@pytest.mark.costly
def test_nothing_is_read_behind_the_last_model_that_counts() -> None:
    class NeverRead(dict[str, Any]):
        def get(self, key: str, default: object = None) -> Any:
            raise AssertionError("was read")

    many = [{"id": f"model-{number}"} for number in range(MOST_MODELS)]
    assert len(models_in([*many, NeverRead()], "p", {})) == MOST_MODELS


def test_only_models_that_chat() -> None:
    names = ["text-embedding-3-small", "whisper-1", "tts-1", "dall-e-3", "omni-moderation-latest", "bge-m3",
             "gpt-image-1", "sora-2", "rerank-v3.5", "gpt-4o-realtime-preview", "davinci-002"]
    assert ids({"data": [{"id": name} for name in [*names, "gpt-4.1", "gemini-2.5-flash-image"]]}) == [
        "gpt-4.1", "gemini-2.5-flash-image"]
    told = [{"id": "a", "type": "image"}, {"id": "b", "type": "chat"}, {"id": "c", "active": False},
            {"id": "d", "capabilities": {"completion_chat": False}}, {"id": "e", "endpoints": ["embed"]},
            {"id": "f", "architecture": {"output_modalities": ["image"]}}, {"id": "g", "mode": "embedding"},
            {"id": "h", "output_modalities": ["text", "image"]}]
    assert ids({"data": told}) == ["b", "h"]


def test_prices_are_per_million() -> None:
    router = one({"id": "a", "pricing": {"prompt": "0.000003", "completion": "0.000015", "input_cache_read":
                  "0.0000003", "internal_reasoning": "0"}}, "openrouter")
    assert router.price == Price(3.0, 15.0, 0.3)
    assert one({"id": "a", "pricing": {"input": 0.6, "output": 2.2}}, "together").price == Price(0.6, 2.2)
    assert one({"id": "a", "input_cost_per_token": 1e-6, "output_cost_per_token": 2e-6}).price == Price(1.0, 2.0)
    assert one({"id": "a", "pricing": {"prompt": "-1", "completion": "-1"}}, "openrouter").price is None
    assert one({"id": "a", "pricing": {"prompt": "x", "completion": "nan"}}, "openrouter").price is None


def test_abilities_and_dates() -> None:
    claude = one({"id": "c", "lifecycle": "deprecated", "retires_at": "2027-01-02T00:00:00Z",
                  "capabilities": {"image_input": {"supported": True}, "thinking": {"supported": False},
                                   "effort": {"levels": ["low", "high"]}}, "max_tokens": 9}, "anthropic")
    assert claude.takes_images and claude.deprecated and claude.shutdown == "2027-01-02"
    assert claude.reasoning is False and claude.max_output == 9
    assert claude.reasoning_options == ({"type": "effort", "values": ["low", "high"]},)
    studio = one({"id": "s", "type": "vlm", "max_context_length": 9, "capabilities": ["tool_use"]})
    assert studio.takes_images and studio.tool_call and studio.context == 9
    assert one({"id": "x"}).tool_call is None and one({"id": "x"}).takes_images is None
