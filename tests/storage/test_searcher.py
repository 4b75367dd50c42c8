"""The searcher: a newer search ends an older one."""

from __future__ import annotations

import asyncio
import threading

from tests.conftest import Run
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import user
from workbench.storage.store import SqliteStore


def test_a_newer_search_ends_an_older_one(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        chat = await store.create_chat(Chat("", "Many"))
        for number in range(20):
            await store.add_message(chat.id, None, user(f"number {number}"))
        free = threading.Event()
        store._searcher._thread.submit(free.wait)
        searches = [asyncio.ensure_future(store.search(text)) for text in ("number 1", "number", "number 19")]
        await asyncio.sleep(0)
        searches[1].cancel()
        free.set()
        older, _, newer = await asyncio.gather(*searches, return_exceptions=True)
        assert older == () and isinstance(newer, list) and len(newer) == 1
        assert len(await store.search("number", 5)) == 5

    run(scene())
