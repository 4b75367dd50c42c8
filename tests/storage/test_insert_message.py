"""Messages put in between others, and what a view of the whole tree reads."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Run
from tests.storage.conversations import answer, talk
from workbench.core.chat.chats import Chat
from workbench.core.chat.duplicate_chat import copy_chat
from workbench.core.chat.messages import Message, MessageHeader, Status, user
from workbench.core.chat.parts import Blob, Failure, File, Image, Reasoning, Text, ToolCall
from workbench.core.errors import BadInput
from workbench.storage.store import SqliteStore


async def line(store: SqliteStore, chat_id: str) -> list[str]:
    return [header.id for header in await store.path(chat_id)]


async def state(store: SqliteStore, chat_id: str) -> object:
    """All that a chat's tree is: places, siblings and the end of the shown line."""
    return await store.tree(chat_id), (await store.chat(chat_id)).tip


def test_a_message_goes_between_two_and_siblings_keep_their_order(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, (first, second, third) = await talk(store, "one", "two", "three")
        other = await store.add_message(chat_id, first, answer("another two"), move_tip=False)
        before = await state(store, chat_id)
        made, token = await store.insert_message(chat_id, first, second, Message("system", (Text("Be brief."),)))
        assert (made.parent_id, made.message.role, made.origin, made.status) == (
            first, "system", "insert", Status.COMPLETE)
        assert await line(store, chat_id) == [first, made.id, second, third]
        assert await store.siblings(made.id) == [made.id, other.id]
        assert await store.siblings(second) == [second]
        assert (await store.chat(chat_id)).tip == third
        await store.undo(token)
        assert await state(store, chat_id) == before

    run(scene())


def test_parents_come_before_children_however_often_something_was_put_in(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "one", "two", "three")
        above = None
        for number in range(4):
            below = (await line(store, chat_id))[number]
            made, _ = await store.insert_message(chat_id, above, below, user(f"new {number}"))
            above = made.id
        seen: set[str | None] = {None}
        for header in await store.tree(chat_id):
            assert header.parent_id in seen
            seen.add(header.id)
        everything = [header.id for header in await store.tree(chat_id)]
        assert [summary.id for summary in await store.summaries(chat_id)] == everything
        copy = await copy_chat(store, await store.chat(chat_id), everything)
        nodes = await store.nodes([header.id for header in await store.path(copy.id)])
        assert [node.message.text for node in nodes] == [
            "new 0", "new 1", "new 2", "new 3", "one", "two", "three"]
        assert ids == (await line(store, chat_id))[4:]

    run(scene())


def test_a_copy_takes_neither_lanes_nor_draft_along(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        extra = {"lanes": {"base": "x"}, "draft_parts": [], "notes": "kept"}
        chat = await store.create_chat(Chat("", "A talk", draft="unsent", extra=extra))
        copy = await copy_chat(store, chat, [])
        assert (copy.draft, copy.extra) == ("", {"notes": "kept"})

    run(scene())


def test_at_the_very_beginning_it_becomes_the_root(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "one", "two")
        before = await state(store, chat_id)
        made, token = await store.insert_message(chat_id, None, ids[0], user("zero"))
        assert await line(store, chat_id) == [made.id, *ids]
        await store.undo(token)
        assert await state(store, chat_id) == before

    run(scene())


def test_at_the_end_the_tip_moves_along_and_comes_back(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, (first, second, *_) = await talk(store, "one", "two", "three")
        await store.set_tip(chat_id, second)
        before = await state(store, chat_id)
        made, token = await store.insert_message(chat_id, second, None, user("other three"))
        assert await line(store, chat_id) == [first, second, made.id]
        await store.undo(token)
        assert await state(store, chat_id) == before

    run(scene())


def test_at_the_end_of_another_branch_the_shown_line_stays(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "one", "two")
        other = await store.add_message(chat_id, ids[0], answer("another two"))
        await store.add_message(chat_id, other.id, user("never shown"), move_tip=False)
        await store.set_tip(chat_id, ids[1])
        made, token = await store.insert_message(chat_id, other.id, None, user("three"))
        await store.add_message(chat_id, made.id, answer("nor this"), move_tip=False)
        assert await line(store, chat_id) == ids
        assert await store.tip_below(other.id) == made.id
        await store.undo(token)
        assert await store.tip_below(other.id) == other.id

    run(scene())


def test_into_an_empty_chat(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat = await store.create_chat(Chat(""))
        made, token = await store.insert_message(chat.id, None, None, answer("Good day"))
        assert await line(store, chat.id) == [made.id]
        await store.undo(token)
        assert (await line(store, chat.id), (await store.chat(chat.id)).tip) == ([], None)

    run(scene())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(
    st.tuples(st.sampled_from(("insert", "end", "delete", "prune")), st.integers(0, 99)), max_size=12))
def test_undoing_in_reverse_gives_back_tree_and_shown_line(
    run: Run, store: SqliteStore, deeds: list[tuple[str, int]]
) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "one", "two", "three")
        await store.add_message(chat_id, ids[0], answer("another two"), move_tip=False)
        undoing: list[tuple[str, object]] = []
        for deed, number in deeds:
            if headers := await store.tree(chat_id):
                before = await state(store, chat_id)
                undoing.append((await do(store, chat_id, deed, headers[number % len(headers)]), before))
                await check(store, chat_id)
        for token, before in reversed(undoing):
            await store.undo(token)
            assert await state(store, chat_id) == before

    run(scene())


async def do(store: SqliteStore, chat_id: str, deed: str, header: MessageHeader) -> str:
    """Does something at a message; the token that undoes it."""
    if deed == "insert":
        return (await store.insert_message(chat_id, header.parent_id, header.id, user("put in")))[1]
    if deed == "end":
        return (await store.insert_message(chat_id, header.id, None, user("at the end")))[1]
    return await store.delete_messages(chat_id, [header.id], below=deed == "prune")


async def check(store: SqliteStore, chat_id: str) -> None:
    """Parents come first, and the shown line ends in a message that is there."""
    seen: set[str | None] = {None}
    for header in await store.tree(chat_id):
        assert header.parent_id in seen
        seen.add(header.id)
    assert (await store.chat(chat_id)).tip in seen


def test_what_was_written_below_it_stays_when_it_is_undone(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "one")
        made, token = await store.insert_message(chat_id, ids[0], None, answer("two"))
        later = await store.add_message(chat_id, made.id, user("three"))
        await store.undo(token)
        assert await line(store, chat_id) == [ids[0], later.id]
        with pytest.raises(BadInput):
            await store.undo(token)

    run(scene())


def test_a_place_that_is_none_is_refused_and_changes_nothing(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, (first, second, third) = await talk(store, "one", "two", "three")
        _, (foreign,) = await talk(store, "elsewhere")
        before = await state(store, chat_id)
        for parent, child in ((first, third), (None, second), (foreign, None), (first, foreign)):
            with pytest.raises(BadInput):
                await store.insert_message(chat_id, parent, child, user("new"))
        assert await state(store, chat_id) == before

    run(scene())


def test_what_was_put_in_is_found_by_search(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "one")
        made, token = await store.insert_message(chat_id, None, ids[0], user("mangrove"))
        assert [hit.message_id for hit in await store.search("mangrove")] == [made.id]
        await store.undo(token)
        assert not await store.search("mangrove")

    run(scene())


def test_the_outline_tells_of_every_message(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "one", "two")
        await store.add_message(chat_id, ids[0], answer("so far", "test/m"), status=Status.STREAMING, origin="lane 2")
        await store.set_label(ids[1], "best")
        assert [tuple(header)[1:] for header in await store.summaries(chat_id)] == [
            (None, "user", "", "complete", "", ""),
            (ids[0], "assistant", "builtin/guide", "complete", "best", ""),
            (ids[0], "assistant", "test/m", "streaming", "", "lane 2"),
        ]

    run(scene())


@pytest.mark.parametrize(("parts", "words"), [
    ((Reasoning("Let me think."), Text("The  answer\n\nis 4.")), "The answer is 4."),
    ((Text("## **Bold** claims"),), "Bold claims"),
    ((Text("***"),), "***"),
    ((Image(Blob("0" * 64, 3, "image/png", "cat.png")), Text("What is this?")), "What is this?"),
    ((File("notes.txt", "long text"), Text("")), "notes.txt"),
    ((Image(Blob("0" * 64, 3, "image/png", "cat.png")),), "[image]"),
    ((ToolCall("1", "get_weather", "{}"),), "get_weather"),
    ((Failure("The key was refused.", "key"),), "The key was refused."),
    ((Text("字" * 1000),), "字" * 159 + "…"),
    ((), ""),
])
def test_the_beginning_of_a_message_is_that_of_its_text(
    run: Run, store: SqliteStore, parts: tuple[object, ...], words: str
) -> None:
    async def scene() -> None:
        chat = await store.create_chat(Chat(""))
        node = await store.add_message(chat.id, None, Message("assistant", parts))  # type: ignore[arg-type]
        assert await store.excerpts([node.id, "nobody"]) == {node.id: words}

    run(scene())
