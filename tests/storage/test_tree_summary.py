"""Summaries of a tree: every message without its text, and how some begin."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.storage.conversations import answer, talk
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import File, Image, Part, Reasoning, Text, ToolCall
from workbench.core.errors import BadInput
from workbench.storage.store import SqliteStore


def test_every_message_is_there_once_with_its_parent(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "q1", "a1", "q2", "a2")
        other = await store.add_message(chat_id, ids[0], answer("a1b", "x/y"), origin="regenerate")
        await store.set_label(other.id, "better")
        gone = await store.add_message(chat_id, other.id, user("q2b"))
        await store.delete_messages(chat_id, [gone.id], below=True)
        outline = {summary.id: summary for summary in await store.summaries(chat_id)}
        assert list(outline) == [*ids, other.id]
        assert [outline[id].parent_id for id in (*ids, other.id)] == [None, *ids[:3], ids[0]]
        found = outline[other.id]
        assert (found.role, found.model, found.status, found.label, found.origin) == (
            "assistant", "x/y", Status.COMPLETE, "better", "regenerate")
        with pytest.raises(BadInput, match="no chat"):
            await store.summaries("no such chat")

    run(scene())


@pytest.mark.parametrize(("parts", "beginning"), [
    ((Text("## **Bold** words\n\nand more"),), "Bold words and more"),
    ((Text("***"),), "***"),
    ((Reasoning("hidden"), Text("  "), Text("said")), "said"),
    ((Text("今天天气很好"),), "今天天气很好"),
    ((File("notes.txt", "contents"),), "notes.txt"),
    ((ToolCall("1", "weather", "{}"),), "weather"),
    ((Image(None, "https://example.com/a.png"),), "[image]"),
    ((Reasoning("only thoughts"),), "[reasoning]"),
    ((), ""),
], ids=range(9))
def test_how_a_message_begins(run: Run, store: SqliteStore, parts: tuple[Part, ...], beginning: str) -> None:
    async def scene() -> None:
        chat_id, _ = await talk(store)
        node = await store.add_message(chat_id, None, Message("assistant", parts))
        assert await store.excerpts([node.id, "nothing"]) == {node.id: beginning}

    run(scene())


def test_a_message_as_long_as_a_book_begins_with_a_line(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        _, (id,) = await talk(store, "word " * 200_000)
        (beginning,) = (await store.excerpts([id])).values()
        assert beginning.startswith("word word") and beginning.endswith("…") and len(beginning) <= 161

    run(scene())
