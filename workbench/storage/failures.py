"""Errors of SQLite, as sentences."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbench.core.errors import StoreDamaged, StoreError, StoreFull

FULL = "Not saved: the disk is full. Free some space; until then what you wrote is kept in memory and tried again."
UNWRITABLE = "{path} cannot be written: make its folder writable, or free some space on its disk."
READ_ONLY = UNWRITABLE + " What is not saved yet is kept in memory and tried again."
BUSY = (
    "Not saved: another program keeps the database {path} locked. Close it; until then what you wrote is kept in "
    "memory and tried again."
)
DAMAGED = "The database {path} is damaged: {error}. It can be set aside and the newest good backup restored."

_DAMAGE = (
    "SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_IOERR_READ", "SQLITE_IOERR_SHORT_READ", "SQLITE_IOERR_CORRUPTFS",
)  # fmt: skip


@contextmanager
def as_sentences(path: Path) -> Iterator[None]:
    """Raises what SQLite says about the database at ``path`` as a ``StoreError``."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error_from(error, path) from error
    except UnicodeDecodeError as error:  # what SQLite says of a damaged schema quotes its bytes
        raise StoreDamaged(DAMAGED.format(path=path, error="it holds bytes that are no text")) from error
    except TimeoutError as error:
        raise StoreError(BUSY.format(path=path)) from error
    except OSError as error:
        raise StoreFull(FULL if error.errno == errno.ENOSPC else READ_ONLY.format(path=path)) from error


def store_error_from(error: sqlite3.Error, path: Path) -> StoreError:
    """Returns the ``StoreError`` for what SQLite said; ``sqlite_errorname`` is missing on errors of the module."""
    name = str(getattr(error, "sqlite_errorname", ""))
    if name == "SQLITE_FULL":
        return StoreFull(FULL)
    if name.startswith(_DAMAGE) or "Could not decode to UTF-8" in str(error):
        return StoreDamaged(DAMAGED.format(path=path, error=error))
    if name.startswith(("SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StoreFull(READ_ONLY.format(path=path))
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(BUSY.format(path=path))
    return StoreError(f"The database {path} could not do what was asked: {error}.")
