"""Model lists in every shape that servers send, as ``ModelInfo`` values.

Nothing in a list is trusted: names are cleaned and shortened, duplicates and other kinds of models left out, and no
more than ``MOST_MODELS`` are read. An id that the user types in works whether it is listed or not.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.usage import Price
from workbench.core.request.models import ModelInfo, ModelRef

MOST_MODELS = 10_000
_ID_LIMIT, _NAME_LIMIT = 300, 200  # characters

_NO_CHAT_TYPES = {"image", "embedding", "embeddings", "audio", "moderation", "rerank", "transcribe", "video",
                  "speech", "tts", "stt", "reranker"}
_NO_CHAT_NAMES = re.compile(
    r"^(?:[^/]+/)*(?:models--)?(?:"
    r"text-embedding-.*|bge-.*|(?:omni|text)-moderation-.*|(?:babbage|davinci)-00\d.*|(?:all-)?mini-?lm-.*|"
    r"(?:[\w.]+-)*(?:embed|embedding|embeddings|embedder|rerank|reranker)\d?"
    r"(?:-(?:v?\d[\w.]*|text|code|english|multilingual|large|small|base|mini|light|lite|pro|preview|exp|latest|q\d\w*|"
    r"f16|bf16|gguf))*|"
    r"(?:distil-)?whisper(?:-(?:v?\d[\w.]*|tiny|base|small|medium|large|turbo|en))*|"
    r"(?:playai-|[\w.]+-)?tts(?:-(?:\d[\w.]*|hd|arabic|latest))*|speech-\d.*|text-to-speech.*|"
    r"gpt-(?:(?:\d[\w.]*|mini)-)*(?:tts|transcribe|realtime|image)(?:-(?:mini|preview|diarize|\d[\w.]*))*|"
    r"dall-e-.*|imagen-\d.*|veo-\d.*|sora-\d[\d.]*(?:-pro)?(?:-[\d-]+)?|stable-diffusion-.*|sdxl(?:-.*)?|"
    r"flux[.-]?(?:\d[\w.]*|pro|dev|schnell|kontext)(?:-(?:\d[\w.]*|pro|dev|max|ultra|schnell|kontext|krea|fill))*|"
    r"grok-\d-image.*|grok-imagine.*|"
    r"(?:midjourney|suno|luma|kling|seedream|seedance|nano-banana)(?:-(?:v?\d[\w.]*|pro|lite|fast|turbo|chirp))*"
    r")(?::[\w.-]+)?$", re.IGNORECASE)
"""Names of known models of other kinds. They are matched whole: a word in the name of a chat model hides nothing."""


def models_in(data: Json, provider_id: str, listing: Mapping[str, Any]) -> list[ModelInfo]:
    """Returns the chat models in a list's JSON. ``listing`` is the ``models`` entry of the preset."""
    found: dict[str, ModelInfo] = {}
    for item in items_in(data):
        id = model_id(item, listing)
        if not id or id in found or not _is_chat(id, item):
            continue
        found[id] = _info(ModelRef(provider_id, id), item, listing)
        if len(found) >= MOST_MODELS:
            break
    return list(found.values())


def items_in(data: Json) -> Iterator[JsonObject]:
    """Yields the entries of a list: ``data``, ``models`` and the like, a bare list, or an object by ids or by groups.

    A text stands for its id.
    """
    if isinstance(data, dict):
        inner = next((found for name in _LISTS if isinstance(found := data.get(name), list | dict) and found), None)
        bare = not {"error", *_LISTS} & data.keys() and all(isinstance(item, dict) for item in data.values())
        data = data if bare else inner
    yield from _entries(data)


_LISTS = ("data", "models", "result", "results", "items", "model_list")


def _entries(data: Json) -> Iterator[JsonObject]:
    if isinstance(data, dict):
        for id, item in data.items():
            if isinstance(item, list):  # models by kind, or by owner
                yield from _entries(item)
            elif isinstance(item, dict):
                yield {"id": id, **item}
            elif item is None or isinstance(item, str):
                yield {"id": id, "name": item}
    for item in data if isinstance(data, list) else []:
        if isinstance(item, dict):
            yield item
        elif isinstance(item, str):
            yield {"id": item}


