"""The composition root: real parts in the ports, opened together and closed in order."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.app import open_services
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.errors import StoreTooNew


def test_what_is_written_is_there_when_the_services_are_opened_again(run: Run, isolated: Path) -> None:
    async def scene() -> None:
        async with open_services(None) as services:
            assert services.data_folder == isolated
            chat = await services.store.create_chat(Chat("", "Kept"))
            services.settings.change(theme="dark")
            assert [config.id for config in services.providers.configs()] == ["builtin"]
        async with open_services(isolated) as services:
            assert [found.id for found in await services.store.chats(ChatQuery())] == [chat.id]
            assert services.settings.value.theme == "dark"

    run(scene())


def test_rare_parts_are_made_when_they_are_asked_for(run: Run, isolated: Path) -> None:
    async def scene() -> None:
        async with open_services(None) as services:
            assert not (isolated / "experiments").exists() and not (isolated / "templates").exists()
            assert await services.store.chats(ChatQuery()) == []
            assert services.folder().backups() == []
            assert not (await services.templates().listed()).templates
            assert not services.experiments().listed()

    run(scene())


def test_tasks_end_before_the_store_closes(run: Run) -> None:
    async def scene() -> None:
        ended: list[str] = []

        async def work() -> None:
            try:
                await asyncio.Event().wait()
            finally:
                await services.store.create_chat(Chat("", "Written at the end"))
                ended.append("work")

        async with open_services(None) as services:
            services.tasks.spawn("work", work())
            await asyncio.sleep(0)
        assert ended == ["work"]
        async with open_services(None) as services:
            assert await services.store.count_chats(ChatQuery()) == 1

    run(scene())


def test_a_store_that_cannot_be_opened_leaves_nothing_behind(run: Run, isolated: Path) -> None:
    async def scene() -> None:
        async with open_services(None):
            pass
        with sqlite3.connect(isolated / "workbench.db") as connection:
            connection.execute("PRAGMA user_version = 99")
        connection.close()
        with pytest.raises(StoreTooNew):
            async with open_services(None):
                pytest.fail("opened")

    run(scene())
