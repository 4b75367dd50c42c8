"""The HTTP transport of tool servers: the client that the SDK uses, with a limit on each answer, and what it was told.

Imported when a server at an address is first used.
"""

from __future__ import annotations

import ssl
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

import httpx2
from mcp.client._transport import TransportStreams
from mcp.client.streamable_http import streamable_http_client

from workbench.core.api_keys import is_loopback
from workbench.core.text.sinks import for_line

from .network import Network

MOST_BYTES = 8 * 2**20
"""Bytes of one message."""


@dataclass
class HttpTrace:
    """The last answer of a server that was no success, for the sentence when the connection fails."""

    status: int = 0
    where: str = ""
    fault: str = ""

    def explanation(self) -> str:
        if self.fault:
            return self.fault
        if self.status in (401, 403):
            return (f"It answered with status {self.status}: it wants a key, or another one. Give it as a header, such "
                    "as --header Authorization=-, and type “Bearer ” and the key.")
        if 300 <= self.status < 400:
            return f"It answered with status {self.status}, and names another address: {for_line(self.where, 200)}."
        return f"It answered with status {self.status}." if self.status >= 400 else ""


class _Limited(httpx2.AsyncByteStream):
    """The bytes of an answer, up to a limit."""

    def __init__(self, stream: AsyncIterable[bytes], trace: HttpTrace) -> None:
        self._stream, self._trace = stream, trace

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = MOST_BYTES
        async with aclosing(_pieces(self._stream)) as pieces:
            async for piece in pieces:
                left -= len(piece)
                if left < 0:
                    self._trace.fault = f"It sent an answer of more than {MOST_BYTES // 2**20} MB."
                    raise httpx2.ReadError(self._trace.fault)
                yield piece

    async def aclose(self) -> None:
        if isinstance(self._stream, httpx2.AsyncByteStream):
            await self._stream.aclose()


async def _pieces(stream: AsyncIterable[bytes]) -> AsyncGenerator[bytes, None]:
    async for piece in stream:
        yield piece


@asynccontextmanager
async def http_transport(
    url: str, headers: Mapping[str, str], network: Network, trace: HttpTrace
) -> AsyncIterator[TransportStreams]:
    """Carries messages between a client of the SDK and a server at an address."""

    async def heard(response: httpx2.Response) -> None:
        if response.status_code >= 300 and response.status_code != 405:  # 405: it has no stream of its own
            trace.status, trace.where = response.status_code, response.headers.get("location", "")
        if response.headers.get("content-encoding", "identity") != "identity":  # it may unfold to any size
            trace.fault = "It sent a compressed answer, which was not asked for."
            raise httpx2.DecodingError(trace.fault)
        if "text/event-stream" not in response.headers.get("content-type", ""):
            assert isinstance(response.stream, httpx2.AsyncByteStream)
            response.stream = _Limited(response.stream, trace)

    proxy = await network.proxy()
    verify = network.tls() if url.startswith("https:") else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    async with (
        httpx2.AsyncClient(
            headers={**headers, "Accept-Encoding": "identity"}, verify=verify,
            proxy=proxy if "://" in proxy else None, trust_env=proxy == "system" and not is_loopback(url),
            timeout=httpx2.Timeout(30.0, read=None), event_hooks={"response": [heard]},
        ) as client,
        streamable_http_client(url, http_client=client, max_sse_event_size=MOST_BYTES) as streams,
    ):
        yield streams
