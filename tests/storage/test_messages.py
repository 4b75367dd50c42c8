"""Messages of a chat: replies that stream, branches, and what is noted with a message."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.storage.conversations import answer, talk
from workbench.core.chat.context import CHOICES
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import Text
from workbench.core.errors import BadInput
from workbench.core.reply.records import RequestRecord
from workbench.storage.store import SqliteStore


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


def test_branches_have_siblings_and_remember_what_was_shown(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat_id, ids = await talk(store, "q1", "a1", "q2", "a2")
        other = await store.add_message(chat_id, ids[0], answer("a1b"), origin="regenerate")
        below = await store.add_message(chat_id, other.id, user("q2b"))
        assert await store.siblings(ids[1]) == [ids[1], other.id]
        headers = await store.path(chat_id)
        assert [(header.id, header.sibling, header.siblings) for header in headers] == [
            (ids[0], 1, 1), (other.id, 2, 2), (below.id, 1, 1),
        ]  # fmt: skip
        assert await store.tip_below(ids[1]) == ids[3]
        assert await store.tip_below(ids[0]) == below.id
        await store.set_tip(chat_id, ids[2])
        assert await store.tip_below(ids[1]) == ids[2]
        assert len(await store.tree(chat_id)) == 6

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
