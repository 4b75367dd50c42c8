"""What the settings show of the data folder: its backups by kind, and whether it may move."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.errors import BadInput
from workbench.storage.data_folder import DataFolderFiles
from workbench.storage.paths import BACKUPS
from workbench.storage.store import SqliteStore


def test_backups_are_listed_newest_first_with_their_kind(store: SqliteStore, folder: Path, run: Run) -> None:
    names = ("daily-2026-11-30.db", "weekly-2026-48.db", "before-format-1.db", "before-restore-1.db", "mine.db")
    for age, name in enumerate(names):
        run(store.backup(folder / BACKUPS / name))
        os.utime(folder / BACKUPS / name, (1_800_000_000 - age, 1_800_000_000 - age))
    found = DataFolderFiles(folder).backups()
    assert [backup.path.name for backup in found] == list(names)
    assert [backup.kind for backup in found] == ["daily", "weekly", "before an update", "before a restore", ""]
    assert all(backup.size > 0 for backup in found)


def test_a_folder_that_the_user_named_is_not_moved(folder: Path, tmp_path: Path) -> None:
    service = DataFolderFiles(folder)
    with pytest.raises(BadInput, match="WORKBENCH_DATA_DIR"):
        service.check_movable()
    with pytest.raises(BadInput, match="WORKBENCH_DATA_DIR"):
        service.check_move(tmp_path / "elsewhere")
