"""The connection test of an endpoint, and its result as a sentence."""

from __future__ import annotations

import time
from collections.abc import Sequence

from workbench.core.errors import Refused
from workbench.core.request.models import ModelInfo
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
        endpoint = await self._keys.unlocked(self._configured.endpoint(config))
        key = await self._keys.find_to_send(endpoint)
        if endpoint.needs_key and not key:
            raise Refused(f"There is no key for {endpoint.name} yet. Enter it first.", "key")
        began = time.monotonic()
        client = await self._clients.client(endpoint)
        infos: Sequence[ModelInfo] | None = None
        if endpoint.preset.models.get("path"):
            try:
                infos = await self._cache.refresh(endpoint, client, key)
            except Refused as error:
                from .catalogue.model_lists import NO_LIST

                if error.status not in NO_LIST:
                    raise
        if infos is None:
            from .http.fetch import check_endpoint

            await check_endpoint(endpoint, client, key, _chat_url(endpoint))
        return _found(endpoint, (time.monotonic() - began) * 1000, None if infos is None else len(infos), bool(key))


def _found(endpoint: Endpoint, took: float, models: int | None, with_key: bool) -> str:
    """Returns the sentence on a connection that took so many milliseconds; None for a server without a list."""
    from .catalogue.listings import MOST_MODELS

    head = f"{endpoint.name} answers in {took:.0f} ms"
    match models:
        case None if with_key:
            return f"{head} and accepts the key. Type the names of its models."
        case None:
            return f"{head}. It has no list of models: type their names."
        case 0:
            return f"{head} and lists no models. Type their names, or load one into the server."
        case 1:
            return f"{head} and serves one model."
        case _ if models >= MOST_MODELS:
            return f"{head} and lists {MOST_MODELS} models or more; no more are read. Type the names of others."
        case _:
            return f"{head} and serves {models} models."


def _chat_url(endpoint: Endpoint) -> str:
    if endpoint.protocol == "azure":
        from .protocols.azure import azure_url

        return azure_url(endpoint, "any")
    return endpoint.url(endpoint.preset.chat_path)
