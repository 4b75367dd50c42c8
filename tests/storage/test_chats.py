"""Chats, their folders and tags."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat, ChatQuery, Folder
from workbench.core.errors import BadInput
from workbench.storage.store import SqliteStore


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
