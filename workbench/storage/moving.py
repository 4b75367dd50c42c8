"""The data folder to another place, by copy: the old one stays as it was."""

from __future__ import annotations

import shutil
from pathlib import Path

from ..core.errors import BadInput
from .backups import check, copy_database
from .failures import as_sentences
from .files import write_whole
from .paths import DATABASE, LOCKS, MOVED

_STAYS = {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LOCKS, MOVED}


def move_data(folder: Path, target: Path) -> None:
    """Copies everything to ``target``, reads the copy of the database whole, and only then leaves word in the
    old folder, which ``data_folder`` follows at the next start. For a worker thread, after the store is closed.

    Raises ``BadInput`` when the target is not empty, and ``StoreError`` when something cannot be copied.
    """
    target = target.absolute()
    if target.is_relative_to(folder) or (target.exists() and (not target.is_dir() or any(target.iterdir()))):
        raise BadInput(f"{target} is not an empty folder: choose an empty one, or one that is not there yet.")
    with as_sentences(target):
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in folder.iterdir():
            if path.name in _STAYS or path.suffix == ".lock":
                continue
            if path.is_dir():
                shutil.copytree(path, target / path.name)
            else:
                shutil.copy2(path, target / path.name)
        copy_database(folder / DATABASE, target / DATABASE)
        check(target / DATABASE)
        write_whole(folder / MOVED, str(target).encode())
