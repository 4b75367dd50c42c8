"""Databases that somebody else made, or damaged: whatever stands in them, everything that can be read is read."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat, ChatQuery, Folder
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import Failure, Text
from workbench.core.reply.records import RequestRecord
from workbench.core.text.sinks import MOST_LINE
from workbench.storage.store import SqliteStore, open_store

Look = Callable[[SqliteStore], Awaitable[None]]


@pytest.fixture
def look(run: Run, folder: Path) -> Callable[..., None]:
    """Makes a store with a chat of two messages, runs SQL on its file, and lets a coroutine look at it."""

    async def make() -> None:
        store = await open_store(folder)
        chat = await store.create_chat(Chat("chat", "Title", "a/model", tags=("tag",)))
        asked = await store.add_message(chat.id, None, user("Question"))
        answer = await store.add_message(chat.id, asked.id, Message("assistant", (Text("Answer"),), "a/model"))
        await store.finish(answer.id, answer.message, Status.COMPLETE, RequestRecord("a/model"))
        await store.close()

    def looking(statement: str, scene: Look, *values: object) -> None:
        run(make())
        with contextlib.closing(sqlite3.connect(folder / "workbench.db")) as database, database:
            database.execute(statement, values)

        async def work() -> None:
            store = await open_store(folder)
            try:
                await scene(store)
            finally:
                await store.close()

        run(work())

    return looking


@pytest.mark.parametrize("damage", [
    "UPDATE contents SET frame = 'nothing' WHERE body = 'Answer'",
    "UPDATE contents SET frame = '[[3]]' WHERE body = 'Answer'",
    "UPDATE contents SET frame = replace(hex(zeroblob(25000)), '0', '[') WHERE body = 'Answer'",
    "UPDATE contents SET extra = replace(hex(zeroblob(25000)), '0', '[') WHERE body = 'Answer'",
    "UPDATE contents SET frame = x'ff' WHERE body = 'Answer'",
])
def test_of_a_damaged_message_the_text_is_read(look: Callable[..., None], damage: str) -> None:
    async def scene(store: SqliteStore) -> None:
        asked, answer = await store.nodes([header.id for header in await store.path("chat")])
        assert asked.message == user("Question") and answer.message.text == "Answer"
        assert isinstance(note := answer.message.parts[-1], Failure) and answer.id in note.sentence
        sound, sentence = await store.check()
        assert not sound and sentence.startswith("one message is damaged") and answer.id in sentence
        assert set(await store.excerpts([answer.id, asked.id])) == {answer.id, asked.id}

    look(damage, scene)


@pytest.mark.parametrize("damage", [
    "UPDATE records SET record = 'x'", "UPDATE records SET record = '{\"usage\": []}'",
    "UPDATE nodes SET status = 'none' WHERE role = 'assistant'",
    "UPDATE nodes SET role = x'ff' WHERE role = 'assistant'",
])
def test_what_belongs_to_a_message_costs_no_more_than_itself(look: Callable[..., None], damage: str) -> None:
    async def scene(store: SqliteStore) -> None:
        answer = (await store.nodes([header.id for header in await store.path("chat")]))[1]
        assert answer.message.parts == (Text("Answer"),) and answer.message.role == "assistant"
        assert not (await store.check())[0]

    look(damage, scene)


@pytest.mark.parametrize(("statement", "of"), [
    ("UPDATE chats SET title = ?", lambda chat, node, folder: chat.title),
    ("UPDATE chats SET model = ?", lambda chat, node, folder: chat.model),
    ("UPDATE chat_tags SET tag = ?", lambda chat, node, folder: chat.tags[0]),
    ("UPDATE nodes SET model = ?", lambda chat, node, folder: node.message.model),
    ("UPDATE nodes SET label = ?", lambda chat, node, folder: node.label),
    ("INSERT INTO folders VALUES('f', ?, NULL, 0, NULL)", lambda chat, node, folder: folder.name),
])
def test_no_name_is_a_book(look: Callable[..., None], statement: str, of: Callable[..., str]) -> None:
    async def scene(store: SqliteStore) -> None:
        (chat,) = await store.chats(ChatQuery())
        node = (await store.nodes([header.id for header in await store.path("chat")]))[1]
        folder = next(iter(await store.folders()), Folder("", ""))
        name = of(chat, node, folder)
        assert 0 < len(name) <= MOST_LINE and "\x1b" not in name
        shown = [text for each in await store.summaries("chat") for text in (each.model, each.label)]
        assert all(len(text) <= MOST_LINE for text in shown)
        assert all(len(tag) <= MOST_LINE for tag in await store.tags())

    look(statement, scene, "\x1b]0;" + "x" * 1_000_000)


@pytest.mark.parametrize(("parents", "read"), [
    ({"a": "b", "b": "a"}, [{"a"}, {"b"}]), ({"a": "a"}, [{"a"}]), ({"a": "b", "b": "c", "c": "b"}, [{"b"}, {"c"}]),
    ({"a": "gone"}, [{"a"}]), ({f"f{n}": f"f{n + 1}" for n in range(3000)}, []),
])
def test_no_folder_lies_in_itself(
    look: Callable[..., None], folder: Path, parents: dict[str, str], read: list[set[str]]
) -> None:
    """Each of ``read`` names folders of which one lies nowhere."""
    async def scene(store: SqliteStore) -> None:
        with contextlib.closing(sqlite3.connect(folder / "workbench.db")) as database, database:
            database.executemany("INSERT INTO folders VALUES(?, 'name', ?, 0, NULL)", parents.items())
        found = {each.id: each for each in await store.folders()}
        assert found.keys() == parents.keys()
        for id in found:
            depth, above = 0, found[id].parent_id
            while above in found:
                depth, above = depth + 1, found[above].parent_id
                assert depth <= 100
        free = {id for id in found if found[id].parent_id not in found}
        assert not read or free & set().union(*read)
        (inside,) = [await store.save_folder(Folder("", "New", next(iter(parents))))]
        assert inside.id in {each.id for each in await store.folders()}

    look("SELECT 1", scene)


def test_messages_in_a_circle_are_walked_once(look: Callable[..., None]) -> None:
    async def scene(store: SqliteStore) -> None:
        nodes = await store.tree("chat")
        assert len(nodes) <= 2 and await store.path("chat") is not None
        for node in nodes:
            assert await store.tip_below(node.id)
        await store.undo(await store.delete_chats(["chat"]))

    look("UPDATE nodes SET parent = (SELECT max(no) FROM nodes)", scene)
