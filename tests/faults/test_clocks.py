"""Clocks that jump while the program runs: nothing is lost, reordered or hidden, and a reply goes on."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, cli
from tests.conftest import Run
from tests.faults.clocks import HOUR, JUMPS, YEAR, jump
from tests.providers.support import bench
from tests.storage.conversations import talk
from tests.support.server import Gate, Received, Reply, Server, chat_chunks, sse
from workbench.core.chat.chats import ChatQuery
from workbench.core.chat.messages import user
from workbench.storage.store import open_store

__all__ = ["cli"]
every_jump = pytest.mark.parametrize("seconds", JUMPS.values(), ids=JUMPS)


@every_jump
def test_order_is_kept(run: Run, isolated: Path, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    async def scene() -> None:
        store = await open_store(isolated)
        first, first_ids = await talk(store, "a", "b", title="First")
        jump(monkeypatch, seconds)
        second, _ = await talk(store, "c", title="Second")
        last = await store.add_message(first, first_ids[-1], user("later"))
        assert [chat.id for chat in await store.chats(ChatQuery())] == [first, second]
        assert [header.id for header in await store.path(first)] == [*first_ids, last.id]
        await store.close()
        store = await open_store(isolated)
        assert [chat.id for chat in await store.chats(ChatQuery())] == [first, second]
        assert [hit.message_id for hit in await store.search("later")] == [last.id]
        await store.close()

    isolated.mkdir()
    run(scene())


@every_jump
def test_a_reply_goes_on(server: Server, run: Run, monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    first, *rest = chat_chunks("One ", "two.")
    gate = Gate()

    def answer(received: Received) -> Reply:
        jump(monkeypatch, seconds)
        gate.open()
        return sse(first, rest[0], gate, *rest[1:])

    server.on("POST", "/v1/chat/completions", answer)
    out = run(bench(server, idle_timeout=30).reply("test/m"))
    assert (out.text, out.finished, out.failure) == ("One two.", {0: "stop"}, None)


@every_jump
def test_what_was_written_before_is_shown_after(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    cli("ask", "-m", "builtin/guide", "What is temperature?")
    jump(monkeypatch, seconds)
    for command in (("list",), ("search", "temperature")):
        answer = cli(*command)
        assert answer.code == 0 and "temperature" in answer.out and "Traceback" not in answer.err
    assert cli("export", "--all", "--format", "md", "-o", str(tmp_path / "out.md")).code == 0
    assert "temperature" in (tmp_path / "out.md").read_text("utf-8")
    assert cli("ask", "-m", "builtin/guide", "What is a seed?").code == 0


@pytest.mark.parametrize("seconds", [40 * 24 * HOUR, 10 * YEAR])
def test_what_was_deleted_outlives_a_clock_that_is_wrong_for_a_day(
    run: Run, isolated: Path, monkeypatch: pytest.MonkeyPatch, seconds: float
) -> None:
    async def scene() -> None:
        store = await open_store(isolated)
        chat_id, _ = await talk(store, "a", title="Deleted")

        async def maintain() -> None:
            await store.maintain(backups=False, now=datetime.fromtimestamp(time.time()))

        await maintain()
        token = await store.delete_chats([chat_id])
        with monkeypatch.context() as wrong:
            jump(wrong, seconds)
            await maintain()
        await maintain()
        await store.undo(token)
        assert (await store.chat(chat_id)).title == "Deleted"
        await store.close()

    isolated.mkdir()
    run(scene())
