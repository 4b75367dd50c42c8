"""The trash: what is deleted comes back as it was."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.storage.conversations import answer, talk
from workbench.core.chat.messages import Status, user
from workbench.core.errors import BadInput
from workbench.storage.store import SqliteStore


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


def test_deleting_messages_can_be_undone(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "q1", "a1", "q2", "a2")
        token = await store.delete_messages(chat_id, [ids[1]], below=False)
        assert [header.id for header in await store.path(chat_id)] == [ids[0], ids[2], ids[3]]
        await store.undo(token)
        assert [header.id for header in await store.path(chat_id)] == ids
        token = await store.delete_messages(chat_id, [ids[1]], below=True)
        assert [header.id for header in await store.path(chat_id)] == [ids[0]]
        await store.undo(token)
        assert [header.id for header in await store.path(chat_id)] == ids
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
