"""Backups of the database: rolling ones, one before each migration, and those asked for."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from workbench.core.errors import BadInput, StoreDamaged, StoreFull
from workbench.core.file_replacement import replacing

from .database import connect, connect_to_read, refuse_newer
from .failures import as_sentences
from .paths import BACKUPS, DATABASE
from .schema import APPLICATION_ID

DAILY, WEEKLY = 7, 4
RENEWED_AFTER = 900.0
"""Seconds of work that are worth another copy on the same day."""
_NAME = re.compile(r"(daily|weekly)-(\d{4}-\d\d-\d\d)\.db")


@dataclass(frozen=True, slots=True)
class Backup:
    """``made`` is seconds since 1970, ``size`` in bytes."""

    path: Path
    made: float
    size: int


def list_backups(folder: Path) -> list[Backup]:
    """Lists the copies in a data folder, newest first."""
    found = [Backup(path, (stat := path.stat()).st_mtime, stat.st_size) for path in (folder / BACKUPS).glob("*.db")]
    return sorted(found, key=lambda backup: backup.made, reverse=True)


def back_up(folder: Path, target: Path) -> None:
    """Makes a backup of a data folder in one file, while others read and write: the database, and in it settings,
    templates and experiments. Raises as ``copy_database`` does."""
    copy_database(folder / DATABASE, target, folder)


def copy_database(source: Path, target: Path, files: Path | None = None) -> None:
    """Makes a whole, compact copy of one state of the data, while others read and write; ``target`` is the old file
    or the new one, never half of one. With ``files``, what else belongs to that data folder is put into it. Raises
    ``StoreError``, or ``BadInput`` when both are the same file."""
    if target.exists() and target.samefile(source):
        raise BadInput("A backup cannot take the place of the store itself: choose another file.")
    with as_sentences(target), _place_of(target) as partial:
        with contextlib.closing(connect_to_read(source)) as connection:
            try:
                # As bytes: on Linux the name may be in any encoding.
                connection.execute("VACUUM INTO CAST(? AS TEXT)", (os.fsencode(partial),))
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorname", "") != "SQLITE_READONLY":
                    raise
                with contextlib.closing(sqlite3.connect(partial)) as copy:  # where the source cannot be written
                    connection.backup(copy)
        if files is not None:
            from .backup_files import with_files  # not needed to start

            with_files(partial, files, connect)


@contextlib.contextmanager
def _place_of(target: Path) -> Iterator[Path]:
    """Yields the file that takes the place of ``target``, in its folder, which is made."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(target, mode=0o600, durable=True) as partial:
        yield partial


def back_up_before_migration(folder: Path, version: int) -> None:
    """Keeps the data as the version before knew it; not counted among the rolling copies."""
    back_up(folder, folder / BACKUPS / f"before-format-{version + 1}.db")


def roll_backups(folder: Path, now: datetime, *, renew: bool = False) -> Path | None:
    """Makes today's copy if there is none yet, and drops those that are too old; ``renew`` makes it again when
    something was written ``RENEWED_AFTER`` or later. For a worker thread.

    Returns the new copy. Raises ``StoreDamaged`` when the database fails its check (no old copy is dropped
    then) and ``StoreFull`` when there is too little room.
    """
    source, place = folder / DATABASE, folder / BACKUPS
    target = place / f"daily-{now:%Y-%m-%d}.db"
    if target.exists() and not (renew and _last_write(source) > target.stat().st_mtime + RENEWED_AFTER):
        return None
    check(source)
    place.mkdir(mode=0o700, exist_ok=True)
    if shutil.disk_usage(place).free < 2 * source.stat().st_size:
        raise StoreFull(f"No backup was made: there is too little room in {place}. Free some space.")
    back_up(folder, target)
    monday = now - timedelta(days=now.weekday())
    weekly = place / f"weekly-{monday:%Y-%m-%d}.db"
    if not weekly.exists():
        copy_database(target, weekly)
    for kind, kept in (("daily", DAILY), ("weekly", WEEKLY)):
        for path in _oldest_first(place, kind, now)[:-kept]:
            path.unlink(missing_ok=True)
    return target


def renew_backup(folder: Path, now: datetime) -> None:
    """Makes today's copy again when much was done since, for a program that has closed the data. Raises as
    ``roll_backups`` does."""
    with as_sentences(folder), contextlib.closing(connect(folder / DATABASE)):  # the last to close it removes its log
        roll_backups(folder, now, renew=True)


def _last_write(database: Path) -> float:
    """Returns when a database was written, in seconds since 1970: the newest changes may be in its log."""
    return max(path.stat().st_mtime for path in (database, database.with_name(database.name + "-wal"))
               if path.exists())


def _oldest_first(place: Path, kind: str, now: datetime) -> list[Path]:
    """Lists rolling copies of a kind. Those of days to come, which a clock that was wrong has named, count as the
    oldest: otherwise they would push out each new one for as long as that day has not come."""
    found = [(name[2], path) for path in place.iterdir() if (name := _NAME.fullmatch(path.name)) and name[1] == kind]
    today = f"{now:%Y-%m-%d}"
    return [path for _, _, path in sorted((day <= today, day, path) for day, path in found)]


def check(path: Path) -> None:
    """Reads the whole database at ``path``. Raises ``StoreDamaged`` or ``StoreTooNew``."""
    with as_sentences(path), contextlib.closing(connect_to_read(path)) as connection:
        refuse_newer(connection, path)
        problems = [row[0] for row in connection.execute("PRAGMA quick_check(5)")]
    if problems != ["ok"]:
        raise StoreDamaged(f"The database {path} is damaged: {'; '.join(problems)}.")


def check_backup(path: Path) -> None:
    """Checks as ``check`` does; raises ``BadInput`` when it is no backup that this program made."""
    with as_sentences(path):
        if not path.is_file():
            raise BadInput(f"There is no file {path}.")
        with path.open("rb") as file:
            header = file.read(100)  # sqlite.org/fileformat.html#the_database_header
    if header[:16] != b"SQLite format 3\0" or header[68:72] != APPLICATION_ID.to_bytes(4, "big"):
        raise BadInput(f"{path} is no backup of Chat Workbench: choose a file that “workbench backup” wrote.")
    check(path)
