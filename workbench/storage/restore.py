"""Restoration of a backup while the store is in use: merged into it, or in its place."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

from workbench.core.chat.messages import MessageHeader
from workbench.core.chat.parts import Blob

from .backups import check_backup, copy_database
from .bulk_import import BulkTransaction
from .chats import get_chat, list_folders
from .database import connect, migrate
from .failures import as_sentences
from .files import partial_path
from .messages import batches, get_nodes, tree
from .paths import BACKUPS, DATABASE

_AT_ONCE = 100


@contextlib.contextmanager
def open_backup(folder: Path, path: Path) -> Iterator[sqlite3.Connection]:
    """Yields a connection to a checked copy of the backup, in the format of this version. The backup itself is only
    read. Raises ``BadInput``, ``StoreTooNew``, ``StoreDamaged`` or ``StoreFull``."""
    check_backup(path)
    copy = partial_path(folder / "restore.db")
    with as_sentences(path):
        try:
            shutil.copyfile(path, copy)
            copy.chmod(0o600)
            with contextlib.closing(connect(copy)) as connection:
                migrate(connection, copy, lambda version: None)
                yield connection
        finally:
            for suffix in ("", "-wal", "-shm"):
                copy.with_name(copy.name + suffix).unlink(missing_ok=True)


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


def parents_first(headers: Sequence[MessageHeader]) -> list[str]:
    """Returns the ids of a tree in an order in which no message comes before the one above it."""
    below: dict[str | None, list[str]] = {}
    for header in headers:
        below.setdefault(header.parent_id, []).append(header.id)
    ordered: list[str] = []
    level = below.get(None, [])
    while level:
        ordered += level
        level = [child for id in level for child in below.get(id, ())]
    return ordered


def copy_replaced(folder: Path) -> Path:
    """Copies what a restore is about to replace; it is not counted among the rolling ones."""
    copy = folder / BACKUPS / f"before-restore-{datetime.now():%Y%m%d-%H%M%S-%f}.db"
    copy_database(folder / DATABASE, copy)
    return copy
