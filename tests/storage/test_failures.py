"""Errors of SQLite and of the disk become sentences that say what to do."""

from __future__ import annotations

import contextlib
import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.core.errors import StoreDamaged, StoreError, StoreFull
from workbench.storage.failures import as_sentences

PATH = Path("/data/workbench.db")


def no_database(folder: Path) -> None:
    (folder / "a.db").write_bytes(b"no database " * 100)
    with contextlib.closing(sqlite3.connect(folder / "a.db")) as connection:
        connection.execute("SELECT * FROM chats")


def no_folder(folder: Path) -> None:
    sqlite3.connect(folder / "missing" / "a.db")


def locked(folder: Path) -> None:
    with (
        contextlib.closing(sqlite3.connect(folder / "a.db", isolation_level=None)) as first,
        contextlib.closing(sqlite3.connect(folder / "a.db", isolation_level=None, timeout=0)) as second,
    ):
        first.execute("BEGIN EXCLUSIVE")
        second.execute("BEGIN EXCLUSIVE")


def read_only(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "a.db")) as connection:
        connection.execute("PRAGMA query_only = on")
        connection.execute("CREATE TABLE a(b)")


def full(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "a.db")) as connection:
        connection.execute("CREATE TABLE a(b)")
        connection.execute("PRAGMA max_page_count = 2")
        connection.execute("INSERT INTO a VALUES(zeroblob(100000))")


def no_table(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "a.db")) as connection:
        connection.execute("SELECT * FROM chats")


@pytest.mark.parametrize(("work", "kind", "words"), [
    (no_database, StoreDamaged, "set aside"), (no_folder, StoreFull, "make its folder writable"),
    (locked, StoreError, "another program"), (read_only, StoreFull, "make its folder writable"),
    (full, StoreFull, "Free some space"), (no_table, StoreError, "no such table: chats"),
], ids=lambda value: value.__name__ if callable(value) else "")
def test_what_sqlite_says_is_a_sentence(
    tmp_path: Path, work: Callable[[Path], None], kind: type[StoreError], words: str
) -> None:
    with pytest.raises(StoreError, match=words) as caught, as_sentences(PATH):
        work(tmp_path)
    assert type(caught.value) is kind
    assert isinstance(caught.value.__cause__, sqlite3.Error)


@pytest.mark.parametrize(("error", "words"), [
    (OSError(errno.ENOSPC, "No space left on device"), "the disk is full"),
    (PermissionError(errno.EACCES, "Permission denied"), "/data/workbench.db cannot be written"),
    (TimeoutError(), "keeps the database /data/workbench.db locked"),
], ids=["full", "forbidden", "busy"])
def test_what_the_disk_says_is_a_sentence(error: OSError, words: str) -> None:
    with pytest.raises(StoreError, match=words), as_sentences(PATH):
        raise error


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), as_sentences(PATH):
        raise KeyError("a mistake in the program")
