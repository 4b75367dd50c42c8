"""The body of an answer, as it arrives."""

from __future__ import annotations

import gzip

from tests.conftest import Run
from tests.providers.support import bench
from tests.support.server import Reply, Server, chat_chunks, event

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
