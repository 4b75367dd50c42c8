"""Configured providers, as the settings list, add, change and remove them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from workbench.core.errors import BadInput
from workbench.core.ports.providers import ProviderPreset
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.models.provider_names import CUSTOM
from workbench.ui.settings.settings_controller import SettingsController

BUILTIN = "builtin"


class ProviderConfigs:
    """Answers and changes at once; what cannot be saved is told by ``settings.failed``."""

    def __init__(self, services: Services, settings: SettingsController) -> None:
        self._providers, self._settings = services.providers, settings

    # --- what there is ---

    def all(self) -> list[ProviderConfig]:
        """Returns the built-in one, then the others as they were added, then one that only the environment names."""
        mine = [one for one in self._settings.settings().providers.values() if one.id != BUILTIN]
        found = [one for one in self._providers.configs() if self.is_from_environment(one)]
        return [ProviderConfig(BUILTIN, "Built-in", preset=BUILTIN), *mine, *found]

    def find(self, provider_id: str) -> ProviderConfig | None:
        return next((one for one in self.all() if one.id == provider_id), None)

    def is_from_environment(self, config: ProviderConfig) -> bool:
        """Returns whether only ``LLM_PROVIDER`` or ``OPENAI_BASE_URL`` names this provider."""
        return config.id != BUILTIN and config.id not in self._settings.settings().providers

    def presets(self) -> Sequence[ProviderPreset]:
        return self._providers.presets()

    def preset(self, config: ProviderConfig) -> ProviderPreset | None:
        return next((one for one in self.presets() if one.id == config.preset), None)

    def title(self, config: ProviderConfig) -> str:
        preset = self.preset(config)
        return config.name or (preset.name if preset and preset.id != CUSTOM else config.id)

    def needs_key(self, config: ProviderConfig) -> bool:
        if config.needs_key is not None:
            return config.needs_key
        preset = self.preset(config)
        return preset.needs_key if preset is not None else True

    def base_url(self, config: ProviderConfig) -> str:
        preset = self.preset(config)
        return config.base_url or (preset.base_url if preset is not None else "")

    def address_problem(self, config: ProviderConfig) -> str:
        """Returns why nothing can be sent to its address, ``""`` when something can."""
        try:
            self._providers.origin(config)
        except BadInput as error:
            return str(error)
        return ""

    # --- changes ---

    def save(self, config: ProviderConfig) -> None:
        """Adds a provider, or replaces the one with the same id."""
        self._settings.change("providers", {**self._settings.settings().providers, config.id: config})

    def add(self, preset: ProviderPreset) -> ProviderConfig:
        config = ProviderConfig(self._free_id(preset.id), preset=preset.id)
        if config.id != preset.id:
            config = dataclasses.replace(config, name=f"{preset.name} {config.id.rpartition('-')[2]}")
        self.save(config)
        return config

    def add_server(self, base_url: str, name: str, protocol: str, needs_key: bool) -> ProviderConfig:
        """Adds a server without a preset. Raises ``BadInput`` when nothing can be sent to that address."""
        if not base_url.strip():
            raise BadInput("Enter the base URL of the server, such as http://localhost:8000/v1.")
        slug = re.sub(r"[^a-z0-9]+", "-", (name or _host(base_url)).lower()).strip("-") or "server"
        config = ProviderConfig(
            self._free_id(slug), name, base_url=base_url.strip(), protocol=protocol, needs_key=needs_key
        )
        self._providers.origin(config)
        self.save(config)
        return config

    def duplicate(self, config: ProviderConfig) -> ProviderConfig:
        """Adds a provider with the same settings under another id; its key is not copied."""
        copy = dataclasses.replace(config, id=self._free_id(config.id), name=f"{self.title(config)} (copy)")
        self.save(copy)
        return copy

    def remove(self, config: ProviderConfig) -> None:
        """Removes a provider; ``save`` undoes that."""
        others = {key: one for key, one in self._settings.settings().providers.items() if key != config.id}
        self._settings.change("providers", others)

    def _free_id(self, wanted: str) -> str:
        taken = {config.id for config in self.all()}
        number = 2
        free = wanted
        while free in taken:
            free = f"{wanted}-{number}"
            number += 1
        return free


def _host(base_url: str) -> str:
    return re.sub(r"^https?://", "", base_url.strip()).partition("/")[0].partition(":")[0]
