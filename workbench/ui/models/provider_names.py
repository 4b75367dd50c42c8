"""What providers are called in the window."""

from __future__ import annotations

from workbench.core.ports.providers import Providers

CUSTOM = "custom"
"""The preset of all servers that no other preset is for. Its name says nothing about which one is meant."""


def provider_names(providers: Providers) -> dict[str, str]:
    """The names for people, by id: the user's own, else the preset's, else the id."""
    presets = {preset.id: preset.name for preset in providers.presets() if preset.id != CUSTOM}
    return {config.id: config.name or presets.get(config.preset, config.id) for config in providers.configs()}
