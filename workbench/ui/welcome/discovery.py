"""Discovery of what can be chatted with: servers on this machine, and keys in the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from workbench.core.api_keys import origin_of
from workbench.core.errors import BadInput, KeyringUnavailable, StoreError
from workbench.core.ports.providers import ProviderPreset
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig


@dataclass(frozen=True, slots=True)
class FoundKey:
    """A key in the environment: its variable, and the preset that it belongs to."""

    variable: str
    preset: ProviderPreset


class Discovery(QObject):
    """Looks on this machine only, and asks nothing of the network."""

    servers_found = Signal(list)  # ProviderConfigs that answer on loopback, and are not configured yet
    keys_found = Signal(list)  # FoundKeys whose provider is not configured yet
    added = Signal(str)  # a model of the provider that was added, "" when none is known
    failed = Signal(str)  # why a key or server could not be added

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._providers, self._secrets = services.providers, services.secrets
        self._settings, self._tasks = services.settings, services.tasks

    def look(self) -> None:
        self.keys_found.emit(self._found_keys())
        self._tasks.start("look for servers", self._look())

    async def _look(self) -> None:
        known = {config.base_url for config in self._settings.value.providers.values()}
        self.servers_found.emit([one for one in await self._providers.discover() if one.base_url not in known])

    def _found_keys(self) -> list[FoundKey]:
        configured = {config.preset for config in self._settings.value.providers.values()}
        found: dict[str, FoundKey] = {}
        for preset in self._providers.presets():
            variable = next((name for name in preset.key_env if os.environ.get(name)), "")
            if variable and preset.id not in configured:
                found.setdefault(variable, FoundKey(variable, preset))
        return list(found.values())

    def add_server(self, config: ProviderConfig) -> None:
        """Configures a server that was found."""
        self._add(config)
        self.added.emit(f"{config.id}/{config.models[0]}" if config.models else "")

    def import_key(self, found: FoundKey) -> None:
        """Moves a key from the environment into the keyring, and configures its provider."""
        self._tasks.spawn("import a key", self._import_key(found))

    async def _import_key(self, found: FoundKey) -> None:
        preset = found.preset
        try:
            await self._secrets.set(preset.id, origin_of(preset.base_url), os.environ.get(found.variable, ""))
        except (BadInput, KeyringUnavailable, StoreError) as error:
            self.failed.emit(f"{found.variable} was not imported: {error}")
            return
        self._add(ProviderConfig(preset.id, preset=preset.id))
        self.added.emit("")

    def _add(self, config: ProviderConfig) -> None:
        self._settings.change(providers={**self._settings.value.providers, config.id: config})
        self.look()
