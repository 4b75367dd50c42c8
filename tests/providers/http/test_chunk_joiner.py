"""Joined chunks are the same answer to the parser that follows, whatever comes and however it is cut."""

from __future__ import annotations

from itertools import pairwise

import h11
from hypothesis import example, given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.support.server import Reply, Server
from workbench.providers.endpoints.endpoint import Network
from workbench.providers.http.chunk_joiner import ChunkJoiner, JoiningStream
from workbench.providers.http.client import make_client

HEAD = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
chunks = st.lists(st.binary(min_size=1, max_size=40), max_size=8).map(
    lambda bodies: b"".join(b"%x\r\n%s\r\n" % (len(body), body) for body in bodies))
heads = st.sampled_from([
    HEAD, HEAD, HEAD, b"HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n", b"HTTP/1.1 100 Continue\r\n\r\n" + HEAD,
    b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 204 No\r\nx: y\r\n\r\n", HEAD[:-2] + b"x: y\r\n\r\n", b"HTTP/1.1 2", b"",
])
ends = st.sampled_from([
    b"0\r\n\r\n", b"0\r\nx: y\r\n\r\n", b"", b"0\r\n", b"zz\r\n", b"5;a=b\r\nhello\r\n0\r\n\r\n", b"5\r\nhello??",
    b"-1\r\n", b"\r\n5\r\nhello\r\n", b"f" * 30, b"00\r\n\r\n", b"5\nhello\r\n0\r\n\r\n",
])


def parsed(pieces: list[bytes]) -> tuple[int, bytes, bool, bool]:
    """Status, body, whether the answer is whole, and whether h11 refused it."""
    parser = h11.Connection(h11.CLIENT)
    parser.send(h11.Request(method="GET", target="/", headers=[("host", "x")]))
    parser.send(h11.EndOfMessage())
    status, body = 0, b""
    try:
        for piece in [*pieces, b""]:
            parser.receive_data(piece)
            while (event := parser.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
                if isinstance(event, h11.Response):
                    status = event.status_code
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    return status, body, True, False
                elif isinstance(event, h11.ConnectionClosed):
                    return status, body, False, False
    except h11.RemoteProtocolError:
        return status, body, False, True
    return status, body, False, False


@given(heads, chunks, ends, st.lists(st.integers(0, 400), max_size=12))
@example(HEAD, b"5\r\nhello\r\n", b"0\r\n\r\n", list(range(100)))
def test_the_parser_sees_the_same(head: bytes, body: bytes, end: bytes, cuts: list[int]) -> None:
    data = head + body + end
    places = [0, *sorted(cuts), len(data)]
    pieces = [data[start:stop] for start, stop in pairwise(places) if data[start:stop]]
    joiner = ChunkJoiner()
    assert parsed([joined for piece in pieces if (joined := joiner.feed(piece))]) == parsed(pieces)


def test_chunks_that_came_together_are_one() -> None:
    joiner = ChunkJoiner()
    assert joiner.feed(HEAD) == HEAD
    assert joiner.feed(b"1\r\na\r\n2\r\nbc\r\n3\r\nd") == b"4\r\nabcd"
    assert joiner.feed(b"ef\r") == b"\r\n2\r\nef"
    assert joiner.feed(b"\n") == b""
    assert joiner.feed(b"0\r\n\r\n") == b"\r\n0\r\n\r\n"


def test_connections_join_chunks_and_are_used_again(server: Server, run: Run) -> None:
    server.on("GET", "/", Reply(body=[b"a" * 10] * 50, framing="chunked"))

    async def read() -> None:
        async with make_client(Network(), server.url) as client:
            for _ in range(2):
                async with client.stream("GET", server.url + "/") as answer:
                    body = b"".join([piece async for piece in answer.aiter_raw()])
                    assert body == b"a" * 500
                    assert isinstance(answer.extensions["network_stream"], JoiningStream)

    run(read())
    assert len({request.peer for request in server.requests}) == 1
