"""Copies of chats: their own messages, with what belongs to them, and nothing of the old chat's identity."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import Run
from workbench.core.chat.chats import Chat
from workbench.core.chat.context import CHOICES, LEFT_OUT, noted_in
from workbench.core.chat.duplicate_chat import copy_chat
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import Text
from workbench.storage.store import open_store


def test_a_copy_has_the_same_tree_and_its_own_ids(run: Run, isolated: Path) -> None:
    isolated.mkdir()

    async def work() -> None:
        store = await open_store(isolated)
        extra = {"source": "claude:1", "lanes": [1], "draft_parts": [], "imported": {"x": 1}}
        chat = await store.create_chat(Chat("", "Old", "a/m", "Be kind.", {"seed": 1}, draft="Unsent", pinned=True,
                                            tags=("t",), extra=extra))
        asked = await store.add_message(chat.id, None, user("Q"))
        first = await store.add_message(chat.id, asked.id, Message("assistant", (Text("One"),), "a/m"))
        second = await store.add_message(chat.id, asked.id, Message("assistant", (Text("Two"),), "a/m"),
                                         status=Status.STREAMING, origin="regenerate")
        await store.set_label(first.id, "good")
        await store.set_extra(second.id, {CHOICES: {asked.id: LEFT_OUT, "gone": LEFT_OUT}})
        copy = await copy_chat(store, await store.chat(chat.id), [asked.id, first.id, second.id], title="New")
        assert (copy.title, copy.system, copy.params, copy.tags) == ("New", "Be kind.", {"seed": 1}, ("t",))
        assert (copy.draft, copy.pinned, copy.extra) == ("", False, {"imported": {"x": 1}})
        nodes = await store.nodes([header.id for header in await store.tree(copy.id)])
        assert [node.message.text for node in nodes] == ["Q", "One", "Two"]
        assert {node.id for node in nodes}.isdisjoint({asked.id, first.id, second.id})
        assert [node.parent_id for node in nodes] == [None, nodes[0].id, nodes[0].id]
        assert (nodes[1].label, nodes[2].status, nodes[2].origin) == ("good", Status.INTERRUPTED, "regenerate")
        assert noted_in(nodes[2].message.extra) == {nodes[0].id: LEFT_OUT} and copy.tip == nodes[2].id
        await store.close()

    run(work())


def test_a_message_without_its_parent_becomes_a_root(run: Run, isolated: Path) -> None:
    isolated.mkdir()

    async def work() -> None:
        store = await open_store(isolated)
        chat = await store.create_chat(Chat("", "Old"))
        asked = await store.add_message(chat.id, None, user("Q"))
        reply = await store.add_message(chat.id, asked.id, Message("assistant", (Text("R"),)))
        copy = await copy_chat(store, await store.chat(chat.id), [reply.id])
        (only,) = await store.tree(copy.id)
        assert (only.parent_id, copy.title, copy.tip) == (None, "Old", only.id)
        await store.close()

    run(work())
