"""The keys of endpoints: from the keyring, else from the environment, each for its own origin only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.core.api_keys import is_loopback
from workbench.core.errors import KeyringUnavailable, NotReached

from .endpoint import Endpoint
from .environment import key_for

if TYPE_CHECKING:
    from workbench.core.ports.secrets import Secrets

PLAIN_HTTP = "plain_http"
"""The code of the error that asks for ``ProviderConfig.allow_plain_http``."""


class EndpointKeys:
    """Looks keys up at the moment they are needed; keeps none."""

    def __init__(self, secrets: Secrets, environ: Mapping[str, str]) -> None:
        self._secrets, self._environ = secrets, environ

    async def find(self, endpoint: Endpoint) -> str | None:
        """Returns the key that belongs to the endpoint's origin, or None.

        Raises ``KeyringUnavailable`` when the keyring cannot be read, a key is needed and the environment has none.
        """
        key = None
        try:
            key = await self._secrets.get(endpoint.id, endpoint.origin)
        except KeyringUnavailable:
            if endpoint.needs_key and not self._in_environment(endpoint):
                raise
        return key or self._in_environment(endpoint)

    async def find_to_send(self, endpoint: Endpoint) -> str | None:
        """Returns the same key. Raises ``NotReached`` where it would leave this machine unencrypted without the
        user's consent."""
        key = await self.find(endpoint)
        if key and (endpoint.base_url.startswith("http:") and not is_loopback(endpoint.base_url)
                    and not endpoint.config.allow_plain_http):
            raise NotReached(
                f"{endpoint.base_url} is not encrypted, so the key for {endpoint.name} was not sent. Use https, "
                "or allow it for this provider in Settings › Providers.", "key", code=PLAIN_HTTP)
        return key

    def _in_environment(self, endpoint: Endpoint) -> str | None:
        return key_for(self._environ, endpoint.id, endpoint.preset, endpoint.origin)