def model_id(item: Mapping[str, Json], listing: Mapping[str, Any]) -> str:
    """Returns the id to send as ``model``; ``""`` for an entry that names none (or a pattern)."""
    for name in (listing.get("id_field"), "id", "key", "model", "model_name", "name"):
        value = item.get(name) if name else None
        if isinstance(value, str) and value:
            text = _clean(value).removeprefix(listing.get("id_prefix", ""))
            return text if 0 < len(text) <= _ID_LIMIT and "*" not in text else ""
    return ""


def _clean(text: str) -> str:
    return "".join(letter for letter in text if letter.isprintable()).strip()


def _is_chat(id: str, item: Mapping[str, Json]) -> bool:
    if str(item.get("type", "")).lower() in _NO_CHAT_TYPES or item.get("active") is False:
        return False
    endpoints = item.get("endpoints")
    if isinstance(endpoints, list) and endpoints and "chat" not in endpoints:
        return False
    mode = item.get("mode")
    if isinstance(mode, str) and mode not in ("chat", "completion", "responses"):
        return False
    abilities = item.get("capabilities")
    if isinstance(abilities, dict) and abilities.get("completion_chat") is False:
        return False
    if isinstance(abilities, list) and "embedding" in abilities:
        return False
    if item.get("supports_chat") is False:
        return False
    output = _kinds(item, "output")
    if output is not None:
        return "text" in output
    return not _NO_CHAT_NAMES.search(id)


def _info(ref: ModelRef, item: Mapping[str, Json], listing: Mapping[str, Any]) -> ModelInfo:
    name = _text(item, "display_name", "name")[:_NAME_LIMIT]
    abilities = _abilities(item)
    lifecycle = _text(item, "lifecycle", "status").lower()
    is_anthropic = listing.get("shape") == "anthropic-list"
    return ModelInfo(
        ref, "" if name == ref.model or name == f"{listing.get('id_prefix', '')}{ref.model}" else name,
        context=_count(item, *_CONTEXT),
        max_input=_count(item, "max_input_tokens", "limits.max_input_tokens"),
        max_output=_count(item, *_OUTPUT, *(("max_tokens",) if is_anthropic else ())),
        price=_price(item, listing),
        input=_kinds(item, "input"),
        output=_kinds(item, "output"),
        tool_call=abilities("tools", "function_calling", "tool_use", "tool_calling", "trained_for_tool_use",
                            "supports_tools", "supports_function_calling"),
        reasoning=abilities("reasoning", "thinking", "supports_reasoning"),
        reasoning_options=_reasoning_options(item),
        structured_output=abilities("structured_outputs", "structured_output", "response_format",
                                    "supports_structured_output"),
        released=_day(item, "created_at"),
        shutdown=_day(item, "shutdown_date", "expiration_date", "retires_at", "deprecation",
                      "deprecation_date"),
        deprecated=lifecycle in ("retired", "deprecated"),
        source="server",
        extra=_extra(item),
    )


_CONTEXT = ("loaded_context_length", "context_length", "context_window", "max_context_length",
            "max_model_len", "max_context_window", "inputTokenLimit", "max_input_tokens",
            "limits.max_input_tokens", "top_provider.context_length", "details.context_length", "meta.n_ctx",
            "meta.n_ctx_train")
_OUTPUT = ("max_completion_tokens", "max_output_tokens", "top_provider.max_completion_tokens",
           "outputTokenLimit", "limits.max_output_tokens")


def _at(item: Mapping[str, Json], path: str) -> Json:
    value: Json = dict(item)
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(item: Mapping[str, Json], *names: str) -> str:
    return next((_clean(value) for name in names if isinstance(value := item.get(name), str) and value), "")


def _count(item: Mapping[str, Json], *paths: str) -> int | None:
    for path in paths:
        value = _at(item, path)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 2**40:
            return int(value)
    return None


def _day(item: Mapping[str, Json], *names: str) -> str:
    text = _text(item, *names)
    return text[:10] if re.match(r"\d{4}-\d\d-\d\d", text) else ""


