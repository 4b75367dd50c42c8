"""Backups, and the way back."""

from __future__ import annotations

import asyncio
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.errors import StoreDamaged
from workbench.storage.backups import roll_backups
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
