"""The data folder service of the settings: backups in the folder, and the places it may move to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from workbench.core.ports.data_folder import KeptBackup

from .backups import list_backups
from .relocate_data import check_movable, check_move

_KINDS = (
    (re.compile(r"daily-"), "daily"), (re.compile(r"weekly-"), "weekly"),
    (re.compile(r"before-format-"), "before an update"), (re.compile(r"before-restore-"), "before a restore"),
)  # fmt: skip


class DataFolderFiles:
    """Implements ``core.data_folder.DataFolder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def backups(self) -> Sequence[KeptBackup]:
        return [
            KeptBackup(backup.path, backup.made, backup.size, _kind(backup.path.name))
            for backup in list_backups(self._folder)
        ]

    def check_movable(self) -> None:
        check_movable(self._folder)

    def check_move(self, target: Path) -> None:
        check_move(self._folder, target)


def _kind(name: str) -> str:
    return next((kind for pattern, kind in _KINDS if pattern.match(name)), "")