def _kinds(item: Mapping[str, Json], side: str) -> tuple[str, ...] | None:
    """Returns the kinds of content that are accepted (``input``) or made (``output``)."""
    for path in (f"architecture.{side}_modalities", f"{side}_modalities", f"supported_{side}_modalities"):
        value = _at(item, path)
        if isinstance(value, list) and value:
            return tuple(str(kind).lower() for kind in value if isinstance(kind, str))
    if side == "output":
        return None
    sees = item.get("type") == "vlm" or _abilities(item)(
        "vision", "image_input", "supports_image_in", "supports_image_input", "supports_vision", "image")
    return None if sees is None else ("text", "image") if sees else ("text",)


class _Abilities:
    """Answers whether an entry says that an ability is there: True, False, or None when it says nothing."""

    def __init__(self, item: Mapping[str, Json]) -> None:
        self._flags: dict[str, bool] = {}
        self._some: set[str] = set()  # a list of abilities may leave some out
        self._all: list[set[str]] = []  # a list of parameters is meant to be complete
        for source in (item, item.get("capabilities")):
            if isinstance(source, list):
                self._some |= {str(name).replace("-", "_") for name in source}
            elif isinstance(source, dict):
                for name, value in source.items():
                    if isinstance(value, dict):
                        value = value.get("supported")
                    if isinstance(value, bool):
                        self._flags.setdefault(name, value)
        for name in ("supported_parameters", "supported_openai_params"):
            if isinstance(listed := item.get(name), list):
                self._all.append({str(value) for value in listed})

    def __call__(self, *names: str) -> bool | None:
        said = [self._flags[name] for name in names if name in self._flags]
        said += [any(name in listed for name in names) for listed in self._all]
        said += [True for name in names if name in self._some]
        return any(said) if said else None


def _abilities(item: Mapping[str, Json]) -> _Abilities:
    return _Abilities(item)


def _reasoning_options(item: Mapping[str, Json]) -> tuple[Mapping[str, Json], ...]:
    for path in ("reasoning.supported_efforts", "capabilities.effort.levels",
                 "capabilities.reasoning.allowed_options"):
        values = _at(item, path)
        if isinstance(values, list) and values:
            return ({"type": "effort", "values": [str(value) for value in values]},)
    return ()


def _price(item: Mapping[str, Json], listing: Mapping[str, Any]) -> Price | None:
    """Returns dollars per million tokens, from prices per token (texts or numbers) or per million."""
    pricing = item.get("pricing")
    if isinstance(pricing, dict):
        factor = 1e6 if listing.get("price_unit") == "per_token" or "prompt" in pricing else 1.0
        return _priced(pricing, factor, ("prompt", "input"), ("completion", "output"),
                       ("input_cache_read", "cached_input"), ("input_cache_write",), ("internal_reasoning",))
    if "input_cost_per_token" in item:
        return _priced(item, 1e6, ("input_cost_per_token",), ("output_cost_per_token",),
                       ("cache_read_input_token_cost",), ("cache_creation_input_token_cost",), ())
    hosts = item.get("providers")
    for host in hosts if isinstance(hosts, list) else []:  # Hugging Face: several hosts serve one model
        if isinstance(host, dict) and isinstance(prices := host.get("pricing"), dict):
            return _priced(prices, 1.0, ("input",), ("output",), (), (), ())
    return None


def _priced(data: Mapping[str, Json], factor: float, *names: tuple[str, ...]) -> Price | None:
    amounts = [[_amount(data.get(name), factor) for name in group] for group in names]
    values = [next((amount for amount in group if amount is not None), None) for group in amounts]
    if values[0] is None and values[1] is None:
        return None
    reasoning = values[4] or None  # OpenRouter writes 0 where reasoning costs what other output costs
    return Price(values[0], values[1], values[2], values[3], reasoning)


def _amount(value: Json, factor: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        amount = float(value) * factor
    except ValueError:
        return None
    return round(amount, 6) if math.isfinite(amount) and amount >= 0 else None


def _extra(item: Mapping[str, Json]) -> dict[str, Json]:
    """Returns what the parameter panel and the picker may show besides."""
    kept: dict[str, Json] = {}
    for name in ("supported_parameters", "supported_openai_params", "default_parameters", "state",
                 "quantization", "owned_by", "aliases"):
        value = item.get(name)
        if value and len(str(value)) < 4000:
            kept[name] = value
    return kept
