"""Servers of tools at an address: the older generation of the protocol, and answers that are none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.support.server import Hang, Received, Reply, Server, json_reply, sse, text_reply
from tests.tools.conftest import MakeServer
from workbench.core.errors import ToolServerError
from workbench.tools import connection

TOOL = {"name": "go", "inputSchema": {"type": "object"}}


def legacy(received: Received) -> Reply:
    """A server that knows the handshake of 2025-11-25 only, with a session."""
    message: dict[str, Any] = received.json
    if "id" not in message:
        return Reply(202)
    match message["method"]:
        case "initialize":
            result: Any = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}},
                           "serverInfo": {"name": "old", "version": "1"}}
        case "tools/list":
            result = {"tools": [TOOL]}
        case "tools/call":
            result = {"content": [{"type": "text", "text": f"gone in {received.header('mcp-session-id')}"}]}
        case _:
            error = {"code": -32601, "message": "What?"}
            return json_reply({"jsonrpc": "2.0", "id": message["id"], "error": error}, 400)
    answer = {"jsonrpc": "2.0", "id": message["id"], "result": result}
    if message["method"] == "tools/call":
        return sse(answer, done=False)
    return json_reply(answer, headers={"Mcp-Session-Id": "s-1"})


def test_the_older_generation(run: Run, server: Server, make: MakeServer) -> None:
    server.on("POST", "/mcp", legacy)
    server.on("GET", "/mcp", Reply(405))
    server.on("DELETE", "/mcp", Reply(200))

    async def play() -> None:
        tools = make(url=f"{server.url}/mcp", values={"Authorization": "Bearer k"})
        assert [tool.name for tool in await tools.listed()] == ["go"]
        assert await tools.about() == ("old", "1", "2025-11-25")
        assert (await tools.call("go", {})).text == "gone in s-1"
        await tools.close()
        assert server.requests[-1].method == "DELETE", "the session is ended"
        assert {request.header("authorization") for request in server.requests} == {"Bearer k"}

    run(play())


@pytest.mark.parametrize(("answer", "words"), [
    (Reply(401, {"WWW-Authenticate": "Bearer"}), "status 401: it wants a key, or another one"),
    (Reply(403), "status 403"), (Reply(404), "status 404"), (Reply(500), "status 500"),
    (Reply(302, {"Location": "https://elsewhere.example/mcp"}), "names another address: https://elsewhere.example/mcp"),
    (text_reply("<html>Hello</html>", content_type="text/html"), "text/html"),
    (text_reply("{", content_type="application/json"), ""),
    (Reply(headers={"Content-Type": "application/json", "Content-Encoding": "gzip"}, body=[b"x"]), "compressed answer"),
    (text_reply("x" * 9_000_000, content_type="application/json"), "more than 8 MB"),
])
def test_answers_that_are_none(run: Run, server: Server, make: MakeServer, answer: Reply, words: str) -> None:
    server.on("POST", "/mcp", answer)

    async def play() -> None:
        with pytest.raises(ToolServerError, match=f"(?s)could not be used.*{words}"):
            await make(url=f"{server.url}/mcp").listed()

    run(play())


def test_nobody_there(run: Run, make: MakeServer) -> None:
    async def play() -> None:
        with pytest.raises(ToolServerError, match="could not be used"):
            await make(url="http://127.0.0.1:1/mcp").listed()

    run(play())


def test_a_call_that_is_never_answered(run: Run, server: Server, make: MakeServer) -> None:
    def answer(received: Received) -> Reply:
        if received.json.get("method") == "tools/call":
            return Reply(headers={"Content-Type": "text/event-stream"}, body=[": wait\n\n", Hang()], framing="chunked")
        return legacy(received)

    server.on("POST", "/mcp", answer)
    server.on("GET", "/mcp", Reply(405))

    async def play() -> None:
        tools = make(url=f"{server.url}/mcp", seconds=1)
        assert (await tools.call("go", {})).kind == "timeout"
        assert [tool.name for tool in await tools.listed()] == ["go"], "the connection goes on"

    run(play())


def test_a_session_whose_end_is_never_confirmed(
        run: Run, server: Server, make: MakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CLOSE_SECONDS", 0.2)
    server.on("POST", "/mcp", legacy)
    server.on("GET", "/mcp", Reply(405))
    server.on("DELETE", "/mcp", Reply(before=[Hang()]))

    async def play() -> None:
        tools = make(url=f"{server.url}/mcp")
        await tools.listed()
        await tools.close()
        assert server.requests[-1].method == "DELETE"

    run(play())
