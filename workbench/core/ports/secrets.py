"""The keyring, as a Protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    pass


class Secrets(Protocol):
    """Keys, by provider and origin (scheme, host, port). Raises ``KeyringUnavailable``."""

    async def get(self, provider_id: str, origin: str) -> str | None:
        """From this session, the keyring, or None."""
        ...

    async def set(self, provider_id: str, origin: str, key: str, *, session_only: bool = False) -> None:
        """Keeps a cleaned key; raises ``BadInput`` for one that cannot be a header value."""
        ...

    async def remove(self, provider_id: str, origin: str) -> None: ...

    async def status(self, provider_id: str, origin: str) -> str:
        """``keyring``, ``session`` or ``none``; with the last four characters after a space when kept."""
        ...

    async def backend(self) -> str:
        """The keyring's name for people; raises ``KeyringUnavailable``."""
        ...
