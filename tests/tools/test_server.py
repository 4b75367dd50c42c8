"""A server written with the SDK, over stdio and HTTP and in both generations of the protocol, and what goes wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.waiting import until
from tests.tools.conftest import GOOD, MakeServer
from workbench.core.errors import ToolServerError
from workbench.tools import server as server_module

pytestmark = pytest.mark.process


def test_tools_and_calls_over_stdio(run: Run, make: MakeServer) -> None:
    async def play() -> None:
        server = make(GOOD)
        tools = {tool.name: tool for tool in await server.listed()}
        assert tools["add"].source == "test" and tools["add"].description == "Adds two numbers."
        assert tools["add"].schema["required"] == ["a", "b"]
        assert await server.about() == ("test-server", "1.2.3", "2026-07-28")
        assert (await server.call("add", {"a": 1, "b": 2})).text == "3"
        unknown = await server.call("nope", {})
        assert (unknown.kind, unknown.text) == ("error", "Unknown tool: nope")
        assert (await server.call("add", {"a": "x"})).kind == "error"
        assert (await server.call("fail", {})).kind == "error"
        picture = await server.call("picture", {})
        assert picture.text == "[image/png, 70 bytes]" and picture.media[0][1] == "image/png"

    run(play())


def test_over_http(run: Run, make: MakeServer, over_http: Callable[..., str]) -> None:
    async def play() -> None:
        server = make(url=over_http())
        assert len(await server.listed()) == 9
        sums = await asyncio.gather(*(server.call("add", {"a": number, "b": 1}) for number in range(20)))
        assert [found.text for found in sums] == [str(number + 1) for number in range(20)]
        said: list[str] = []
        assert (await server.call("wait", {"seconds": 0.1}, said.append)).text == "done"
        assert said[0] == "step 0" and len(said) == 10
        too_long = await server.call("long_text", {"size": 9_000_000})
        assert too_long.kind in ("error", "unknown")
        assert (await server.call("add", {"a": 2, "b": 2})).text == "4", "the server is used again"

    run(play())


def test_the_environment_of_a_server_is_small(
        run: Run, make: MakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-the-program")

    async def play() -> None:
        found = await make(GOOD, values={"SECRET": "its own"}).call("environment", {})
        names = found.text.split()
        assert "SECRET=its own" in found.text and "OPENAI_API_KEY" not in names and "PATH" in names
        assert "DBUS_SESSION_BUS_ADDRESS" not in names and "WORKBENCH_DATA_DIR" not in names

    run(play())


def test_parallel_calls_run_in_parallel(run: Run, make: MakeServer, tmp_path: Path) -> None:
    note = tmp_path / "note"

    async def play() -> None:
        server = make(GOOD, values={"NOTE": str(note)})
        calls = [asyncio.ensure_future(server.call("wait", {"seconds": 600})) for _ in range(3)]
        await until(lambda: note.exists() and note.read_text().count("began") == 3)
        for call in calls:
            call.cancel()
        await asyncio.wait(calls)
        await until(lambda: note.read_text().count("cancelled") == 3)
        assert (await server.call("echo", {"text": "还在"})).text == "还在"

    run(play())


def test_a_server_that_dies_is_started_again(run: Run, make: MakeServer, tmp_path: Path) -> None:
    note = tmp_path / "note"

    async def play() -> None:
        server = make(GOOD, values={"NOTE": str(note)})
        gone, other = await asyncio.gather(server.call("die", {}), server.call("wait", {"seconds": 600}))
        assert gone.kind == other.kind == "unknown" and "exit code 7. It wrote: I am dying." in gone.text
        assert "not known whether the call ran" in other.text
        assert (await server.call("add", {"a": 1, "b": 1})).text == "2"
        assert note.read_text().count("started") == 2

    run(play())


def test_a_call_may_take_long_while_it_shows_progress(run: Run, make: MakeServer) -> None:
    async def play() -> None:
        server = make(GOOD, seconds=2)
        assert (await server.call("wait", {"seconds": 4})).text == "done"

    run(play())


def test_an_idle_server_is_stopped_and_comes_back(
        run: Run, make: MakeServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(server_module, "IDLE_SECONDS", 0.0)
    note = tmp_path / "note"

    async def play() -> None:
        server = make(GOOD, values={"NOTE": str(note)})
        await server.call("echo", {"text": "a"})
        await until(lambda: server._connection is None)
        await server.call("echo", {"text": "b"})
        assert note.read_text().count("started") == 2

    run(play())


@pytest.mark.parametrize(("command", "words"), [
    ("/nonexistent/server", "is not found. Install it, or give its whole path."),
    ("false", "It ended with exit code 1."),
])
def test_a_command_that_cannot_be_used(run: Run, make: MakeServer, command: str, words: str) -> None:
    from dataclasses import replace

    async def play() -> None:
        server = make(GOOD)
        server.config = replace(server.config, command=command, args=())
        with pytest.raises(ToolServerError, match=words):
            await server.listed()
        outcome = await server.call("x", {})
        assert outcome.kind == "error" and words in outcome.text

    run(play())


def test_headers_go_over_tls_only(run: Run, make: MakeServer) -> None:
    async def play() -> None:
        with pytest.raises(ToolServerError, match="Change the address to https"):
            await make(url="http://tools.example/mcp", values={"Authorization": "Bearer x"}).listed()

    run(play())
