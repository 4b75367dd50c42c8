"""Repair of a damaged database."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.storage.conversations import fill
from workbench.core.chat.chats import ChatQuery
from workbench.core.errors import StoreDamaged
from workbench.storage.repair import DamagedStore
from workbench.storage.store import open_store


def test_what_is_no_database_is_set_aside_and_the_newest_good_backup_put_back(run: Run, folder: Path) -> None:
    async def scene() -> None:
        await fill(folder)
        store = await open_store(folder)
        await store.backup(folder / "backups/daily-2026-01-01.db")
        await store.close()
        (folder / "backups/daily-2026-01-02.db").write_bytes(b"no backup")
        (folder / "workbench.db").write_bytes(b"damaged " * 1000)
        with pytest.raises(DamagedStore, match="damaged") as caught:
            await open_store(folder)
        backup = caught.value.newest_good_backup()
        assert backup is not None and backup.path.name == "daily-2026-01-01.db"
        aside = caught.value.restore(backup)
        assert aside.read_bytes() == b"damaged " * 1000
        store = await open_store(folder)
        assert await store.count_chats(ChatQuery()) == 1
        await store.close()

    run(scene())


def test_any_zeroed_page_leaves_a_program_that_starts(run: Run, folder: Path) -> None:
    async def scene() -> None:
        await fill(folder, 40)
        good = (folder / "workbench.db").read_bytes()
        choose = random.Random(1)
        for _ in range(20):
            page = choose.randrange(len(good) // 4096)
            (folder / "workbench.db").write_bytes(good[: page * 4096] + bytes(4096) + good[(page + 1) * 4096 :])
            try:
                store = await open_store(folder)
            except DamagedStore as error:
                assert error.newest_good_backup() is None
                error.set_aside()
                store = await open_store(folder)
                assert await store.count_chats(ChatQuery()) == 0
            with contextlib.suppress(StoreDamaged):
                await store.chats(ChatQuery())
            await store.close()
            for name in ("workbench.db-wal", "workbench.db-shm"):
                (folder / name).unlink(missing_ok=True)

    run(scene())
