"""Resumption: goes on with a reply that the server makes in the background, after the connection broke.

Nothing is asked, and paid for, twice: the server sends again the events after the last one that came. A reply that is
stopped is cancelled there, because the server would finish it all the same. Source: OpenAI's guide to background mode.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from workbench.core.errors import ProviderError
from workbench.providers.endpoints.endpoint import Network

from .client import build_request, httpx_errors
from .response_decoder import ResponseDecoder
from .stream_watchdog import ResponseHead, stream_body

if TYPE_CHECKING:
    import httpx

    from workbench.providers.wire.protocol import KeptReader

MOST_TRIES = 5
"""Attempts to go on without a single event between them."""

PAUSE = 1.0
"""Seconds before the first of them; each further one waits longer by as much."""

CANCEL = 2.0
"""Seconds that a cancellation may take."""


@dataclass
class Resumption:
    """The exchanges of one reply. ``url`` is where it was asked for, ``renewed`` is told before each further one."""

    client: httpx.AsyncClient
    network: Network
    url: str
    headers: Mapping[str, str] = field(repr=False)
    who: str
    answer: ResponseDecoder
    reader: KeptReader
    remaining: Callable[[], float]
    renewed: Callable[[], None]

    async def stream(self, first: httpx.Request) -> AsyncGenerator[list[ResponseHead | bytes], None]:
        """Yields the same as ``stream_body``: the head of the first answer, and the bodies of all."""
        request, tries = first, 0
        try:
            while True:
                before, error = self.reader.sequence, None
                async with aclosing(stream_body(self.client, request, self.who, self.remaining)) as arriving:
                    try:
                        async for items in arriving:
                            refused = [item for item in items if isinstance(item, ResponseHead) and item.status >= 300]
                            if refused and request is not first:
                                break
                            yield items if request is first else [item for item in items if isinstance(item, bytes)]
                    except (ProviderError, TimeoutError) as broken:
                        error = broken
                tries = 1 if self.reader.sequence != before else tries + 1
                if self._ended or self.reader.sequence is None or tries > MOST_TRIES:
                    if error is not None:
                        raise error
                    return
                await asyncio.sleep(PAUSE * tries)
                self.renewed()
                self.answer.restart()
                request = self._request("GET", "", f"stream=true&starting_after={self.reader.sequence}")
        finally:
            if not self._ended and self.reader.id:
                await self._cancel()

    @property
    def _ended(self) -> bool:
        return self.answer.finished or self.reader.complete

    def _request(self, method: str, action: str, query: str = "") -> httpx.Request:
        address, _, own = self.url.partition("?")
        query = "&".join(filter(None, (own, query)))
        url = f"{address}/{self.reader.id}{action}{'?' if query else ''}{query}"
        return build_request(self.client, self.network, method, url, self.headers, None if method == "GET" else b"")

    async def _cancel(self) -> None:
        request = self._request("POST", "/cancel")
        with suppress(ProviderError, TimeoutError):
            async with asyncio.timeout(CANCEL):
                with httpx_errors(self.who, request):
                    await self.client.send(request)
