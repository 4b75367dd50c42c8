"""Batches of chats: of all places or of some folders, the archive last."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat import chat_batches
from workbench.core.chat.chat_batches import gather, tally
from workbench.core.chat.chats import Chat, Folder
from workbench.storage.store import open_store


def test_folders_come_with_those_below_them(run: Run, isolated: Path) -> None:
    isolated.mkdir()

    async def work() -> None:
        store = await open_store(isolated)
        outer = await store.save_folder(Folder("", "Outer"))
        inner = await store.save_folder(Folder("", "Inner", outer.id))
        other = await store.save_folder(Folder("", "Other"))
        places = (outer.id, inner.id, other.id, None)
        chats = [(await store.create_chat(Chat("", str(place), folder_id=place))).id for place in places]
        away = (await store.create_chat(Chat("", "Away", folder_id=inner.id, archived=True))).id
        assert set(await gather(store)) == {*chats, away} and (await gather(store))[-1] == away
        assert set(await gather(store, archived=False)) == set(chats)
        found = await gather(store, [outer.id])
        assert set(found[:-1]) == set(chats[:2]) and found[-1] == away
        assert await gather(store, [other.id]) == [chats[2]] and await gather(store, []) == []
        assert await tally(store) == (4, 1) and await tally(store, [outer.id]) == (2, 1)
        await store.close()

    run(work())


def test_many_chats_are_fetched_page_by_page(
    run: Run, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    isolated.mkdir()

    async def work() -> None:
        store = await open_store(isolated)
        made = {(await store.create_chat(Chat("", str(number)))).id for number in range(7)}
        found = await gather(store)
        assert len(found) == 7 and set(found) == made
        await store.close()

    monkeypatch.setattr(chat_batches, "_PAGE", 3)
    run(work())
