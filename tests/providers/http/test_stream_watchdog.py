"""The body of an answer, as it arrives."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import httpx
import pytest

from tests.conftest import Run
from tests.providers.support import bench
from tests.support.server import Reply, Server, chat_chunks, event
from workbench.core.errors import NotReached
from workbench.providers.http.stream_watchdog import stream_body

PATH = "/v1/chat/completions"


def test_compression_that_was_not_asked_for(server: Server, run: Run) -> None:
    data = b"".join(event(chunk) for chunk in chat_chunks("Hello")) + b"data: [DONE]\n\n"
    server.on("POST", PATH, Reply(headers={"Content-Encoding": "gzip"}, body=[gzip.compress(data)]))
    assert run(bench(server).reply("test/m")).text == "Hello"
    server.on("POST", PATH, Reply(headers={"Content-Encoding": "gzip, br"}, body=[b"x"]))
    assert "compressed as “gzip, br”" in str(run(bench(server).reply("test/m")).failure)
    server.on("POST", PATH, Reply(headers={"Content-Encoding": "gzip"}, body=[b"not gzip"]))
    assert "damaged" in str(run(bench(server).reply("test/m")).failure)


def test_a_bomb_is_cut_off(server: Server, run: Run) -> None:
    import resource
    import sys

    if sys.platform == "win32":
        return
    bomb = gzip.compress(b"x" * (300 * 2**20), 1)
    server.on("POST", PATH, Reply(headers={"Content-Encoding": "gzip"}, body=[bomb]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out = run(bench(server).reply("test/m"))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert out.failure.kind == "size" and grown < 64 * 1024


def test_an_error_that_nobody_foresaw_reaches_the_user_at_once(run: Run, expect_log: Callable[[str], None]) -> None:
    """The task that reads dies of it, and whoever waits for the reply would wait until its time is over."""
    expect_log("Reading a reply failed")

    class Breaking(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise ExceptionGroup("of a library", [OverflowError("port")])

    async def scene() -> None:
        async with httpx.AsyncClient(transport=Breaking()) as client:
            request = client.build_request("POST", "http://127.0.0.1:9/")
            with pytest.raises(NotReached, match="inside the program"):
                async for _ in stream_body(client, request, "the server", lambda: 300.0):
                    pass

    run(scene())
