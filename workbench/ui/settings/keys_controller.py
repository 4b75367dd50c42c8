"""API keys in the settings: looked up, stored and removed. None is ever shown."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import BadInput, KeyringUnavailable, StoreError
from workbench.core.provider_secrets import move_into_keyring, move_proxy_password, secrets_in
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig

log = logging.getLogger(__name__)

LOCKED = "locked"
"""The status of a key that may be in the keyring, which could not be opened."""


class KeysController(QObject):
    """Signals carry the id of the provider that the key is for."""

    # id, status as ``Secrets.status`` writes it, or ``LOCKED``, the keyring's name
    status_read = Signal(str, str, str)
    failed = Signal(str, str, bool)  # id, sentence, whether "only for this session" helps

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._tasks, self._providers, self._secrets = services.tasks, services.providers, services.secrets
        self._settings = services.settings
        self._to_forget: dict[str, str] = {}  # provider id → the origin its key belongs to

    def close(self) -> None:
        """Forgets the keys of providers that were removed and did not come back: nobody can undo it any more. Moves
        secrets that were entered as headers or with a proxy into the keyring."""
        for provider_id, origin in self._to_forget.items():
            if provider_id not in self._settings.value.providers:
                self._tasks.start(f"forget {provider_id}", self._forget(provider_id, origin))
        self._tasks.start("move secrets into the keyring", self._move_secrets())

    async def _move_secrets(self) -> None:
        try:
            await move_proxy_password(self._settings, self._secrets)
            for config in self._settings.value.providers.values():
                if secrets_in(config):
                    await self._move(config)
        except (KeyringUnavailable, StoreError) as error:
            log.warning("Secrets in headers or proxies stay in the settings file: %s", error)

    async def _move(self, config: ProviderConfig) -> None:
        try:
            origin = self._providers.origin(config)
        except BadInput:
            return  # without an address nothing can be sent yet
        await move_into_keyring(self._settings, self._secrets, config, origin)

    def read_status(self, config: ProviderConfig) -> None:
        self._tasks.start(f"key of {config.id}", self._read_status(config))

    async def _read_status(self, config: ProviderConfig) -> None:
        try:
            status = await self._secrets.status(config.id, self._providers.origin(config))
            backend = await self._secrets.backend() if status.startswith("keyring") else ""
        except BadInput:
            self.status_read.emit(config.id, "none", "")
        except KeyringUnavailable as error:
            self.status_read.emit(config.id, LOCKED if error.locked else "none", "")
            self.failed.emit(config.id, str(error), True)
        else:
            self.status_read.emit(config.id, status, backend)

    def store(self, config: ProviderConfig, key: str, *, session_only: bool = False) -> None:
        self._tasks.start(f"key of {config.id}", self.stored(config, key, session_only=session_only))

    async def stored(self, config: ProviderConfig, key: str, *, session_only: bool = False) -> bool:
        """Stores a key, and returns whether that worked; ``failed`` says why not."""
        try:
            origin = self._providers.origin(config)
            await self._secrets.set(config.id, origin, key, session_only=session_only)
        except BadInput as error:
            self.failed.emit(config.id, str(error), False)
        except KeyringUnavailable as error:
            self.failed.emit(config.id, str(error), True)
        else:
            await self._read_status(config)
            return True
        return False

    def remove(self, config: ProviderConfig) -> None:
        self._tasks.start(f"key of {config.id}", self._remove(config))

    async def _remove(self, config: ProviderConfig) -> None:
        try:
            await self._secrets.remove(config.id, self._providers.origin(config))
        except (BadInput, KeyringUnavailable) as error:
            self.failed.emit(config.id, str(error), False)
        await self._read_status(config)

    def forget_on_close(self, config: ProviderConfig) -> None:
        """Forgets the key of a provider that is being removed once the settings close, unless it is there again."""
        try:
            self._to_forget[config.id] = self._providers.origin(config)
        except BadInput:
            pass  # without an address there is no key

    async def _forget(self, provider_id: str, origin: str) -> None:
        try:
            await self._secrets.remove(provider_id, origin)
            await self._secrets.keep_values(provider_id, origin, {})
        except KeyringUnavailable as error:
            log.warning("The key of %s is still in the keyring: %s", provider_id, error)
