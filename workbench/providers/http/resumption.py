"""Resumption: goes on with a reply that the server makes in the background, after the connection broke.

Nothing is asked, and paid for, twice: the server sends again the events after the last one that came. A reply that is
stopped is cancelled there, because the server would finish it all the same. Source: OpenAI's guide to background mode.
"""

from __future__ import annotations

import asyncio
import json
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

MOST_TRIES = 8
"""Attempts to go on without anything new between them: half a minute in all."""

PAUSE = 1.0
"""Seconds before the first of them; each further one waits longer by as much. Also between two looks at a reply that
is still being made."""

CANCEL = 2.0
"""Seconds that a cancellation may take."""

_UNDER_WAY = ("queued", "in_progress")


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
        """Yields the same as ``stream_body``: the head of the first answer, and the bodies of all.

        A server that answers with the whole response instead of a stream is asked for it until it is done.
        """
        request, tries, given_up = first, 0, False
        try:
            while True:
                before, body, error = self.reader.sequence, b"", None
                async with aclosing(stream_body(self.client, request, self.who, self.remaining)) as arriving:
                    try:
                        async for items in arriving:
                            heads = [item for item in items if isinstance(item, ResponseHead)]
                            if request is not first and any(head.status >= 300 for head in heads):
                                break
                            data = b"".join(item for item in items if isinstance(item, bytes))
                            if body or (data and self.answer.is_fresh and data.lstrip().startswith(b"{")):
                                body, data = body + data, b""
                            told = heads if request is first else []
                            if data or told or not items:
                                yield [*told, data] if data else [*told]
                    except (ProviderError, TimeoutError) as broken:
                        error = broken
                under_way = self._under_way(body)
                if body and not under_way:
                    given_up = True  # there is nothing to end at the server
                    yield [body]
                    return
                tries = 0 if under_way else 1 if self.reader.sequence != before else tries + 1
                if self._ended or not self.reader.id or tries > MOST_TRIES:
                    given_up = True
                    if error is not None:
                        raise error
                    return
                await asyncio.sleep(PAUSE * max(tries, 1))
                self.renewed()
                self.answer.restart()
                after = self.reader.sequence
                request = self._request("GET", "", "" if after is None else f"stream=true&starting_after={after}")
        finally:
            if not self._ended and not given_up and self.reader.id:
                await self._cancel()

    def _under_way(self, body: bytes) -> bool:
        """Returns whether a body is a response that is still being made; takes note of its id."""
        try:
            data = json.loads(body) if body else None
        except (ValueError, RecursionError):
            return False
        if not isinstance(data, dict) or data.get("status") not in _UNDER_WAY:
            return False
        self.reader.name(data.get("id"))
        return True

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
