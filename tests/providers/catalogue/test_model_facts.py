"""The shipped facts about models."""

from __future__ import annotations

import json

from workbench.core.request.models import ModelRef
from workbench.core.resources import resource
from workbench.providers.catalogue.model_facts import fact, fact_ids


def test_every_fact_is_read() -> None:
    """The file is read by lines, and must be the same as when it is read whole."""
    models = json.loads(resource("models.json").read_bytes())["models"]
    for entry in models:
        info = fact(entry["provider"], ModelRef(entry["provider"], entry["id"]))
        assert info is not None and info.name == entry["name"] and info.deprecated == entry["deprecated"]
        if tiers := entry.get("price", {}).get("tiers"):
            assert info.price is not None
            assert [(over, tier.input) for over, tier in info.price.tiers] == [
                (tier["over"], tier["input"]) for tier in tiers]
    for provider in {entry["provider"] for entry in models}:
        assert fact_ids(provider) == tuple(entry["id"] for entry in models if entry["provider"] == provider)
