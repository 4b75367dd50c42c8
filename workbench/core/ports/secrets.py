"""The port for the keyring."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Secrets(Protocol):
    """Keys, by provider and origin (scheme, host, port). Raises ``KeyringUnavailable``."""

    async def get(self, provider_id: str, origin: str) -> str | None:
        """Returns the key of this session or of the keyring, or None."""
        ...

    async def set(self, provider_id: str, origin: str, key: str, *, session_only: bool = False) -> None:
        """Keeps a cleaned key. Raises ``BadInput`` for one that cannot be a header value."""
        ...

    async def remove(self, provider_id: str, origin: str) -> None: ...

    async def values(self, provider_id: str, origin: str) -> Mapping[str, str]:
        """Returns further secrets by name; see ``core.provider_secrets``."""
        ...

    async def keep_values(self, provider_id: str, origin: str, values: Mapping[str, str]) -> None:
        """Keeps further secrets in place of those that were kept before; removes all when there are none."""
        ...

    async def status(self, provider_id: str, origin: str) -> str:
        """Returns ``keyring``, ``session`` or ``none``; for a kept key also its last four characters after a space."""
        ...

    async def backend(self) -> str:
        """Returns the keyring's display name. Raises ``KeyringUnavailable``."""
        ...
