"""Which providers count as configured, and what an id of one means."""

from __future__ import annotations

from dataclasses import replace

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


def test_names_for_people() -> None:
    own = {"mine": ProviderConfig("mine", name="My own", preset="groq"), "fast": ProviderConfig("fast", preset="groq"),
           "lab": ProviderConfig("lab", base_url="http://lab"),
           "off": ProviderConfig("off", "Switched off", enabled=False),
           "new": ProviderConfig("new", preset="of a newer version")}
    made = ConfiguredProviders(MemorySettings(Settings(providers=own)), {})
    assert made.names() == {
        "builtin": "Built in", "mine": "My own", "fast": "Groq", "lab": "lab", "new": "new"}
    assert list(made.names()) == [config.id for config in made.configs()]
    assert [made.name_of(id) for id in (*made.names(), "off", "openai", "custom", "gone")] == [
        *made.names().values(), "Switched off", "OpenAI", "custom", "gone"]
    in_errors = [made.endpoint(own[id]).name for id in ("mine", "fast", "lab")]
    assert in_errors == ["My own", "Groq", "lab"]


def test_names_are_made_once_for_each_change_of_the_settings() -> None:
    settings = MemorySettings(Settings(providers=OWN))
    made = ConfiguredProviders(settings, {})
    assert made.names() is made.names()
    settings.change(providers={"a": replace(OWN["a"], name="Alpha")})
    assert made.names() == {"builtin": "Built in", "a": "Alpha"}
    assert made.name_of("b") == "b"


def test_a_change_is_told_when_it_is_one_of_providers_or_aliases() -> None:
    settings = MemorySettings(Settings(providers=OWN))
    made = ConfiguredProviders(settings, {})
    told: list[list[str]] = []
    stop = made.changed(lambda: told.append(list(made.names().values())))
    settings.change(theme="dark")
    settings.change(providers=dict(OWN))
    assert told == [], "nothing that matters has changed"
    settings.change(providers={"a": replace(OWN["a"], name="Alpha")})
    settings.change(aliases={"fast": "a/m"})
    assert told == [["Built in", "Alpha"]] * 2, "the listener hears of the new names"
    stop()
    settings.change(providers={})
    made.changed(lambda: told.append([]))
    made.close()
    settings.change(aliases={})
    assert len(told) == 2


def test_presets_that_need_no_configuration() -> None:
    ids = [config.id for config in configured({"LLM_PROVIDER": "groq"}).unconfigured()]
    assert "openai" in ids and not {"groq", "custom", "builtin"} & set(ids)
