"""Relocation of the data folder, by copy: the old one stays as it was."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from workbench.core.errors import BadInput, StoreFull

from .backups import check, copy_database
from .database import BUSY_SECONDS
from .failures import as_sentences
from .files import write_whole
from .lock import Turns, living_holders
from .paths import DATABASE, LOCKS, MOVED, platform_base, platform_folder, unsafe_place

_STAYS = {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm", LOCKS, MOVED}


def check_movable(folder: Path) -> None:
    """Raises ``BadInput`` when a folder is in use that was named by the user: the program would not find the
    new one at the next start."""
    if os.environ.get("WORKBENCH_DATA_DIR") or folder != platform_folder():
        raise BadInput(
            "This folder was chosen by --data-dir or WORKBENCH_DATA_DIR. To move it, end the program, move the "
            "folder, and name its new place there."
        )


def check_move(folder: Path, target: Path) -> None:
    """Raises ``BadInput`` with why the data cannot go to ``target``."""
    check_movable(folder)
    target = target.absolute()
    if why := unsafe_place(target):
        raise BadInput(why)
    filled = target.exists() and (not target.is_dir() or any(target.iterdir()))
    if target.is_relative_to(folder) or (filled and not _was_moved_from(target)):
        raise BadInput(f"{target} is not an empty folder: choose an empty one, or one that is not there yet.")


def move_data(folder: Path, target: Path) -> None:
    """Copies everything to ``target``, reads the copy of the database whole, and only then leaves word where the
    next start looks. Where the data came from it may go back to; what was left there is put into a folder of
    its own. For a worker thread, after the store is closed.

    Raises ``BadInput`` when the target is not empty or another process uses the data, and ``StoreError`` when
    something cannot be copied; then everything is as it was.
    """
    target = target.absolute()
    check_move(folder, target)
    with as_sentences(target), _without_other_writers(folder):
        _check_room(folder, target)
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = _set_aside(target)
        try:
            _copy(folder, target)
        except BaseException:
            _put_back(target, aside)
            raise
        if target == platform_base():
            (target / MOVED).unlink(missing_ok=True)
        else:
            write_whole(platform_base() / MOVED, str(target).encode())


@contextlib.contextmanager
def _without_other_writers(folder: Path) -> Iterator[None]:
    """Keeps other processes from writing meanwhile: what they wrote would be missing in the copy."""
    if living_holders(folder / LOCKS):
        raise BadInput("Another window or command uses this data. Wait until it has ended, and move it then.")
    turns = Turns((folder / DATABASE).with_suffix(".lock"), BUSY_SECONDS)
    try:
        with turns.turn():
            yield
    finally:
        turns.close()


def _check_room(folder: Path, target: Path) -> None:
    there = next(path for path in (target, *target.parents) if path.exists())
    needed = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    if shutil.disk_usage(there).free < needed:
        raise StoreFull(f"There is too little room at {target} for {needed / 1e6:.0f} MB. Choose another place.")


def _was_moved_from(target: Path) -> bool:
    """Returns whether the data was moved away from here."""
    return target == platform_base() and (target / MOVED).is_file()


def _set_aside(target: Path) -> Path | None:
    """Puts the data that was left at home into a folder of its own."""
    if not _was_moved_from(target):
        return None
    aside = target / f"before-moving-back-{datetime.now():%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    for path in _entries(target, aside):
        path.rename(aside / path.name)
    return aside


def _put_back(target: Path, aside: Path | None) -> None:
    for path in _entries(target, aside):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if aside is not None:
        for path in list(aside.iterdir()):
            path.rename(target / path.name)
        aside.rmdir()


def _entries(target: Path, aside: Path | None) -> list[Path]:
    return [path for path in target.iterdir() if path != aside and path.name != MOVED and path.suffix != ".lock"]


def _copy(folder: Path, target: Path) -> None:
    for path in folder.iterdir():
        if path.name in _STAYS or path.suffix in (".lock", ".socket"):
            continue
        if path.is_dir():
            shutil.copytree(path, target / path.name)
        else:
            shutil.copy2(path, target / path.name)
    copy_database(folder / DATABASE, target / DATABASE)
    check(target / DATABASE)
