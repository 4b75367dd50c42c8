from __future__ import annotations

import asyncio
import gc
import http.client
import json
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.server import Cut, Gate, Hang, Pause, Reply, Server, chat, json_reply, sse, text_reply
from tests.support.waiting import until


def get(url: str, **options: Any) -> httpx.Response:
    return httpx.get(url, trust_env=False, timeout=5, **options)


def test_records_what_came_and_answers_in_turn(server: Server) -> None:
    later = json_reply({"n": 2}, status=429, headers={"Retry-After": "1"})
    server.on("POST", "/v1/x", json_reply({"n": 1}), later)
    with httpx.Client(trust_env=False, headers={"X-Key": "k"}) as client:
        answers = [client.post(f"{server.url}/v1/x?a=b", json={"i": i}) for i in range(3)]
    assert [(a.status_code, a.json()["n"]) for a in answers] == [(200, 1), (429, 2), (429, 2)]
    assert answers[1].headers["retry-after"] == "1"
    first = server.requests[0]
    assert (first.method, first.path, first.query, first.json) == ("POST", "/v1/x", {"a": ["b"]}, {"i": 0})
    assert first.header("x-key") == "k"
    assert len({request.peer for request in server.requests}) == 1, "the connection is kept alive"


def test_a_function_answers_from_the_request(server: Server) -> None:
    server.on("POST", "/echo", lambda received: text_reply(received.body.decode().upper()))
    parts = iter([b"ab", b"cd"])  # an iterator is sent chunked
    assert httpx.post(f"{server.url}/echo", content=parts, trust_env=False).text == "ABCD"


def test_unknown_paths_are_404(server: Server) -> None:
    assert get(f"{server.url}/nothing").status_code == 404


@pytest.mark.parametrize("framing", ["chunked", "length", "close"])
def test_an_event_stream_arrives_whole(server: Server, framing: Any) -> None:
    server.on("GET", "/s", sse({"a": "ü"}, ": ping\n\n", Pause(0.001), {"b": 2}, framing=framing))
    answer = get(f"{server.url}/s")
    assert answer.headers["content-type"] == "text/event-stream"
    assert answer.text == f'data: {json.dumps({"a": "ü"})}\n\n: ping\n\ndata: {{"b": 2}}\n\ndata: [DONE]\n\n'


def test_a_chat_says_its_text(server: Server) -> None:
    server.on("GET", "/c", chat("Hel", "lo", usage={"prompt_tokens": 1}))
    lines = [line[6:] for line in get(f"{server.url}/c").text.splitlines() if line.startswith("data: {")]
    chunks = [json.loads(line) for line in lines]
    deltas = [choice["delta"].get("content", "") for chunk in chunks for choice in chunk["choices"]]
    assert "".join(deltas) == "Hello"
    assert chunks[-1]["usage"] == {"prompt_tokens": 1}


def test_a_gate_holds_the_stream_until_it_is_opened(server: Server, run: Callable[..., Any]) -> None:
    gate = Gate()
    server.on("GET", "/s", sse("one", gate, "two", done=False))

    async def read() -> list[str]:
        seen: list[str] = []
        async with (
            httpx.AsyncClient(trust_env=False) as client,
            client.stream("GET", f"{server.url}/s") as answer,
        ):
            async for piece in answer.aiter_text():
                seen.append(piece)
                gate.open()
        return seen

    assert run(read()) == ["one", "two"]


def test_a_cut_ends_the_body_at_the_byte(server: Server) -> None:
    server.on("GET", "/cut", Reply(body=[b"0123456789"], framing="length", cut_at=4))
    with socket.create_connection(("127.0.0.1", server.port)) as raw:
        raw.sendall(b"GET /cut HTTP/1.1\r\nHost: x\r\n\r\n")
        text = b"".join(iter(lambda: raw.recv(4096), b""))
    assert text.endswith(b"Content-Length: 10\r\n\r\n0123")
    with pytest.raises(httpx.RemoteProtocolError):
        get(f"{server.url}/cut")
    assert not server.requests[-1].answered.is_set()
    assert not server.requests[-1].closed.is_set(), "it was the server that closed"


def test_a_reset_is_an_error_to_the_client(server: Server) -> None:
    server.on("GET", "/reset", Reply(body=[b"some", Pause(0.05), Cut(reset=True)], framing="chunked"))
    with pytest.raises(httpx.ReadError):
        get(f"{server.url}/reset")


def test_raw_bytes_replace_http(server: Server) -> None:
    server.on("GET", "/raw", Reply(raw=b"SSH-2.0-no-http\r\n"))
    with pytest.raises(httpx.RemoteProtocolError):
        get(f"{server.url}/raw")


def test_a_client_that_gives_up_is_noticed(server: Server, run: Callable[..., Any]) -> None:
    server.on("GET", "/hang", Reply(body=["x", Hang()], framing="chunked"))

    async def give_up() -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            task = asyncio.create_task(client.get(f"{server.url}/hang"))
            await until(lambda: server.requests)
            task.cancel()

    run(give_up())
    assert server.wait_for().cancelled()


def test_silence_before_the_status_line(server: Server) -> None:
    server.on("GET", "/silent", Reply(before=[Hang()]))
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(f"{server.url}/silent", trust_env=False, timeout=0.05)


def test_the_server_ends_with_connections_open() -> None:
    with Server() as server:
        server.on("GET", "/hang", Reply(before=[Hang()]))
        client = http.client.HTTPConnection("127.0.0.1", server.port)
        client.request("GET", "/hang")
        server.wait_for()
    client.close()


def test_over_tls_with_an_authority_of_its_own(tls_server: tuple[Server, Path]) -> None:
    server, authority = tls_server
    server.on("GET", "/", text_reply("safe"))
    assert get(f"{server.url}/", verify=ssl.create_default_context(cafile=str(authority))).text == "safe"
    with pytest.raises(urllib.error.URLError, match="certificate"):
        urllib.request.urlopen(f"{server.url}/", timeout=5)


def test_a_connection_of_the_last_moment_is_closed_too() -> None:
    for _ in range(20):
        with Server() as server:
            client = socket.create_connection(("127.0.0.1", server.port))
        client.close()
    gc.collect()  # what was left open warns here, and every warning fails the test
