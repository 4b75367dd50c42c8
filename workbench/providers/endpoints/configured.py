"""The configured providers: those of the settings, the one that the environment names, and the built-in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from workbench.core.errors import BadInput
from workbench.core.ports.settings_file import SettingsFile
from workbench.core.settings import ProviderConfig

from .endpoint import Endpoint, resolve_endpoint
from .environment import environment_config
from .presets import BUILTIN, presets


class ConfiguredProviders:
    """Reads the settings and the environment; ``environ`` is taken as it is at the start."""

    def __init__(self, settings: SettingsFile, environ: Mapping[str, str]) -> None:
        self._settings, self._environ = settings, environ

    def configs(self) -> Sequence[ProviderConfig]:
        """The enabled ones, ``builtin`` first."""
        own = [config for config in self._settings.value.providers.values()
               if config.enabled and config.id != BUILTIN]
        found = environment_config(self._environ)
        if found is not None and found.id not in self._settings.value.providers:
            own.append(found)
        return [ProviderConfig(BUILTIN, "Built in", needs_key=False), *own]

    def config(self, provider_id: str) -> ProviderConfig:
        """Returns a provider by id. A preset that is not configured counts as configured without changes.

        Raises ``BadInput`` when there is no such provider, or when it is switched off.
        """
        for config in self.configs():
            if config.id == provider_id:
                return config
        if provider_id in self._settings.value.providers:
            raise BadInput(f"{provider_id} is switched off. Switch it on in Settings › Providers.")
        if (preset := presets().get(provider_id)) is not None and preset.base_url:
            return ProviderConfig(provider_id, preset=provider_id)
        raise BadInput(f"There is no provider “{provider_id}”. Add it in Settings › Providers.")

    def endpoint(self, config: ProviderConfig) -> Endpoint:
        """Resolves a provider. Raises ``BadInput`` when its address is missing or cannot be used."""
        return resolve_endpoint(config, self._settings.value)
