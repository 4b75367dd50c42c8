"""Listeners hear of changes in this process at once, and of others' while somebody listens."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.support.waiting import until
from workbench.core.chat.chats import Chat
from workbench.storage import change_notifier
from workbench.storage.store import SqliteStore, open_store


def watchers() -> list[asyncio.Task[None]]:
    return [task for task in asyncio.all_tasks() if task.get_name() == "store changes"]


def test_changes_of_this_process_are_told_at_once(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        heard: list[tuple[str, str]] = []
        also: list[tuple[str, str]] = []
        stop = store.changed(lambda what, id: heard.append((what, id)))
        stop_also = store.changed(lambda what, id: also.append((what, id)))
        chat = await store.create_chat(Chat("", "One"))
        assert heard == also == [("chat", chat.id)]
        stop()
        stop()
        await store.update_chat(chat.id, title="Two")
        assert len(heard) == 1 and also[-1] == ("chat", chat.id)
        stop_also()

    run(scene())


def test_a_listener_may_leave_while_it_is_told(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        heard: list[str] = []

        def once(what: str, id: str) -> None:
            heard.append("once")
            stop()

        stop = store.changed(once)
        stop_other = store.changed(lambda what, id: heard.append("other"))
        for title in ("One", "Two"):
            await store.create_chat(Chat("", title))
        assert heard == ["once", "other", "other"]
        stop_other()

    run(scene())


def test_changes_of_others_are_told_while_somebody_listens(
    run: Run, store: SqliteStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_notifier, "POLL_SECONDS", 0.001)

    async def scene() -> None:
        assert not watchers()
        heard: list[tuple[str, str]] = []
        stop = store.changed(lambda what, id: heard.append((what, id)))
        other = await open_store(folder)
        await store.create_chat(Chat("", "Mine"))
        await until(lambda: len(heard) == 1)
        await other.create_chat(Chat("", "Theirs"))
        await until(lambda: {("folder", ""), ("chat", ""), ("message", "")} <= set(heard))
        assert len(watchers()) == 1
        stop()
        await until(lambda: not watchers())
        await other.close()

    run(scene())
