"""HTTP by hand: requests that arrive in pieces, break off, or are no requests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TypeVar

import httpx
import pytest

from tests.conftest import Run
from workbench.providers.builtin.engine import Engine
from workbench.providers.builtin.server import Server

T = TypeVar("T")
ASK = {"model": "ngram", "messages": [{"role": "user", "content": "The program"}], "seed": 1, "max_tokens": 20}


async def with_server(engine: Engine, work: Callable[[Server, httpx.AsyncClient], Awaitable[T]]) -> T:
    async with (
        Server(engine=engine) as server,
        httpx.AsyncClient(base_url=server.base_url, trust_env=False, timeout=20) as client,
    ):
        return await work(server, client)


async def exchange(server: Server, *pieces: bytes) -> bytes:
    """Sends bytes as they are and reads until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(server.base_url).port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
    answer = await reader.read()
    writer.close()
    return answer


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        ([b"GET /v1/models HTTP/1.0\r\n\r\n"], 200),
        ([b"GET /v1/mod", b"els?x=1 HTTP/1.1\r\nConn", b"ection: close\r\n\r\n"], 200),
        ([b"nonsense\r\n\r\n"], 400),
        ([b"GET / HTTP/1.1\r\nno colon\r\n\r\n"], 400),
        ([b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: x\r\n\r\n"], 400),
        ([b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n"], 413),
        ([b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n"], 431),
        ([b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n"], 431),
        ([b"POST /v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"], 400),
    ],
)
def test_requests_as_bytes(engine: Engine, run: Run, pieces: list[bytes], status: int) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        answer = await exchange(server, *pieces)
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        json.loads(answer.partition(b"\r\n\r\n")[2])

    run(with_server(engine, work))


def test_chunked_requests_and_requests_in_one_go(engine: Engine, run: Run) -> None:
    body = json.dumps(ASK).encode()
    cut = [body[:7], body[7:]]
    chunked = b"".join(b"%x;ext\r\n%b\r\n" % (len(piece), piece) for piece in cut) + b"0\r\nTrailer: x\r\n\r\n"

    async def work(server: Server, client: httpx.AsyncClient) -> None:
        answer = await exchange(
            server, b"POST /v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked
            + b"GET /health HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert answer.count(b"HTTP/1.1 200 OK") == 2
        assert answer.endswith(b'{"status": "ok"}')

    run(with_server(engine, work))


def test_a_client_that_asks_before_it_sends_a_body(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        body = json.dumps(ASK).encode()
        head = b"POST /v1/chat/completions HTTP/1.1\r\nExpect: 100-continue\r\nConnection: close\r\n"
        answer = await exchange(server, head + b"Content-Length: %d\r\n\r\n" % len(body), body)
        assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK")

    run(with_server(engine, work))


def test_a_client_that_breaks_off_harms_nobody(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        port = httpx.URL(server.base_url).port
        for piece in (b"", b"POST /v1", b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(piece)
            writer.close()
        assert (await client.get("/models")).status_code == 200

    run(with_server(engine, work))
