"""Servers that misbehave: each is a sentence, and the program goes on."""

from __future__ import annotations

import asyncio

import pytest

from tests.conftest import Run
from tests.support.waiting import until
from tests.tools.conftest import BAD, MakeServer
from workbench.core.errors import ToolServerError
from workbench.tools import connection as connection_module

pytestmark = pytest.mark.process


@pytest.mark.parametrize(("mode", "kind", "words"), [
    ("long-line", "unknown", "a message of more than 8 MB"),
    ("endless-line", "unknown", "a message of more than 8 MB"),
    ("flood", "unknown", "20,000 messages in a row that nobody had asked for"),
    ("silent-call", "timeout", "was silent for 1 s"),
    ("unknown-content", "error", "gave no result"),
    ("bad-bytes", "ok", "gone"), ("chatty", "ok", "gone"), ("wrong-id", "ok", "gone"),
    ("both", "ok", "said"), ("structured", "ok", '{"a": 1}'),
    ("link", "ok", "[A link, not opened: a file, http://127.0.0.1:1/x]\n\ninside"),
])
def test_calls(run: Run, make: MakeServer, mode: str, kind: str, words: str) -> None:
    async def play() -> None:
        outcome = await make(BAD, mode, seconds=1 if mode == "silent-call" else 60).call("go", {})
        assert outcome.kind == kind and words in outcome.text and len(outcome.text) < 1000
        if kind == "ok":
            assert outcome.text == words

    run(play())


@pytest.mark.parametrize(("mode", "words"), [
    ("exits", "It ended with exit code 1. It wrote: The key is missing."),
    ("silent", "did not answer within 1 s"),
    ("no-schema", "The list of tools of test cannot be read: .*inputSchema"),
])
def test_servers_that_cannot_be_used(
        run: Run, make: MakeServer, monkeypatch: pytest.MonkeyPatch, mode: str, words: str) -> None:
    if mode == "silent":
        monkeypatch.setattr(connection_module.Connection.open, "__defaults__", (1.0,))

    async def play() -> None:
        with pytest.raises(ToolServerError, match=words):
            await make(BAD, mode).listed()

    run(play())


@pytest.mark.parametrize(("mode", "notes"), [
    ("twice", ["test names the tool go twice: the first is used."]),
    ("huge-schema", ["The definition of test/huge is too long to be sent, so that it is left out."]),
    ("cursor", []), ("chatty", []),
])
def test_lists(run: Run, make: MakeServer, mode: str, notes: list[str]) -> None:
    async def play() -> None:
        server = make(BAD, mode)
        assert [tool.name for tool in await server.listed()] == ["go"] and server.notes == notes
        assert (await server.about())[2] == "2025-11-25"

    run(play())


def test_a_server_that_will_not_end_is_killed(run: Run, make: MakeServer) -> None:
    async def play() -> None:
        server = make(BAD, "deaf")
        await server.listed()
        connection = server._connection
        assert connection is not None and connection.alive
        await server.close()
        assert not connection.alive

    run(play())


def test_a_start_that_is_stopped_leaves_nothing(run: Run, make: MakeServer) -> None:
    async def play() -> None:
        server = make(BAD, "silent")
        starting = asyncio.ensure_future(server.listed())
        await until(lambda: server._tasks.running("server of tools test"))
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting

    run(play())


