"""Imports: all or nothing, again and again, beside other work."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.chat.messages import MessageNode, Status, user
from workbench.core.chat.parts import Blob, Image, Text
from workbench.core.errors import BadInput
from workbench.storage import trash
from workbench.storage.bulk_import import BulkTransaction
from workbench.storage.store import SqliteStore, open_store

PICTURE = b"picture"
BLOB = Blob(hashlib.sha256(PICTURE).hexdigest(), len(PICTURE), "image/png", "p.png")


def chat(number: int, tip: int) -> Chat:
    return Chat(f"chat{number}", f"Old {number}", tip=f"c{number}m{tip}", created=1.0, updated=100.0 + number,
                tags=("old",), extra={"source": f"them:{number}", "odd": [1]})  # fmt: skip


def node(number: int, message: int, parent: int | None) -> MessageNode:
    above = None if parent is None else f"c{number}m{parent}"
    text = user(f"message {message} of {number}", Image(BLOB))
    return MessageNode(f"c{number}m{message}", f"chat{number}", above, text, created=50.0, position=message, label="l")


def bring(bulk: BulkTransaction, chats: int, messages: int) -> None:
    bulk.put_blob(BLOB, PICTURE)
    for number in range(chats):
        source = bulk.known(f"them:{number}")
        assert source in (None, f"chat{number}")
        bulk.put_chat(chat(number, messages - 1))
        for message in range(messages):
            bulk.put_node(node(number, message, message - 1 if message else None))


async def bring_in(store: SqliteStore, chats: int, messages: int) -> None:
    async with store.transaction() as bulk:
        await asyncio.to_thread(bring, bulk, chats, messages)


def test_an_import_lands_whole_and_a_second_one_adds_what_is_new(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        await bring_in(store, 300, 4)
        assert await store.count_chats(ChatQuery()) == 300
        listed = await store.chats(ChatQuery(limit=2))
        assert listed[0] == chat(299, 3)
        nodes = await store.nodes([f"c7m{message}" for message in range(4)])
        assert nodes == [node(7, message, message - 1 if message else None) for message in range(4)]
        assert await store.blob(BLOB.sha256) == PICTURE
        assert len(await store.search('"message 3 of 7"', 500)) == 11
        own = await store.add_message("chat7", "c7m1", user("my own branch"))
        await store.update_chat("chat8", title="Mine")
        await store.delete_chats(["chat9"])
        await bring_in(store, 300, 5)
        assert await store.count_chats(ChatQuery()) == 300
        assert (await store.chat("chat8")).title == "Mine"
        assert [(await store.chat(id)).tip for id in ("chat7", "chat8", "chat9")] == [own.id, "c8m4", "c9m4"]
        assert [len(await store.tree(id)) for id in ("chat7", "chat8", "chat9")] == [6, 5, 5]

    run(scene())


@pytest.mark.parametrize("error", [BadInput("broken file"), asyncio.CancelledError()])
def test_an_import_that_ends_early_leaves_nothing(run: Run, store: SqliteStore, error: BaseException) -> None:
    async def scene() -> None:
        await bring_in(store, 2, 2)
        with pytest.raises(type(error)):
            async with store.transaction() as bulk:
                await asyncio.to_thread(bring, bulk, 400, 3)
                assert await store.count_chats(ChatQuery()) == 2 and not await store.search("message 2")
                raise error
        with pytest.raises(BadInput, match="stopped"):
            bring(bulk, 400, 3)
        assert await store.count_chats(ChatQuery()) == 2
        assert len(await store.tree("chat1")) == 2

        def counts(connection) -> list[int]:  # type: ignore[no-untyped-def]
            tables = ("chats", "nodes", "contents", "blob_uses", "trash")
            return [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]

        assert await store._database.read(counts) == [2, 4, 4, 4, 0]
        assert await store.blob(BLOB.sha256) == PICTURE

    run(scene())


def test_saving_goes_on_during_an_import(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        mine = await store.create_chat(Chat("", "Mine"))
        async with store.transaction() as bulk:
            importing = asyncio.ensure_future(asyncio.to_thread(bring, bulk, 500, 6))
            saved = 0
            while not importing.done():
                await store.add_message(mine.id, None, user("now"))
                saved += 1
            await importing
        assert saved > 5
        assert await store.count_chats(ChatQuery()) == 501

    run(scene())


def test_what_a_dead_import_left_is_purged(run: Run, folder: Path) -> None:
    async def scene() -> None:
        store = await open_store(folder)
        await store._database.write(trash.begin_import, "token", store._writer.path.stem)
        await asyncio.to_thread(bring, BulkTransaction(store._database, "token"), 200, 3)
        await store.close()  # as if the program had died: nobody ends the import
        store = await open_store(folder)
        assert await store.count_chats(ChatQuery()) == 0
        async with store.transaction() as fresh:  # the next one purges it
            assert fresh.known("them:3") is None
        assert await store._database.read(
            lambda connection: connection.execute("SELECT count(*) FROM nodes").fetchone()[0]) == 0
        await bring_in(store, 3, 3)
        assert await store.count_chats(ChatQuery()) == 3
        await store.close()

    run(scene())


def test_odd_imports(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        await bring_in(store, 1, 2)
        other = Chat("other", "Other", tip="c0m1", extra={"source": "other"})
        borrowed = MessageNode("c0m1", "other", None, user("same id"), Status.STREAMING)
        for _ in range(2):  # an id that another chat uses becomes one of its own, the same each time
            async with store.transaction() as bulk:
                bulk.put_chat(other)
                bulk.put_node(borrowed)
        assert [header.size for header in await store.tree("other")] == [len("same id")]
        (header,) = await store.tree("other")
        (kept,) = await store.nodes([header.id])
        assert kept.status is Status.INTERRUPTED and kept.created > 0
        for broken in (
            lambda bulk: bulk.put_node(node(5, 0, None)),
            lambda bulk: bulk.put_node(node(0, 9, 8)),
            lambda bulk: bulk.put_blob(BLOB, b"something else"),
        ):
            with pytest.raises(BadInput):
                async with store.transaction() as bulk:
                    bulk.put_chat(Chat("new", "New"))
                    broken(bulk)
        assert await store.count_chats(ChatQuery()) == 2
        assert (await store.nodes(["c0m1"]))[0].message.parts[-1] == Text("message 1 of 0")

    run(scene())


def test_imports_take_turns(run: Run, folder: Path) -> None:
    """A second import, of another window or command, sees what the first one brought."""
    async def scene() -> None:
        first, second = await open_store(folder), await open_store(folder)
        waiting = []
        async with first.transaction() as bulk:
            waiting.append(asyncio.ensure_future(bring_in(second, 20, 3)))
            await asyncio.to_thread(bring, bulk, 20, 3)
            assert not waiting[0].done()
        await waiting[0]
        assert await first.count_chats(ChatQuery()) == 20
        assert [len(await second.tree(f"chat{number}")) for number in range(20)] == [3] * 20
        await first.close()
        await second.close()

    run(scene())


def test_sources_that_begin_alike_are_found(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        await bring_in(store, 12, 1)
        async with store.transaction() as bulk:
            found = await asyncio.to_thread(bulk.known_beginning, "them:1")
            assert found == [(f"them:{number}", f"chat{number}") for number in (1, 10, 11)]
            assert await asyncio.to_thread(bulk.known_beginning, "us:") == []

    run(scene())


def test_message_ids_are_those_of_a_chat_in_sight(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        await bring_in(store, 2, 3)
        async with store.transaction() as bulk:
            assert len(await asyncio.to_thread(bulk.message_ids, "chat1")) == 3
            await store.delete_chats(["chat1"])
            assert await asyncio.to_thread(bulk.message_ids, "chat1") == []
            assert await asyncio.to_thread(bulk.message_ids, "nowhere") == []

    run(scene())


def test_sources_that_end_alike_and_the_chats_of_messages_are_found(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        await bring_in(store, 12, 2)
        async with store.transaction() as bulk:
            found = await asyncio.to_thread(bulk.known_ending, ":1")
            assert found == [("them:1", "chat1")]
            assert await asyncio.to_thread(bulk.known_ending, "1x") == []
            ids = [id for chat in ("chat3", "chat4") for id in await asyncio.to_thread(bulk.message_ids, chat)]
            chats = await asyncio.to_thread(bulk.chats_of, [*ids, "nowhere"])
            assert {(source, chat) for _, source, chat in chats} == {("them:3", "chat3"), ("them:4", "chat4")}
            assert {id for id, _, _ in chats} == set(ids)

    run(scene())


@pytest.mark.parametrize("there", [True, False])
def test_the_end_of_a_line_is_moved_where_it_was_expected(run: Run, store: SqliteStore, there: bool) -> None:
    async def scene() -> None:
        await bring_in(store, 1, 3)
        first, second, third = [stub.id for stub in await store.path("chat0")]
        async with store.transaction() as bulk:
            bulk.move_tip("chat0", third if there else first, second)
        assert (await store.chat("chat0")).tip == (second if there else third)

    run(scene())
