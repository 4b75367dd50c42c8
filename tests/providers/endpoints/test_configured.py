"""Which providers count as configured, and what an id of one means."""

from __future__ import annotations

import pytest

from tests.providers.support import MemorySettings
from workbench.core.errors import BadInput
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.configured import ConfiguredProviders

OWN = {"a": ProviderConfig("a", base_url="https://a.example/v1"),
       "b": ProviderConfig("b", base_url="https://b.example", enabled=False)}


def configured(environ: dict[str, str] | None = None) -> ConfiguredProviders:
    return ConfiguredProviders(MemorySettings(Settings(providers=OWN)), environ or {})


def test_enabled_providers_and_the_environments_are_configured() -> None:
    assert [config.id for config in configured().configs()] == ["builtin", "a"]
    assert [config.id for config in configured({"LLM_PROVIDER": "groq"}).configs()] == ["builtin", "a", "groq"]
    named = configured({"LLM_PROVIDER": "b", "BASE_URL": "http://x"})
    assert [config.id for config in named.configs()] == ["builtin", "a"], "the settings say that b is off"


def test_a_provider_by_id() -> None:
    made = configured()
    assert made.config("a") == OWN["a"]
    assert made.endpoint(made.config("a")).origin == "https://a.example:443"
    assert made.config("groq").preset == "groq", "a preset needs no configuration"
    with pytest.raises(BadInput, match="switched off"):
        made.config("b")
    with pytest.raises(BadInput, match="no provider “nope”"):
        made.config("nope")
    with pytest.raises(BadInput, match="no provider “custom”"):
        made.config("custom")
