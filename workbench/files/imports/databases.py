"""SQLite files of other programs, opened only for reading."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from workbench.core.errors import BadInput

from .fields import Fields

_UNDERSCORE = re.compile(r"_([a-z])")
_MOST_VALUE = 200_000_000
"""Bytes of one value, such as an attachment."""


class Tables:
    """The real tables of a database, with the columns that are stored. Views, virtual tables and generated columns are
    ignored: a hostile file could make them endless, or fill the memory from a few bytes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0")
        self.names = frozenset(row[0] for row in rows)
        self._columns: dict[str, frozenset[str]] = {}

    def rows(self, table: str, where: str = "", *values: Any) -> Iterator[Fields]:
        """Yields the rows of a table named by this program, in the order in which they were made; none without the
        table."""
        columns = ", ".join(map(_quoted, sorted(self.columns(table))))
        if columns:
            query = f"SELECT {columns} FROM {_quoted(table)}" + (f" WHERE {where}" if where else "") + " ORDER BY rowid"
            for row in self._connection.execute(query, values):
                yield dict(row)

    def columns(self, table: str) -> frozenset[str]:
        """Returns the names of the columns that are stored; none without the table."""
        if table not in self._columns:
            found = self._connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", (table,))
            self._columns[table] = frozenset(row["name"] for row in found) if table in self.names else frozenset()
        return self._columns[table]

    def column(self, table: str, *names: str) -> str:
        """Returns the first of ``names`` that the table has. Raises ``BadInput`` when it has none."""
        there = self.columns(table)
        for name in names:
            if name in there:
                return name
        raise BadInput(f"The table {table} of the database has another form than is known: nothing was taken.")


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


@contextmanager
def opened(path: Path) -> Iterator[Tables]:
    """Opens a database; the newest rows may still be in a log beside it. Raises ``BadInput`` for a damaged file, also
    while it is read."""
    try:
        with ExitStack() as stack:
            address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
            if (copy := _with_log(path, stack)) is not None:
                address = copy.absolute().as_uri()
            connection = stack.enter_context(closing(sqlite3.connect(address, uri=True)))
            connection.row_factory = sqlite3.Row
            connection.text_factory = lambda data: data.decode("utf-8", "replace")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_VALUE)
            connection.execute("PRAGMA trusted_schema = OFF")
            yield Tables(connection)
    except sqlite3.DatabaseError as error:
        raise BadInput(f"{path.name} is a damaged database ({error}): nothing was taken.") from None


def _with_log(path: Path, stack: ExitStack) -> Path | None:
    """Returns a copy of a database with its log, which SQLite reads only where it may write; None without a log."""
    log = path.with_name(path.name + "-wal")
    try:
        if not log.stat().st_size:
            return None
    except OSError:
        return None
    folder = Path(stack.enter_context(TemporaryDirectory(prefix="workbench-")))
    for file in (path, log):
        shutil.copyfile(file, folder / file.name)
    return folder / path.name


def camel_case(row: Fields) -> Fields:
    """Returns columns by the names that the program's own code has for them, ``parent_id`` as ``parentId``."""
    return {_UNDERSCORE.sub(lambda found: found.group(1).upper(), name): value for name, value in row.items()}
