"""The configured providers: those of the settings, the one that the environment names, and the built-in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from workbench.core.errors import BadInput
from workbench.core.listeners import Listeners
from workbench.core.settings import ProviderConfig, Settings

from .endpoint import Endpoint, display_name, resolve_endpoint
from .environment import environment_config
from .presets import BUILTIN, presets

if TYPE_CHECKING:
    from workbench.core.ports.settings_file import SettingsFile


class ConfiguredProviders:
    """Reads the settings, each time they change, and the environment, as it is at the start."""

    def __init__(self, settings: SettingsFile, environ: Mapping[str, str]) -> None:
        self._settings, self._environ = settings, environ
        self._seen: Settings | None = None
        self._configs: dict[str, ProviderConfig] = {}
        self._names: Mapping[str, str] = {}
        self._listeners = Listeners[[]]()
        self._told = (settings.value.providers, settings.value.aliases)
        self._stop = settings.changed(self._on_settings)

    def close(self) -> None:
        """Stops listening to the settings."""
        self._stop()

    def configs(self) -> Sequence[ProviderConfig]:
        """Returns the enabled ones, ``builtin`` first."""
        self._read()
        return tuple(self._configs.values())

    def names(self) -> Mapping[str, str]:
        """Returns the display names of ``configs``, by id."""
        self._read()
        return self._names

    def name_of(self, provider_id: str) -> str:
        """Returns the display name of a provider, also of one that is switched off or not configured (any more).

        It is the user's own name, else the preset's, else the id.
        """
        if (name := self.names().get(provider_id)) is not None:
            return name
        config = self._settings.value.providers.get(provider_id)
        return display_name(config or ProviderConfig(provider_id, preset=provider_id))

    def config(self, provider_id: str) -> ProviderConfig:
        """Returns a provider by id. A preset that is not configured counts as configured without changes.

        Raises ``BadInput`` when there is no such provider, or when it is switched off.
        """
        self._read()
        if (config := self._configs.get(provider_id)) is not None:
            return config
        if provider_id in self._settings.value.providers:
            raise BadInput(f"{provider_id} is switched off. Switch it on in Settings › Providers.")
        if (preset := presets().get(provider_id)) is not None and preset.base_url:
            return ProviderConfig(provider_id, preset=provider_id)
        raise BadInput(f"There is no provider “{provider_id}”. Add it in Settings › Providers.")

    def unconfigured(self) -> Sequence[ProviderConfig]:
        """Returns the presets that can be used as they are although they are not configured."""
        self._read()
        known = self._configs.keys() | self._settings.value.providers.keys()
        return [ProviderConfig(id, preset=id) for id, preset in presets().items()
                if preset.base_url and id not in known]

    def endpoint(self, config: ProviderConfig) -> Endpoint:
        """Resolves a provider. Raises ``BadInput`` when its address is missing or cannot be used."""
        return resolve_endpoint(config, self._settings.value)

    def changed(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls ``listener`` after the providers or the aliases changed. Returns the function that stops it."""
        return self._listeners.add(listener)

    def _on_settings(self, settings: Settings) -> None:
        told, self._told = self._told, (settings.providers, settings.aliases)
        if self._told != told:
            self._listeners.tell()

    def _read(self) -> None:
        """Takes in the settings, when they are others than those read last."""
        if (settings := self._settings.value) is self._seen:
            return
        self._seen = settings
        configs = {BUILTIN: ProviderConfig(BUILTIN, "Built in", needs_key=False)}
        configs |= {config.id: config for config in settings.providers.values()
                    if config.enabled and config.id != BUILTIN}
        found = environment_config(self._environ)
        if found is not None and found.id not in settings.providers:
            configs[found.id] = found
        self._configs = configs
        self._names = MappingProxyType({id: display_name(config) for id, config in configs.items()})
