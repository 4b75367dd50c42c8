"""The keys of endpoints: from the keyring, else from the environment, each for its own origin only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from workbench.core.api_keys import is_loopback
from workbench.core.errors import KeyringUnavailable, NotReached, Refused
from workbench.core.json_types import Json

from .endpoint import Endpoint
from .environment import key_for, own_variable
from .presets import CUSTOM, preset

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

    async def unlocked(self, endpoint: Endpoint) -> Endpoint:
        """Returns the endpoint with the headers and the password of its proxy that lie in the keyring.

        Raises ``KeyringUnavailable``, and ``Refused`` when one of them is not there any more.
        """
        from workbench.core.provider_secrets import (  # nothing is sent while the window opens
            KEPT,
            PROGRAM,
            PROXY,
            kept_by,
            password_in,
            with_password,
            with_values,
        )

        config, network = endpoint.config, endpoint.network
        own, general = kept_by(config), password_in(network.proxy) == KEPT and not config.proxy
        values = dict(await self._secrets.values(endpoint.id, endpoint.origin)) if own else {}
        if general:
            values |= await self._secrets.values(*PROGRAM)
        wanted = own | ({PROXY} if general else set())
        if missing := sorted(wanted - values.keys()):
            what = missing[0].partition(":")[2] or "its proxy"
            raise Refused(f"The secret for {what} of {endpoint.name} is not in the keyring any more, or belongs to "
                          "another address. Enter it again in Settings.", "key")
        if not wanted:
            return endpoint
        proxy = with_password(network.proxy, values[PROXY]) if PROXY in wanted else network.proxy
        return replace(endpoint, config=with_values(config, {name: values[name] for name in own}),
                       network=replace(network, proxy=proxy))

    async def tool_secrets(self, params: Mapping[str, Json]) -> Mapping[str, Json]:
        """Returns parameters with the secrets of tools that lie in the keyring. Raises ``KeyringUnavailable``, and
        ``Refused`` when one of them is not there."""
        from workbench.core.request.tool_secrets import from_keyring

        return await from_keyring(params, self._secrets)

    def _in_environment(self, endpoint: Endpoint) -> str | None:
        return in_environment(self._environ, endpoint)


def in_environment(environ: Mapping[str, str], endpoint: Endpoint) -> str | None:
    """Returns the key that these variables have for an endpoint, or None."""
    if endpoint.config.preset != CUSTOM:
        return key_for(environ, endpoint.id, endpoint.preset, endpoint.origin)
    # The preset of such an endpoint is that of its protocol.
    return key_for(environ, endpoint.id, preset(CUSTOM), endpoint.origin) if endpoint.config.environment_key else None


def variable_of(endpoint: Endpoint) -> str:
    """Returns the name of a variable that may have the key of an endpoint, ``""`` where none may."""
    own = endpoint.config.preset == CUSTOM
    names = (own_variable(endpoint.id),) if own else endpoint.preset.key_env
    return next((name for name in names if name and in_environment({name: "key"}, endpoint)), "")
