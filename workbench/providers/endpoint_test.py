"""The connection test of an endpoint, and its result as a sentence."""

from __future__ import annotations

import time

from workbench.core.errors import Refused
from workbench.core.settings import ProviderConfig

from .catalogue.model_cache import ModelCache
from .endpoints.configured import ConfiguredProviders
from .endpoints.endpoint import Endpoint
from .endpoints.endpoint_keys import EndpointKeys
from .http.client_pool import ClientPool


class EndpointTest:
    """Tests providers as they are configured, or as they would be after a change."""

    def __init__(
        self, configured: ConfiguredProviders, cache: ModelCache, keys: EndpointKeys, clients: ClientPool
    ) -> None:
        self._configured, self._cache, self._keys, self._clients = configured, cache, keys, clients

    async def run(self, config: ProviderConfig) -> str:
        """Returns a sentence on a connection that works: how fast it is, and how many models it serves.

        Fetches the list of models; where there is none, asks for a reply without a message, which costs nothing.
        Raises ``BadInput``, ``ProviderError`` or ``KeyringUnavailable``.
        """
        endpoint = self._configured.endpoint(config)
        key = await self._keys.find_to_send(endpoint)
        if endpoint.needs_key and not key:
            raise Refused(f"There is no key for {endpoint.name} yet. Enter it first.", "key")
        began = time.monotonic()
        client = await self._clients.client(endpoint)
        if not endpoint.preset.models.get("path"):
            from .http.fetch import check_endpoint

            await check_endpoint(endpoint, client, key, _chat_url(endpoint))
            took = (time.monotonic() - began) * 1000
            return f"{endpoint.name} answers in {took:.0f} ms and accepts the key. Type the names of its models."
        infos = await self._cache.refresh(endpoint, client, key)
        took = (time.monotonic() - began) * 1000
        count = "one model" if len(infos) == 1 else f"{len(infos)} models"
        return f"{endpoint.name} answers in {took:.0f} ms and serves {count}."


def _chat_url(endpoint: Endpoint) -> str:
    if endpoint.protocol == "azure":
        from .protocols.azure import azure_url

        return azure_url(endpoint, "any")
    return endpoint.url(endpoint.preset.chat_path)
