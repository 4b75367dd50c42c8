"""Restoration of a backup while the store is in use: merged into it, or in its place."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

from workbench.core.chat.parts import Blob
from workbench.core.errors import BadInput
from workbench.core.file_replacement import partial_path
from workbench.core.ports.bulk_store import StoredChat

from .backup_files import unpack_files
from .backups import back_up, check_backup
from .bulk_import import BulkTransaction
from .chats import get_chat, list_folders
from .database import MEMORY, connect, migrate, version_of
from .failures import as_sentences
from .messages import batches, get_nodes, parents_first, tree
from .paths import BACKUPS, DATABASE
from .schema import MIGRATIONS
from .text_index import quoted

_AT_ONCE = 100
_DEEPEST = 50  # folders in folders


@contextlib.contextmanager
def open_backup(folder: Path, path: Path) -> Iterator[tuple[sqlite3.Connection, Path | None]]:
    """Yields a connection to a checked copy of the backup, in the format of this version, and the folder with the
    files that were in it, if there were any. The backup itself is only read. Raises ``BadInput``, ``StoreTooNew``,
    ``StoreDamaged`` or ``StoreFull``."""
    check_backup(path)
    copy = partial_path(folder / "restore.db")
    files = partial_path(folder / "restored-files")
    with as_sentences(path):
        try:
            shutil.copyfile(path, copy)
            log = path.with_name(path.name + "-wal")
            if log.exists():  # of a program that runs or was killed: the newest messages are in it
                shutil.copyfile(log, copy.with_name(copy.name + "-wal"))
            copy.chmod(0o600)
            with contextlib.closing(connect(copy)) as connection:
                with_files = unpack_files(connection, files)
                drop_foreign_schema(connection, path)
                migrate(connection, copy, lambda version: None)
                yield connection, files if with_files else None
        finally:
            shutil.rmtree(files, ignore_errors=True)
            for suffix in ("", "-wal", "-shm"):
                copy.with_name(copy.name + suffix).unlink(missing_ok=True)


def drop_foreign_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Drops what is no table or index of ours from a copy of the backup at ``path``: a trigger would act from then on,
    a view or a computed column could be made to take all memory. Raises ``BadInput`` when one of our tables is not as
    this program made it in that version."""
    with contextlib.closing(connect(MEMORY)) as own:
        for step in MIGRATIONS[: version_of(connection)]:
            step(own)
        expected = _schema(own)
    foreign = {key: sql for key, sql in _schema(connection).items() if expected.get(key) != sql}
    refusal = f"{path} is no backup that Chat Workbench made: its tables were changed. Nothing was restored."
    if any(key in expected for key in foreign):
        raise BadInput(refusal)
    try:
        for kind, name in sorted(foreign, key=lambda key: ("trigger", "view", "index", "table").index(key[0])):
            if (kind, name) in _schema(connection):  # an index goes with its table
                connection.execute(f"DROP {kind.upper()} {quoted(name)}")
    except sqlite3.Error as error:
        raise BadInput(refusal) from error
    if _schema(connection) != expected:
        raise BadInput(refusal)


def _schema(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
    """Returns how everything in a database was made, by its kind and name, but for SQLite's own statistics."""
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat_'")
    return {(kind, name): " ".join((sql or "").split()) for kind, name, sql in rows}


def merge(backup: sqlite3.Connection, bulk: BulkTransaction) -> int:
    """Adds chats, messages and folders that are missing here, by their ids; what is here stays as it is.
    Returns the number of chats in the backup."""
    for folder in list_folders(backup):
        bulk.put_folder(folder)
    ids = [row[0] for row in backup.execute("SELECT id FROM chats WHERE deleted IS NULL ORDER BY no")]
    for chat_id in ids:
        bulk.put_chat(get_chat(backup, chat_id))
        for names in batches(parents_first(tree(backup, chat_id)), _AT_ONCE):
            places = ", ".join("?" * len(names))
            for sha256, data in backup.execute(
                "SELECT sha256, data FROM blobs WHERE sha256 IN (SELECT sha256 FROM blob_uses JOIN nodes"
                f" ON nodes.no = node WHERE id IN ({places}))",
                names,
            ):
                bulk.put_blob(Blob(sha256, len(data), ""), data)
            for node in get_nodes(backup, names):
                bulk.put_node(node)
    return len(ids)


@contextlib.contextmanager
def stored_chats(folder: Path, path: Path) -> Iterator[Iterator[StoredChat]]:
    """Opens another database of this program, see ``ports.BulkStore``."""
    if path.resolve() == (folder / DATABASE).resolve():
        raise BadInput(f"{path.name} is the history that is open: there is nothing to import from it.")
    with open_backup(folder, path) as (source, _):
        yield _chats_of(source)


def _chats_of(source: sqlite3.Connection) -> Iterator[StoredChat]:
    folders = {found.id: found for found in list_folders(source)}
    for (chat_id,) in source.execute("SELECT id FROM chats WHERE deleted IS NULL ORDER BY no").fetchall():
        chat = get_chat(source, chat_id)
        names: list[str] = []
        above = chat.folder_id
        while above in folders and len(names) < _DEEPEST:
            names.insert(0, folders[above].name)
            above = folders[above].parent_id
        ids = parents_first(tree(source, chat_id))
        nodes = [node for some in batches(ids, _AT_ONCE) for node in get_nodes(source, some)]
        yield StoredChat(chat, tuple(names), nodes, partial(_blobs_of, source, chat_id))


def _blobs_of(source: sqlite3.Connection, chat_id: str) -> Iterator[tuple[Blob, bytes]]:
    rows = source.execute(
        "SELECT DISTINCT blobs.sha256, data FROM blobs JOIN blob_uses USING(sha256) JOIN nodes ON nodes.no = node"
        " JOIN chats ON chats.no = chat WHERE chats.id = ?", (chat_id,))
    return ((Blob(sha256, len(data), ""), data) for sha256, data in rows)


def copy_replaced(folder: Path) -> Path:
    """Copies what a restore is about to replace; it is not counted among the rolling ones."""
    copy = folder / BACKUPS / f"before-restore-{datetime.now():%Y%m%d-%H%M%S-%f}.db"
    back_up(folder, copy)
    return copy
