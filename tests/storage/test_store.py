"""Chats and messages in a real database."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.storage.conversations import talk
from workbench.core.chat.chats import Chat, ChatQuery, Folder
from workbench.core.chat.messages import user
from workbench.core.errors import BadInput
from workbench.storage.store import SqliteStore, open_store


def test_a_conversation_is_there_after_closing(run: Run, folder: Path) -> None:
    async def first() -> tuple[str, list[str]]:
        store = await open_store(folder)
        made = await talk(store, "Hello", "Good day")
        await store.close()
        return made

    async def second(chat_id: str, ids: list[str]) -> None:
        store = await open_store(folder)
        chat = await store.chat(chat_id)
        assert (chat.title, chat.tip) == ("A talk", ids[-1])
        assert [header.id for header in await store.path(chat_id)] == ids
        nodes = await store.nodes(ids)
        assert [node.message.text for node in nodes] == ["Hello", "Good day"]
        assert nodes[1].parent_id == ids[0]
        await store.close()
        assert not list((folder / "locks").iterdir())

    run(second(*run(first())))


def test_small_values_and_bytes_are_kept(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        await store.set_value("dialect/a", {"x": [1, None, "é"]})
        await store.set_value("dialect/b", 2)
        assert await store.value("dialect/a") == {"x": [1, None, "é"]}
        assert await store.values("dialect/") == {"dialect/a": {"x": [1, None, "é"]}, "dialect/b": 2}
        await store.set_value("dialect/b", None)
        assert await store.value("dialect/b") is None
        blob = await store.put_blob(b"\0\1", "image/png", "a.png")
        assert await store.blob(blob.sha256) == b"\0\1"
        with pytest.raises(BadInput):
            await store.blob("0" * 64)

    run(scene())


def test_it_works_inside_of_qts_event_loop(qapp: object, run: Run, folder: Path) -> None:
    async def scene() -> None:
        store = await open_store(folder)
        heard: list[tuple[str, str]] = []
        stop = store.changed(lambda what, id: heard.append((what, id)))
        chat_id, ids = await talk(store, "Hello", "Good day")
        await store.backup(folder / "copy.db")
        await store.restore(folder / "copy.db")
        assert len(await store.search("good")) == 1
        stop()
        await store.close()
        assert ("chat", chat_id) in heard and ("message", ids[0]) in heard

    run(scene())


def test_a_write_is_done_though_its_caller_is_gone(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat = await store.create_chat(Chat("", "Written"))
        writing = asyncio.ensure_future(store.add_message(chat.id, None, user("Keep this")))
        await asyncio.sleep(0)
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        assert len(await store.tree(chat.id)) == 1

    run(scene())


def test_titles_and_names_are_lines(run: Run, store: SqliteStore) -> None:
    """However long they are and whatever they hold: every view that lists chats lays them out."""

    async def scene() -> None:
        hostile = "\x1b]0;PWN\x07\u202eT\ud83d\n" + "x" * 5_000_000
        chat = await store.create_chat(Chat("", hostile, "m\x1b[2J", tags=("a\nb", "t\ud83d")))
        assert len(chat.title) <= 300 and chat.title.isprintable() and chat.tags == ("a b", "t\ufffd")
        assert await store.chats(ChatQuery()) == [chat]
        changed = await store.update_chat(chat.id, title="y" * 5_000_000)
        assert len(changed.title) <= 300
        assert (await store.save_folder(Folder("", "f\ud83d\x1b" * 1000))).id
        assert len((await store.folders())[0].name) <= 300
        assert [hit.chat_id for hit in await store.search("yyyy")] == [chat.id]
        assert not await store.search("xxxx"), "the old title has left the index"

    run(scene())


def test_half_a_surrogate_pair_in_the_name_of_an_import(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        async with store.transaction() as bulk:
            await asyncio.to_thread(bulk.put_chat, Chat("c", "T\ud83d", extra={"source": "app:\ud83d"}))
        async with store.transaction() as bulk:
            assert await asyncio.to_thread(bulk.known, "app:\ud83d") == "c"

    run(scene())
