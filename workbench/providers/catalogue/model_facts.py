"""The shipped facts about models (``resources/models.json``): context, price, abilities, dates.

The 640 kB are read when a model is first asked about, never at the start and not for listing chats. The file has one
line for each model, so that only those of the provider in question are parsed: a few milliseconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from workbench.core.reply.usage import Price
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.resources import resource

_KEPT = ("api", "path", "note", "status", "open_weights", "reasoning_field")


_LINE = '{"provider":"'


@cache
def _lines() -> Mapping[str, list[str]]:
    """Returns the lines of the file by provider, in its order."""
    found: dict[str, list[str]] = {}
    for line in resource("models.json").read_text("utf-8").split("\n"):
        if line.startswith(_LINE):
            provider = line[len(_LINE):].partition('"')[0]
            found.setdefault(provider, []).append(line.rstrip(","))
    return found


@cache
def _entries(preset_id: str) -> Mapping[str, Mapping[str, Any]]:
    """Returns what the facts know of a provider's models, by id."""
    entries = (json.loads(line) for line in _lines().get(preset_id, ()))
    return {entry["id"]: entry for entry in entries}


def fact_ids(preset_id: str) -> tuple[str, ...]:
    """Returns the ids of the models that the facts know at a provider."""
    return tuple(_entries(preset_id))


@lru_cache(maxsize=4096)
def fact(preset_id: str, ref: ModelRef) -> ModelInfo | None:
    """Returns what the facts say of a model at a provider of that preset; None when they do not know it."""
    entry = _entries(preset_id).get(ref.model)
    return None if entry is None else _info(entry, ref)


def _info(entry: Mapping[str, Any], ref: ModelRef) -> ModelInfo:
    return ModelInfo(
        ref, entry.get("name", ""), entry.get("family", ""), entry.get("context"), entry.get("max_input"),
        entry.get("max_output"), price(entry["price"]) if "price" in entry else None,
        tuple(entry["input"]) if "input" in entry else None,
        tuple(entry["output"]) if "output" in entry else None,
        entry.get("tool_call"), entry.get("reasoning"), tuple(entry.get("reasoning_options", ())),
        entry.get("structured_output"), entry.get("temperature"), entry.get("knowledge", ""),
        entry.get("released", ""), entry.get("shutdown", ""), bool(entry.get("deprecated")), "facts",
        extra={name: entry[name] for name in _KEPT if name in entry},
    )


def price(data: Mapping[str, Any]) -> Price:
    """Reads a price in the form of models.json, US dollars per million tokens."""
    tiers = tuple((int(tier["over"]), price(tier)) for tier in data.get("tiers", ()) if "over" in tier)
    return Price(data.get("input"), data.get("output"), data.get("cache_read"), data.get("cache_write"),
                 data.get("reasoning"), tiers)
