"""Model infos as JSON, and two of them merge."""

from __future__ import annotations

from typing import Any

from workbench.core.request.models import ModelInfo, ModelRef
from workbench.providers.catalogue.info_json import info_from_json, info_to_json, merge
from workbench.providers.catalogue.listings import models_in
from workbench.providers.catalogue.model_facts import fact
from workbench.providers.endpoints.presets import preset


def one(item: dict[str, Any], provider: str = "custom") -> ModelInfo:
    (info,) = models_in({"data": [item]}, "p", preset(provider).models)
    return info


def test_the_server_wins_over_the_facts() -> None:
    ref = ModelRef("openai", "gpt-4.1")
    facts = fact("openai", ref)
    assert facts is not None and facts.context == 1047576 and facts.price is not None
    server = ModelInfo(ref, context=1000, tool_call=False, source="server")
    both = merge(server, facts)
    assert (both.context, both.tool_call, both.name, both.price, both.source) == (
        1000, False, "GPT-4.1", facts.price, "server")
    assert fact("openai", ModelRef("openai", "no-such-model")) is None


def test_a_list_is_kept_as_json() -> None:
    item = {"id": "a", "display_name": "A", "context_length": 5, "pricing": {"input": 1, "output": 2},
            "input_modalities": ["text", "image"], "supports_tools": False, "expiration_date": "2027-01-01",
            "supported_parameters": ["reasoning"]}
    info = one(item)
    assert info_from_json("p", info_to_json(info)) == info
