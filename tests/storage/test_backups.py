"""Backups, and the way back."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat
from workbench.core.errors import StoreDamaged
from workbench.storage.backups import RENEWED_AFTER, renew_backup, roll_backups
from workbench.storage.store import open_store


def test_seven_daily_and_four_weekly_copies_stay(run: Run, folder: Path) -> None:
    async def scene() -> None:
        store = await open_store(folder)
        day = datetime(2026, 1, 1, 12)
        for _ in range(40):
            assert await store.maintain(backups=True, now=day) is not None
            assert await store.maintain(backups=True, now=day) is None
            day += timedelta(days=1)
        names = sorted(path.name for path in (folder / "backups").iterdir())
        assert [name for name in names if name.startswith("daily")] == [
            f"daily-2026-02-{number:02}.db" for number in range(3, 10)
        ]
        assert [name for name in names if name.startswith("weekly")] == [
            f"weekly-2026-{date}.db" for date in ("01-19", "01-26", "02-02", "02-09")
        ]
        await store.close()
        damaged = bytearray((folder / "workbench.db").read_bytes())
        damaged[4096 * 3 : 4096 * 6] = os.urandom(4096 * 3)
        (folder / "workbench.db").write_bytes(damaged)
        with pytest.raises(StoreDamaged):
            await asyncio.to_thread(roll_backups, folder, day)
        assert sorted(path.name for path in (folder / "backups").iterdir()) == names

    run(scene())


def test_the_copy_of_a_day_is_renewed_when_much_was_done_since(run: Run, folder: Path) -> None:
    async def scene() -> None:
        day = datetime(2026, 1, 1, 12)
        store = await open_store(folder)
        copy = await store.maintain(backups=True, now=day)
        assert copy is not None
        assert await asyncio.to_thread(roll_backups, folder, day, renew=True) is None, "it is new"
        await store.create_chat(Chat("", "The work of the day"))
        before = copy.stat().st_mtime - 2 * RENEWED_AFTER
        os.utime(copy, (before, before))
        await store.close()
        await asyncio.to_thread(renew_backup, folder, day)
        assert b"The work of the day" in copy.read_bytes() and not (folder / "workbench.db-wal").exists()

    run(scene())


def test_a_clock_that_ran_ahead_does_not_end_the_backups(run: Run, folder: Path) -> None:
    async def scene() -> None:
        store = await open_store(folder)
        for day in range(1, 9):
            await store.maintain(backups=True, now=datetime(2036, 1, day))
        for day in range(1, 4):
            copy = await store.maintain(backups=True, now=datetime(2026, 5, day))
            assert copy is not None and copy.exists()
        await store.close()
        names = sorted(path.name for path in (folder / "backups").glob("daily-*"))
        assert names == [f"daily-2026-05-0{day}.db" for day in (1, 2, 3)] + [
            f"daily-2036-01-0{day}.db" for day in (5, 6, 7, 8)]

    run(scene())


@pytest.mark.parametrize("ask", ["maintain", "backup"])
def test_damage_that_a_backup_meets_is_told(run: Run, folder: Path, tmp_path: Path, ask: str) -> None:
    """Whoever waits for damage, to ask what is to be done about it, hears of it from everything that reads."""
    async def scene() -> None:
        store = await open_store(folder)
        await store.put_blob(b"a picture", "image/png")
        await store.close()
        with contextlib.closing(sqlite3.connect(folder / "workbench.db")) as connection:
            page, = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'blobs'").fetchone()
        with (folder / "workbench.db").open("r+b") as file:
            file.seek(4096 * (page - 1))
            file.write(b"\xaa" * 4096)  # nothing that is read when the store is opened
        store = await open_store(folder)
        with pytest.raises(StoreDamaged):
            await (store.maintain(backups=True, now=datetime(2026, 5, 4)) if ask == "maintain"
                   else store.backup(tmp_path / "copy.db"))
        assert (await store.damaged()).newest_good_backup() is None  # type: ignore[attr-defined]
        assert not (tmp_path / "copy.db").exists()
        await store.close()

    run(scene())
