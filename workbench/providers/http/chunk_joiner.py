"""The joiner of HTTP chunks: hands chunks of a body that arrive together on as one.

Servers send each event as a chunk of its own. h11, httpcore and httpx take some 15 µs for each chunk that they pass
on; joining those that are ready takes 1 µs. The result is the same body in the same framing, so that connections are
reused. Anything unusual passes unchanged, for h11 to judge.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[ \t]*chunked[ \t]*\r\n", re.IGNORECASE)
_HEAD_LIMIT = 2**17  # bytes; h11 refuses longer ones itself
_BOUNDARY = re.compile(rb"(\r\n)?([0-9a-fA-F]{1,15})\r\n")  # the end of the chunk before, the size of the next
_BEGINNING = re.compile(rb"\r|(?:\r\n)?[0-9a-fA-F]{0,15}\r?")  # of a boundary


class ChunkJoiner:
    """Joins the chunks of one response on its way from the socket to the parser (RFC 9112, 7.1)."""

    def __init__(self) -> None:
        self._as_is = False
        self._head: bytes | None = b""  # until it is whole
        self._rest = b""  # the beginning of a boundary
        self._left = 0  # bytes of a chunk that have not come yet
        self._entered = self._told = False  # a chunk has begun; something of one was handed on

    def feed(self, data: bytes) -> bytes:
        """Returns what to hand on for the bytes received: nothing while they mean nothing by themselves."""
        if self._as_is:
            return data
        if self._head is None:
            return self._joined(data)
        self._head += data
        end = self._head.find(b"\r\n\r\n") + 4
        if end < 4:
            self._as_is = len(self._head) > _HEAD_LIMIT
            return data
        body = self._head[end:]
        interim = self._head.startswith(b"HTTP/1.1 1")  # the real answer follows
        self._as_is = not interim and _CHUNKED.search(self._head, 0, end) is None
        self._head = b"" if interim else None
        return data[: len(data) - len(body)] + (self.feed(body) if body else b"")

    def _joined(self, data: bytes) -> bytes:
        data, self._rest = self._rest + data, b""
        pieces: list[bytes] = []
        at = 0
        while at < len(data):
            if not self._left:
                found = _BOUNDARY.match(data, at)
                if found is None and _BEGINNING.fullmatch(data, at):
                    self._rest = data[at:]
                    break
                if found is None or bool(found[1]) != self._entered or not (size := int(found[2], 16)):
                    self._as_is = True  # the last chunk, or nothing that is one
                    break
                self._left, self._entered, at = size, True, found.end()
            pieces.append(piece := data[at : at + self._left])
            self._left -= len(piece)
            at += len(piece)
        body = b"".join(pieces)
        chunk = b"%s%x\r\n%s" % (b"\r\n" if self._told else b"", len(body), body) if body else b""
        self._told = self._told or bool(body)
        return chunk + data[at:] if self._as_is else chunk


class JoiningStream:
    """Wraps an ``httpcore.AsyncNetworkStream``. A write separates two requests of one connection."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._joiner = ChunkJoiner()

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while data := await self._stream.read(max_bytes, timeout):
            if joined := self._joiner.feed(data):
                return joined
        return b""

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._joiner = ChunkJoiner()
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(self, *arguments: Any, **named: Any) -> JoiningStream:
        return JoiningStream(await self._stream.start_tls(*arguments, **named))

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Backend:
    """Wraps an ``httpcore.AsyncNetworkBackend``."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    async def connect_tcp(self, *arguments: Any, **named: Any) -> JoiningStream:
        return JoiningStream(await self._backend.connect_tcp(*arguments, **named))

    async def connect_unix_socket(self, *arguments: Any, **named: Any) -> JoiningStream:
        return JoiningStream(await self._backend.connect_unix_socket(*arguments, **named))

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)


def join_chunks(client: httpx.AsyncClient) -> None:
    """Joins chunks on all connections that the client will open, through proxies too.

    httpcore takes a network backend, but httpx offers no way to hand one in.
    """
    for transport in (client._transport, *client._mounts.values()):
        if (pool := getattr(transport, "_pool", None)) is not None:
            pool._network_backend = _Backend(pool._network_backend)
