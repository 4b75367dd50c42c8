"""The stream watchdog: one HTTP exchange as a stream of what arrives, with time limits set by the caller.

httpx's read time-out starts again with each byte, so that a server that sends one byte a second never times out. Here
the caller says how long it still waits, and decides what counts as a sign of life.
"""

from __future__ import annotations

import asyncio
import logging
import time
import weakref
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.core.errors import NotAnAnswer, NotReached, ProviderError

from .client import httpx_errors
from .decompression import decompressor

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

TICK = 2.0
"""Seconds of silence after which the caller is told that nothing has come."""

READS = 1000
"""Reads of sockets per second, over all replies. Each costs about 0.1 ms whatever its size, so that 64 replies of
100 tokens a second, read token by token, would keep a core busy, and the window's frames would wait."""

GATHER = 0.008
"""Seconds to let more arrive between two reads of a reply whose pieces come faster than that."""

_reading: weakref.WeakSet[asyncio.Task[None]] = weakref.WeakSet()
"""The replies that are being read now."""

_FULL = 2**15  # bytes of a piece after which more is ready


@dataclass(frozen=True, slots=True)
class ResponseHead:
    """A response's status and headers; header names are in lower case."""

    status: int
    headers: Mapping[str, str]


Arrival = ResponseHead | bytes | ProviderError | None
"""``None`` is the end of the body."""


async def stream_body(
    client: httpx.AsyncClient, request: httpx.Request, who: str, remaining: Callable[[], float]
) -> AsyncGenerator[list[ResponseHead | bytes], None]:
    """Yields the head, then the body in pieces: everything that has arrived, or ``[]`` after ``TICK`` of silence.

    ``remaining()`` is how many seconds the caller still waits; raises ``TimeoutError`` when none are left, and the
    ``ProviderError`` that ended the exchange. Closing the iterator closes the connection. The reading happens in a task
    of its own, because interrupting a read of httpx breaks the connection.
    """
    queue: asyncio.Queue[Arrival] = asyncio.Queue(maxsize=256)
    reader = asyncio.get_running_loop().create_task(_read(client, request, who, queue), name="read a reply")
    _reading.add(reader)
    try:
        while True:
            if (left := remaining()) <= 0:
                raise TimeoutError
            try:
                async with asyncio.timeout(min(TICK, left)):
                    items = [await queue.get()]
            except TimeoutError:
                yield []
                continue
            while not queue.empty():
                items.append(queue.get_nowait())
            yield [item for item in items if isinstance(item, ResponseHead | bytes)]
            if isinstance(last := items[-1], ProviderError):
                raise last
            if last is None:
                return
    finally:
        reader.cancel()
        _reading.discard(reader)
        await asyncio.gather(reader, return_exceptions=True)


async def whole_body(
    client: httpx.AsyncClient, request: httpx.Request, who: str, end: float, most: int
) -> tuple[ResponseHead, bytes]:
    """Returns the head and the body of an answer that is awaited until ``end``, of the monotonic clock.

    Raises what ``stream_body`` raises, and ``NotAnAnswer`` for more than ``most`` bytes.
    """
    head, data = ResponseHead(0, {}), bytearray()
    arriving = stream_body(client, request, who, lambda: end - time.monotonic())
    async with aclosing(arriving):
        async for items in arriving:
            for item in items:
                if isinstance(item, ResponseHead):
                    head = item
                else:
                    data += item
            if len(data) > most:
                raise NotAnAnswer(f"{who} sent more than {most // 2**20} MiB.", "size")
    return head, bytes(data)


async def _read(
    client: httpx.AsyncClient, request: httpx.Request, who: str, queue: asyncio.Queue[Arrival]
) -> None:
    began, size = time.monotonic(), 0
    log.debug("%s %s: sent to %s", request.method, request.url, who)
    try:
        with httpx_errors(who, request):
            response = await client.send(request, stream=True)
        log.debug("%s %s: status %d after %.3f s", request.method, request.url, response.status_code,
                  time.monotonic() - began)
        pieces = response.aiter_raw()
        try:
            await queue.put(ResponseHead(response.status_code, {k.lower(): v for k, v in response.headers.items()}))
            decompress = decompressor(response.headers.get("content-encoding", ""), who)
            with httpx_errors(who, request, answered=True):
                before = time.monotonic()
                async for piece in pieces:
                    size += len(piece)
                    for part in decompress(piece):
                        await queue.put(part)
                    now = time.monotonic()
                    gap, before = _gap(now - before), now
                    if gap and len(piece) < _FULL:
                        await asyncio.sleep(gap)
        finally:
            log.debug("%s %s: %d bytes after %.3f s", request.method, request.url, size, time.monotonic() - began)
            await response.aclose()
            with suppress(ProviderError), httpx_errors(who, request, answered=True):
                # The body is half a dozen generators, one within the other, and closing one leaves the next to the
                # garbage collector. All of them end by the error of reading on from a closed connection.
                async for _ in pieces:
                    pass
    except ProviderError as error:
        log.debug("%s %s: %s", request.method, request.url, error)
        await queue.put(error)
    except Exception as error:
        # Nobody else hears of it: the one who waits for the reply would wait until its time is over.
        log.exception("Reading a reply failed.")
        await queue.put(NotReached(f"Something went wrong inside the program on the way to {who} ({error!r}). The log "
                                   "says more."))
    else:
        await queue.put(None)


def _gap(since: float) -> float:
    """Returns the seconds to wait before the next read, ``since`` seconds after the last one.

    They are none for a single reply that comes word by word.
    """
    crowded = len(_reading) / READS
    return max(crowded, GATHER) if since < GATHER + 0.0015 else crowded if crowded > GATHER else 0.0
