"""``ModelInfo`` as JSON, for the cache of model lists; and the merging of two infos."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.usage import Price
from workbench.core.request.models import ModelInfo, ModelRef

_PLAIN = ("name", "context", "max_input", "max_output", "tool_call", "reasoning", "structured_output",
          "released", "shutdown", "deprecated")


def info_to_json(info: ModelInfo) -> JsonObject:
    """Returns only the fields that are known."""
    data: JsonObject = {"id": info.ref.model}
    for name in _PLAIN:
        value = getattr(info, name)
        if value not in (None, "", False) or (value is False and name != "deprecated"):
            data[name] = value
    if info.price is not None:
        data["price"] = {item.name: getattr(info.price, item.name) for item in dataclasses.fields(Price)
                         if item.name != "tiers" and getattr(info.price, item.name) is not None}
    for name in ("input", "output", "reasoning_options"):
        if value := getattr(info, name):
            data[name] = [dict(item) if isinstance(item, Mapping) else item for item in value]
    if info.extra:
        data["extra"] = dict(info.extra)
    return data


def info_from_json(provider_id: str, data: Mapping[str, Any]) -> ModelInfo:
    """Reads what ``info_to_json`` wrote."""
    known: dict[str, Any] = {name: data[name] for name in _PLAIN if name in data}
    for name in ("input", "output", "reasoning_options"):
        if name in data:
            known[name] = tuple(data[name])
    if "price" in data:
        known["price"] = Price(**data["price"])
    return ModelInfo(ModelRef(provider_id, data["id"]), source="server", extra=data.get("extra", {}), **known)


def merge(server: ModelInfo, facts: ModelInfo | None) -> ModelInfo:
    """Returns what the server says, and the facts where it says nothing."""
    if facts is None:
        return server
    changes: dict[str, Any] = {}
    for item in dataclasses.fields(ModelInfo):
        said = getattr(server, item.name)
        if item.name in ("ref", "source", "extra"):
            continue
        if said is None or (said in ("", (), False, {}) and item.name not in _FLAGS):
            changes[item.name] = getattr(facts, item.name)
    extra = cast("dict[str, Json]", {**facts.extra, **server.extra})
    return dataclasses.replace(server, extra=extra, **changes)


_FLAGS = ("tool_call", "reasoning", "structured_output", "temperature")
