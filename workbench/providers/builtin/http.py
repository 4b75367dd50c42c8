"""The part of HTTP/1.1 that a small server needs: requests, answers, keep-alive, chunked bodies.

RFC 9112. Head, body, and the time that a client may take to send them are limited.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from workbench.core.json_types import Json

HEAD_LIMIT = 32 * 1024  # bytes; also the limit of the StreamReader
BODY_LIMIT = 64 * 1024 * 1024  # bytes; a few large pictures
IDLE_SECONDS = 75.0  # between two requests of a connection
SLOW_SECONDS = 60.0  # for one request to arrive


class BadRequest(Exception):
    """A request that cannot be answered; the connection ends with ``status``."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request. ``headers`` have lower-case names; ``path`` is without the query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    keep_alive: bool


async def read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> HttpRequest | None:
    """Returns the next request of a connection, or None when the client has no more. Raises ``BadRequest``."""
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            first = await reader.readline()
        async with asyncio.timeout(SLOW_SECONDS):
            return await _request(first, reader, writer) if first.strip() else None
    except TimeoutError:
        return None
    except asyncio.IncompleteReadError:
        return None
    except ValueError:  # a line longer than the reader's limit
        raise BadRequest(431, "The head of the request is too long.") from None


async def _request(
    first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> HttpRequest:
    try:
        method, target, version = first.decode("ascii").split()
    except ValueError:
        raise BadRequest(400, "The request line is not HTTP.") from None
    headers = await _headers(reader)
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    chunked = "chunked" in headers.get("transfer-encoding", "").lower()
    body = await _chunked(reader) if chunked else await _sized(reader, headers.get("content-length", "0"))
    connection = headers.get("connection", "").lower()
    keep_alive = connection != "close" if version == "HTTP/1.1" else connection == "keep-alive"
    return HttpRequest(method, target.partition("?")[0], headers, body, keep_alive)


async def _headers(reader: asyncio.StreamReader) -> dict[str, str]:
    headers: dict[str, str] = {}
    size = 0
    while line := (await reader.readline()).decode("latin-1").strip():
        name, colon, value = line.partition(":")
        size += len(line)
        if not colon or size > HEAD_LIMIT:
            raise BadRequest(400 if not colon else 431, "The head of the request is broken or too long.")
        headers[name.strip().lower()] = value.strip()
    return headers


async def _sized(reader: asyncio.StreamReader, length: str) -> bytes:
    if not length.isdecimal():
        raise BadRequest(400, "Content-Length is not a number.")
    if int(length) > BODY_LIMIT:
        raise BadRequest(413, f"The request is too large: at most {BODY_LIMIT >> 20} MB are taken.")
    return await reader.readexactly(int(length))


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        head = (await reader.readline()).partition(b";")[0].strip()
        try:
            size = int(head, 16)
        except ValueError:
            raise BadRequest(400, "A chunk of the request has no length.") from None
        if size < 0 or len(body) + size > BODY_LIMIT:
            raise BadRequest(413, f"The request is too large: at most {BODY_LIMIT >> 20} MB are taken.")
        if size == 0:
            await _headers(reader)  # trailers
            return bytes(body)
        body += await reader.readexactly(size)
        await reader.readline()


def head(status: int, headers: Mapping[str, str]) -> bytes:
    """Returns status line and headers of an answer, with the empty line after them."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{k}: {v}" for k, v in headers.items())]
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


def json_answer(status: int, data: Json, headers: Mapping[str, str], *, keep_alive: bool) -> bytes:
    """Returns a whole answer with a JSON body."""
    body = json.dumps(data, ensure_ascii=False).encode()
    connection = "keep-alive" if keep_alive else "close"
    return head(status, {"Content-Type": "application/json", "Content-Length": str(len(body)),
                         "Connection": connection, **headers}) + body


def event(data: Json) -> bytes:
    """Returns a server-sent event, as a chunk of a chunked body; one that has a type is named by it."""
    kind = data.get("type") if isinstance(data, dict) else None
    name = f"event: {kind}\n".encode() if isinstance(kind, str) else b""
    return chunk(name + b"data: " + json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() + b"\n\n")


def chunk(data: bytes) -> bytes:
    """Returns a chunk of a chunked body; an empty one ends it."""
    return b"%x\r\n%b\r\n" % (len(data), data)
