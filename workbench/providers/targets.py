"""Targets: where and how a model is asked, from its provider, its protocol and what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from workbench.core.errors import Refused
from workbench.core.reply.usage import Price
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Preview, Request

from .catalogue.catalogue import Catalogue
from .endpoints.configured import ConfiguredProviders
from .endpoints.endpoint import Endpoint
from .endpoints.endpoint_keys import EndpointKeys, variable_of
from .http.client_pool import ClientPool
from .limits.learned_limits import LearnedLimits

if TYPE_CHECKING:
    import httpx

    from .http.request_attempts import RequestAttempts
    from .wire.protocol import WireProtocol


@dataclass(frozen=True, slots=True)
class Target:
    """A model at its endpoint, and the protocol that it is asked by."""

    endpoint: Endpoint
    protocol: WireProtocol
    info: ModelInfo


class Targets:
    """Finds targets, and makes ready to ask them. Loads protocols and HTTP only when a target is needed."""

    def __init__(
        self, configured: ConfiguredProviders, catalogue: Catalogue, keys: EndpointKeys, clients: ClientPool,
        learned: LearnedLimits,
    ) -> None:
        self._configured, self._catalogue, self._keys = configured, catalogue, keys
        self._clients, self._learned = clients, learned

    def target(self, ref: ModelRef) -> Target:
        """Returns where and how a model is asked. Raises ``BadInput`` or ``Refused`` when it cannot be."""
        from .protocols.registry import protocol_for

        info = self._catalogue.info(ref)
        endpoint = self._configured.endpoint(self._configured.config(ref.provider))
        protocol, endpoint = protocol_for(endpoint, info, self._learned.of(endpoint, ref.model))
        return Target(endpoint, protocol, info)

    async def attempts(self, ref: ModelRef) -> RequestAttempts:
        """Returns what sends requests to a model, with its key.

        Raises ``BadInput``, ``ProviderError`` or ``KeyringUnavailable`` when nothing can be sent.
        """
        target = self.target(ref)
        target = replace(target, endpoint=await self._keys.unlocked(target.endpoint))
        return await self._attempts(target, await self._keys.find_to_send(target.endpoint))

    async def with_tool_secrets(self, request: Request) -> Request:
        """Returns a request whose tools have the secrets that lie in the keyring. Raises ``Refused`` or
        ``KeyringUnavailable`` when one is not there."""
        return replace(request, params=await self._keys.tool_secrets(request.params))

    async def preview(self, request: Request) -> Preview:
        """Returns what ``attempts`` would send, without the key. Raises the same."""
        from .http.headers import KEY_PLACE

        target = self.target(request.model)
        key = KEY_PLACE if target.endpoint.needs_key else await self._keys.find(target.endpoint)
        return (await self._attempts(target, key)).preview(request)

    async def connection(self, ref: ModelRef) -> tuple[Endpoint, httpx.AsyncClient, str | None]:
        """Returns what other requests than for replies are sent with: endpoint, client and key. Raises the same as
        ``attempts``."""
        endpoint = self._configured.endpoint(self._configured.config(ref.provider))
        key = await self._keys.find_to_send(endpoint)
        _check_key(endpoint, key)
        return endpoint, await self._clients.client(endpoint), key

    def price(self, ref: ModelRef) -> Price | None:
        return self._catalogue.info(ref).price

    async def _attempts(self, target: Target, key: str | None) -> RequestAttempts:
        from .http.headers import request_headers
        from .http.request_attempts import RequestAttempts

        endpoint = target.endpoint
        _check_key(endpoint, key)
        headers = request_headers(endpoint, key)
        return RequestAttempts(
            endpoint, target.protocol, await self._clients.client(endpoint), key, headers, target.info, self._learned)


def _check_key(endpoint: Endpoint, key: str | None) -> None:
    """Raises ``Refused`` without a key where one is needed."""
    if endpoint.needs_key and not key:
        name = variable_of(endpoint)
        raise Refused(f"There is no key for {endpoint.name}. Enter it in Settings › Providers, or set {name}." if name
                      else f"There is no key for {endpoint.name}. Enter it in Settings › Providers.", "key")
