"""Conversations that tests write into a store."""

from __future__ import annotations

from pathlib import Path

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Text
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


async def fill(folder: Path, chats: int = 1) -> None:
    store = await open_store(folder)
    for number in range(chats):
        chat = await store.create_chat(Chat("", f"Chat {number}"))
        await store.add_message(chat.id, None, user(f"Message {number} " + "text " * 400))
    await store.close()
