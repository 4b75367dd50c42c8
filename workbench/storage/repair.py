"""Repair of a damaged database: setting it aside, or restoring the newest good backup."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from workbench.core.errors import StoreDamaged, WorkbenchError
from workbench.core.file_replacement import replacing, sync_folder

from .backups import Backup, check_backup, list_backups
from .database import connect
from .failures import as_sentences
from .paths import DATABASE


class DamagedStore(StoreDamaged):
    """``str()`` says what is wrong. Nothing was changed yet: call ``set_aside`` for an empty store, or
    ``restore`` for the newest good backup, and open again."""

    def __init__(self, sentence: str, folder: Path) -> None:
        super().__init__(sentence)
        self.folder = folder

    def newest_good_backup(self) -> Backup | None:
        """Reads backups until one is whole: for a worker thread."""
        for backup in list_backups(self.folder):
            try:
                check_backup(backup.path)
            except WorkbenchError:
                continue
            return backup
        return None

    def set_aside(self) -> Path:
        """Renames the damaged database and returns its new path; it is never deleted."""
        return set_aside(self.folder)

    def restore(self, backup: Backup) -> Path:
        """Sets the damaged database aside and puts a copy of the backup in its place."""
        from .restore import drop_foreign_schema  # hardly ever needed

        place = self.folder / DATABASE
        with as_sentences(place), replacing(place, mode=0o600, durable=True) as partial:
            shutil.copyfile(backup.path, partial)
            with contextlib.closing(connect(partial)) as connection:
                drop_foreign_schema(connection, backup.path)
                connection.execute("PRAGMA journal_mode = DELETE")  # one file, with no log beside it
            return set_aside(self.folder)


def set_aside(folder: Path) -> Path:
    """Renames the database, with its log beside it, to ``workbench-damaged-<time>.db``."""
    path = folder / DATABASE
    with as_sentences(path):
        stamp = f"{datetime.now():%Y%m%d-%H%M%S}"
        names = (f"workbench-damaged-{stamp}{f'-{count}' if count else ''}.db" for count in range(1000))
        aside = next(folder / name for name in names if not (folder / name).exists())
        for suffix in (
            "-wal",
            "-shm",
            "",
        ):  # the database last: a name without its log would lose what is in it
            old = path.with_name(path.name + suffix)
            if old.exists():
                old.replace(aside.with_name(aside.name + suffix))
        sync_folder(folder)
        return aside


@contextmanager
def with_remedies(folder: Path) -> Iterator[None]:
    """Turns ``StoreDamaged`` into ``DamagedStore``."""
    try:
        yield
    except DamagedStore:
        raise
    except StoreDamaged as error:
        raise DamagedStore(str(error), folder) from error
