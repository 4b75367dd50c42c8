"""The database file, its one writing connection and the one thread that uses it.

Why one: SQLite before 3.51.3 can damage a WAL database when two connections of one process write and
checkpoint at the same moment (sqlite.org/wal.html#walresetbug), and Python 3.11 often brings 3.40.1. So a
process writes and checkpoints through one connection in one thread; searches and backups only read.
Processes (the command line beside the window) take turns by a lock on a file of its own: SQLite's write lock
ends before the checkpoint that follows a commit.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from workbench.core.errors import StoreDamaged, StoreError, StoreFull, StoreTooNew

from .failures import as_sentences
from .lock import NoTurns, Turns
from .schema import MIGRATIONS
from .text_index import has_folded

T = TypeVar("T")
P = ParamSpec("P")
Work = Callable[Concatenate[sqlite3.Connection, P], T]
BUSY_SECONDS = 10.0
_UNWRITABLE = ("SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_PERM")
MEMORY = Path(":memory:")
"""The path of a database that is nowhere but in memory, and ends when it is closed."""


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Returns a connection that may be used from the thread of its owner. Raises ``sqlite3.Error``."""
    if path != MEMORY and not read_only:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its log the same mode
    uri = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rwc'}" if path != MEMORY else str(MEMORY)
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    try:
        _set_up(connection)
        if path == MEMORY:
            connection.execute("PRAGMA temp_store = MEMORY")
        elif not read_only:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA journal_size_limit = 67108864")  # after an import the log shrinks again
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _set_up(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -8000")
    connection.execute("PRAGMA secure_delete = ON")  # purged is gone, not only out of sight
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # what is damaged stops nothing
    connection.create_function("has_folded", 2, has_folded, deterministic=True)


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Returns a connection that only reads, also where nothing can be written: on a full or read-only disk SQLite
    cannot make the index of its log. Then what the log has is read from a copy elsewhere; without a log the file is
    all there is, and nobody changes it. Raises ``sqlite3.Error`` or ``OSError``."""
    try:
        connection = connect(path, read_only=True)
        try:
            version_of(connection)
            return connection
        except sqlite3.Error:
            connection.close()
            raise
    except sqlite3.OperationalError as error:
        if not getattr(error, "sqlite_errorname", "").startswith(_UNWRITABLE):
            raise
    log = path.with_name(f"{path.name}-wal")
    if log.exists() and log.stat().st_size:
        return _connect_to_copy(path, log)
    uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    _set_up(connection)
    return connection


class _CopyConnection(sqlite3.Connection):
    """A connection to a copy, which is removed with it."""

    folder: str = ""

    def close(self) -> None:
        super().close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _connect_to_copy(path: Path, log: Path) -> sqlite3.Connection:
    folder = tempfile.mkdtemp(prefix="workbench-")
    try:
        for each in (log, path):
            shutil.copyfile(each, Path(folder) / each.name)
        connection = sqlite3.connect(Path(folder) / path.name, isolation_level=None, check_same_thread=False,
                                     factory=_CopyConnection)
        connection.folder = folder
        _set_up(connection)
        return connection
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(connection: sqlite3.Connection, path: Path) -> int:
    """Returns the version of the tables. Raises ``StoreTooNew`` for one that this program does not know."""
    version = version_of(connection)
    if version > len(MIGRATIONS):
        raise StoreTooNew(
            f"{path} was written by a newer version of Chat Workbench (format {version}, this one knows "
            f"{len(MIGRATIONS)}): update the program, or choose another data folder with --data-dir."
        )
    return version


def migrate(connection: sqlite3.Connection, path: Path, copy: Callable[[int], None]) -> None:
    """Brings the tables up to date, each step whole or not at all; ``copy(version)`` runs before the first
    step on a database that has something in it."""
    version = refuse_newer(connection, path)
    if 0 < version < len(MIGRATIONS):
        copy(version)
    for number in range(version, len(MIGRATIONS)):
        with transaction(connection, "BEGIN IMMEDIATE"):
            MIGRATIONS[number](connection)
            connection.execute(f"PRAGMA user_version = {number + 1}")


@contextmanager
def transaction(connection: sqlite3.Connection, begin: str) -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite rolls back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise


def faults_of(connection: sqlite3.Connection) -> list[str]:
    """Lists the first faults that SQLite's quick check finds; empty for a sound file."""
    found = [str(row[0]) for row in connection.execute("PRAGMA quick_check(5)")]
    return [] if found == ["ok"] else found


class Database:
    """Runs functions on the database thread. ``read`` and ``write`` are coroutines for any event loop."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        self._connection: sqlite3.Connection | None = None
        self._turns: Turns | NoTurns | None = None
        self.read_only = ""
        """Why nothing can be written, as a sentence."""
        self.on_damage: Callable[[StoreDamaged], None] = lambda damage: None
        """Called, in the database thread, when something turns out damaged that was open already."""

    async def open_to_read(self, why: str) -> None:
        """Opens what cannot be written; each write is refused with the sentence ``why``. Raises ``StoreError``."""
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="database")
        try:
            await asyncio.shield(asyncio.wrap_future(self._thread.submit(self._open_to_read)))
        except BaseException:
            self._thread.shutdown(wait=False)
            raise
        self.read_only = why

    def _open_to_read(self) -> None:
        with as_sentences(self.path):
            connection = connect_to_read(self.path)
            try:
                if refuse_newer(connection, self.path) < len(MIGRATIONS):
                    raise StoreError(f"{self.path} must be brought up to date, and cannot be written.")
            except BaseException:
                connection.close()
                raise
            self._connection, self._turns = connection, NoTurns()

    async def open(self, copy: Callable[[int], None]) -> None:
        """Opens and migrates. Raises ``StoreError``."""
        try:
            await asyncio.shield(asyncio.wrap_future(self._thread.submit(self._open, copy)))
        except BaseException:
            self._thread.shutdown(wait=False)
            raise

    def _open(self, copy: Callable[[int], None]) -> None:
        with as_sentences(self.path):
            turns = NoTurns() if self.path == MEMORY else Turns(self.path.with_suffix(".lock"), BUSY_SECONDS)
            connection = None
            try:
                with turns.turn():
                    connection = connect(self.path)
                    migrate(connection, self.path, copy)
            except BaseException:
                if connection is not None:
                    connection.close()
                turns.close()
                raise
            self._connection, self._turns = connection, turns

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs ``work(connection, …)`` on one state of the data. Cancelling forgets it when it has not begun."""
        return await asyncio.wrap_future(self._thread.submit(partial(self._read, work, *args, **kwargs)))

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs ``work(connection, …)`` in one transaction, on disk when this returns. It is done even if the
        caller is cancelled meanwhile. Raises ``StoreError``; then nothing of it was done."""
        future = asyncio.wrap_future(self.submit(work, *args, **kwargs))
        future.add_done_callback(_seen)
        return await asyncio.shield(future)

    def submit(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Starts what ``write`` does, for callers in other threads."""
        return self._thread.submit(partial(self._write, work, *args, **kwargs))

    def _read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        assert self._connection is not None
        with self.sentences(), transaction(self._connection, "BEGIN"):
            return work(self._connection, *args, **kwargs)

    def _write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        assert self._connection is not None and self._turns is not None
        if self.read_only:
            raise StoreFull(self.read_only)
        with self.sentences(), self._turns.turn(), transaction(self._connection, "BEGIN IMMEDIATE"):
            refuse_newer(self._connection, self.path)
            return work(self._connection, *args, **kwargs)

    @contextmanager
    def sentences(self) -> Iterator[None]:
        """Raises what SQLite says as a ``StoreError``, and tells of damage."""
        try:
            with as_sentences(self.path):
                yield
        except StoreDamaged as damage:
            self.on_damage(damage)
            raise

    async def in_turn(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs ``work(…)`` while no other process writes or comes in."""
        return await asyncio.wrap_future(self._thread.submit(partial(self._in_turn, work, *args, **kwargs)))

    def _in_turn(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        assert self._turns is not None
        with as_sentences(self.path), self._turns.turn():
            return work(*args, **kwargs)

    async def replace(self, source: sqlite3.Connection) -> None:
        """Puts all of another database in the place of this one, as one change. ``source`` must have this
        version's tables, and be used by nobody meanwhile."""
        await asyncio.shield(asyncio.wrap_future(self._thread.submit(self._replace, source)))

    def _replace(self, source: sqlite3.Connection) -> None:
        assert self._connection is not None and self._turns is not None
        if self.read_only:
            raise StoreFull(self.read_only)
        with as_sentences(self.path), self._turns.turn():
            source.backup(self._connection)

    async def changes_by_others(self) -> int:
        """Returns a number that differs once another process has changed something."""
        return await asyncio.wrap_future(self._thread.submit(self._data_version))

    def _data_version(self) -> int:
        assert self._connection is not None
        with as_sentences(self.path):
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    async def close(self) -> None:
        """Waits for what was asked for and closes."""
        await asyncio.shield(asyncio.wrap_future(self._thread.submit(self._close)))
        self._thread.shutdown(wait=True)

    def _close(self) -> None:
        if self._connection is not None and self._turns is not None:
            with as_sentences(self.path), self._turns.turn():  # closing checkpoints
                self._connection.close()
            self._turns.close()
            self._connection = self._turns = None


def _seen(future: asyncio.Future[T]) -> None:
    """Marks the error as seen: when the caller was cancelled, nobody is left to fetch it."""
    if not future.cancelled():
        future.exception()
