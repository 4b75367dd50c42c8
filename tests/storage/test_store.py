"""Chats and messages in a real database."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat, ChatQuery, Folder
from workbench.core.chat.context import CHOICES
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import Text
from workbench.core.errors import BadInput
from workbench.core.reply.records import RequestRecord
from workbench.storage.store import SqliteStore, open_store


def answer(text: str, model: str = "builtin/guide") -> Message:
    return Message("assistant", (Text(text),), model)


async def talk(store: SqliteStore, *texts: str, title: str = "A talk") -> tuple[str, list[str]]:
    chat = await store.create_chat(Chat("", title))
    parent, ids = None, []
    for count, text in enumerate(texts):
        node = await store.add_message(chat.id, parent, answer(text) if count % 2 else user(text))
        parent = node.id
        ids.append(node.id)
    return chat.id, ids


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
        assert [stub.id for stub in await store.path(chat_id)] == ids
        nodes = await store.nodes(ids)
        assert [node.message.text for node in nodes] == ["Hello", "Good day"]
        assert nodes[1].parent_id == ids[0]
        await store.close()
        assert not list((folder / "locks").iterdir())

    run(second(*run(first())))


def test_a_reply_streams_and_ends(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "Tell me")
        node = await store.add_message(chat_id, ids[0], answer(""), status=Status.STREAMING)
        await store.journal(node.id, answer("Once upon"))
        assert (await store.nodes([node.id]))[0].message.text == "Once upon"
        record = RequestRecord("builtin/guide", status=200, arrivals=(0.1, 0.2))
        done = await store.finish(node.id, answer("Once upon a time"), Status.COMPLETE, record)
        assert (done.status, done.record, done.message.text) == (Status.COMPLETE, record, "Once upon a time")
        await store.journal(node.id, answer("late"))
        assert (await store.nodes([node.id]))[0].message.text == "Once upon a time"
        assert [hit.message_id for hit in await store.search("upon a")] == [node.id]

    run(scene())


def test_a_reply_that_is_deleted_while_it_streams_comes_back_whole(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "Tell me")
        node = await store.add_message(chat_id, ids[0], answer(""), status=Status.STREAMING)
        tokens = [await store.delete_messages(chat_id, [node.id], below=True), await store.delete_chats([chat_id])]
        await store.journal(node.id, answer("Once"))
        await store.finish(node.id, answer("Once upon a time"), Status.COMPLETE, None)
        assert not await store.search("upon") and not await store.nodes([node.id])
        for token in reversed(tokens):
            await store.undo(token)
        assert (await store.nodes([node.id]))[0].message.text == "Once upon a time"
        assert (await store.chat(chat_id)).tip == node.id

    run(scene())


def test_branches_have_siblings_and_remember_what_was_shown(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "q1", "a1", "q2", "a2")
        other = await store.add_message(chat_id, ids[0], answer("a1b"), origin="regenerate")
        below = await store.add_message(chat_id, other.id, user("q2b"))
        assert await store.siblings(ids[1]) == [ids[1], other.id]
        stubs = await store.path(chat_id)
        assert [(stub.id, stub.sibling, stub.siblings) for stub in stubs] == [
            (ids[0], 1, 1), (other.id, 2, 2), (below.id, 1, 1),
        ]  # fmt: skip
        assert await store.tip_below(ids[1]) == ids[3]
        assert await store.tip_below(ids[0]) == below.id
        await store.set_tip(chat_id, ids[2])
        assert await store.tip_below(ids[1]) == ids[2]
        assert len(await store.tree(chat_id)) == 6

    run(scene())


def test_deleting_messages_can_be_undone(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "q1", "a1", "q2", "a2")
        token = await store.delete_messages(chat_id, [ids[1]], below=False)
        assert [stub.id for stub in await store.path(chat_id)] == [ids[0], ids[2], ids[3]]
        await store.undo(token)
        assert [stub.id for stub in await store.path(chat_id)] == ids
        token = await store.delete_messages(chat_id, [ids[1]], below=True)
        assert [stub.id for stub in await store.path(chat_id)] == [ids[0]]
        await store.undo(token)
        assert [stub.id for stub in await store.path(chat_id)] == ids
        with pytest.raises(BadInput):
            await store.undo(token)

    run(scene())


def test_undoing_shows_again_the_branch_that_was_shown(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "one", "two", "three")
        other = await store.add_message(chat_id, ids[0], answer("another two"), move_tip=False)
        token = await store.delete_messages(chat_id, [ids[1]], below=True)
        assert (await store.chat(chat_id)).tip == other.id
        await store.undo(token)
        assert (await store.chat(chat_id)).tip == ids[2]
        token = await store.delete_messages(chat_id, [ids[1]], below=True)
        later = await store.add_message(chat_id, other.id, user("written since"))
        await store.undo(token)
        assert (await store.chat(chat_id)).tip == later.id

    run(scene())


def test_chats_are_listed_filtered_and_deleted(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        one = await store.create_chat(Chat("", "Über Wetter", tags=("work", "äh"), pinned=True))
        two = await store.create_chat(Chat("", "Cats", params={"temperature": 0.5}))
        assert [chat.id for chat in await store.chats(ChatQuery())] == [one.id, two.id]
        assert [chat.id for chat in await store.chats(ChatQuery(title="über w"))] == [one.id]
        assert [chat.id for chat in await store.chats(ChatQuery(title="at"))] == [two.id]
        assert [chat.id for chat in await store.chats(ChatQuery(tag="work"))] == [one.id]
        assert await store.count_chats(ChatQuery(pinned=False)) == 1
        assert await store.chat(one.id) == one
        changed = await store.update_chat(two.id, title="Dogs", tags=("x",), extra={"a": [1]})
        assert changed == await store.chat(two.id) and changed.title == "Dogs"
        assert not await store.chats(ChatQuery(title="cats"))
        token = await store.delete_chats([one.id, two.id])
        assert await store.count_chats(ChatQuery()) == 0
        with pytest.raises(BadInput):
            await store.chat(one.id)
        await store.undo(token)
        assert await store.count_chats(ChatQuery()) == 2

    run(scene())


def test_folders_nest_and_give_back_what_was_in_them(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        outer = await store.save_folder(Folder("", "Outer"))
        inner = await store.save_folder(Folder("", "Inner", outer.id))
        chat = await store.create_chat(Chat("", "In it", folder_id=inner.id))
        with pytest.raises(BadInput, match="itself"):
            await store.save_folder(Folder(outer.id, "Outer", inner.id))
        token = await store.delete_folder(inner.id)
        assert (await store.chat(chat.id)).folder_id == outer.id
        await store.undo(token)
        assert (await store.chat(chat.id)).folder_id == inner.id
        assert list(await store.folders()) == [inner, outer]

    run(scene())


def test_small_values_and_bytes_are_kept(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        await store.keep("dialect/a", {"x": [1, None, "é"]})
        await store.keep("dialect/b", 2)
        assert await store.recall("dialect/a") == {"x": [1, None, "é"]}
        assert await store.recall_all("dialect/") == {"dialect/a": {"x": [1, None, "é"]}, "dialect/b": 2}
        await store.keep("dialect/b", None)
        assert await store.recall("dialect/b") is None
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


def test_order_is_kept_when_the_clock_is_set_back(
    run: Run, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scene() -> None:
        first, first_ids = await talk(store, "a", "b", title="First")
        monkeypatch.setattr(time, "time", lambda: 1_000_000.0)
        second, _ = await talk(store, "c", title="Second")
        last = await store.add_message(first, first_ids[-1], user("later"))
        assert [chat.id for chat in await store.chats(ChatQuery())] == [first, second]
        assert [stub.id for stub in await store.path(first)] == [*first_ids, last.id]

    run(scene())


def test_what_is_noted_while_a_reply_streams_stays(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat, ids = await talk(store, "a")
        reply = await store.add_message(chat, ids[0], Message("assistant"), status=Status.STREAMING)
        assert await store.context_choices(chat) == {}
        await store.set_extra(reply.id, {CHOICES: {ids[0]: "left_out"}})
        await store.journal(reply.id, Message("assistant", (Text("Hal"),)))
        ended = await store.finish(
            reply.id, Message("assistant", (Text("Half"),), extra={"state": 1}), Status.COMPLETE, None)
        assert ended.message.extra == {CHOICES: {ids[0]: "left_out"}, "state": 1}
        assert await store.context_choices(chat) == {reply.id: {ids[0]: "left_out"}}
        await store.set_extra(reply.id, {CHOICES: None})
        assert await store.context_choices(chat) == {}

    run(scene())


def test_messages_of_other_chats_are_refused(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        one, ids = await talk(store, "a")
        two, _ = await talk(store, "b")
        with pytest.raises(BadInput):
            await store.add_message(two, ids[0], user("c"))
        with pytest.raises(BadInput):
            await store.set_tip(two, ids[0])
        with pytest.raises(BadInput):
            await store.delete_messages(two, ids, below=False)
        with pytest.raises(BadInput):
            await store.set_label("nothing", "x")
        assert await store.nodes(["nothing", *ids]) == await store.nodes(ids)
        await store.set_label(ids[0], "Label")
        await store.set_extra(ids[0], {"rating": 1})
        (node,) = await store.nodes(ids)
        assert (node.label, node.message.extra) == ("Label", {"rating": 1})
        await store.set_extra(ids[0], {"rating": None, "a": {"x": 1, "y": 2}})
        await store.set_extra(ids[0], {"a": {"x": None, "z": 3}})
        assert (await store.nodes(ids))[0].message.extra == {"a": {"y": 2, "z": 3}}
        await store.set_tip(one, None)
        assert not await store.path(one)

    run(scene())


def test_many_chats_change_together_or_not_at_all(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        one, two = [(await store.create_chat(Chat("", title))).id for title in ("One", "Two")]
        told: list[tuple[str, str]] = []
        forget = store.changed(lambda what, id: told.append((what, id)))
        await store.update_chats({one: {"archived": True}, two: {"tags": ("b", "a")}})
        assert (await store.chat(one)).archived and (await store.chat(two)).tags == ("b", "a")
        assert told == [("chat", one), ("chat", two)]
        forget()
        with pytest.raises(BadInput):
            await store.update_chats({two: {"title": "Lost"}, "none": {"title": "Nobody"}})
        assert (await store.chat(two)).title == "Two"

    run(scene())


def test_tags_are_those_of_chats_that_are_there(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        await store.create_chat(Chat("", "One", tags=("work", "Ähre")))
        two = await store.create_chat(Chat("", "Two", tags=("work", "家")))
        assert await store.tags() == ["work", "Ähre", "家"]
        token = await store.delete_chats([two.id])
        assert await store.tags() == ["work", "Ähre"]
        await store.undo(token)
        assert await store.tags() == ["work", "Ähre", "家"]

    run(scene())
