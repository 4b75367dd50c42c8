"""The pool of HTTP clients: one for each origin and each way to reach it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from workbench.core.api_keys import is_loopback
from workbench.providers.endpoints.endpoint import Endpoint

if TYPE_CHECKING:
    import httpx


class ClientPool:
    """Makes clients when they are needed, and keeps them so that connections are reused.

    Clients of changed settings stay open until ``close``: a reply may still be coming through them.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[object, ...], httpx.AsyncClient] = {}

    async def client(self, endpoint: Endpoint) -> httpx.AsyncClient:
        """Returns the client for an endpoint. Raises ``NotReached`` when the network settings cannot be used."""
        from .client import load_httpx, make_client

        await load_httpx()
        network, url = endpoint.network, endpoint.base_url
        way = (network.proxy, network.ca_file, network.connect_timeout)
        key = (endpoint.origin, way, is_loopback(url), id(asyncio.get_running_loop()))
        if key not in self._open:
            self._open[key] = make_client(network, url)
        return self._open[key]

    async def close(self) -> None:
        """Closes all clients and their connections."""
        clients = list(self._open.values())
        self._open.clear()
        for client in clients:
            await client.aclose()
