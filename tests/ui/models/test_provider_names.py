from __future__ import annotations

from workbench.core.settings import ProviderConfig
from workbench.ui.models.provider_names import provider_names


def test_servers_of_ones_own_are_told_apart_by_their_ids(window) -> None:
    configs = (
        ProviderConfig("lab", base_url="http://127.0.0.1:9/v1"),
        ProviderConfig("home", name="At home", base_url="http://127.0.0.1:9/v1"),
        ProviderConfig("openrouter", preset="openrouter"),
    )
    window.services.settings.change(providers={config.id: config for config in configs})
    names = provider_names(window.services.providers)
    assert (names["lab"], names["home"], names["openrouter"]) == ("lab", "At home", "OpenRouter")
