"""Spool: the values of one large object, set aside on disk until those that belong together are asked for.

Some programs write all messages of all chats in one list, and what a message says in another. Read whole, such a file
takes four times its size in memory.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from workbench.core.errors import BadInput

from .fields import Fields
from .json_text import JsonText

_TABLE = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE TABLE items (no INTEGER PRIMARY KEY, key TEXT NOT NULL, value TEXT NOT NULL);
    CREATE INDEX by_key ON items (key);
    BEGIN;
"""


class Spool:
    """Holds objects under keys, in a file that goes with the ``with`` block. For one thread. Raises ``BadInput`` when
    there is no room on the disk."""

    def __enter__(self) -> Spool:
        self._folder = TemporaryDirectory(prefix="workbench-import-")
        self._connection = sqlite3.connect(Path(self._folder.name) / "spool.db", isolation_level=None)
        self._connection.executescript(_TABLE)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()
        self._folder.cleanup()

    def put(self, key: Sequence[str], item: Fields) -> None:
        """Adds an object to those under a key."""
        try:
            self._connection.execute("INSERT INTO items (key, value) VALUES (?, ?)", (_name(key), json.dumps(item)))
        except sqlite3.OperationalError as error:
            raise BadInput(f"There is no room for what is read of a large file ({error}): nothing was taken. Make room "
                           f"in {Path(self._folder.name).parent} and import again.") from None

    def of(self, key: Sequence[str]) -> Iterator[Fields]:
        """Yields the objects under a key, in their order."""
        for (value,) in self._connection.execute("SELECT value FROM items WHERE key = ? ORDER BY no", (_name(key),)):
            yield json.loads(value)

    def last(self, key: Sequence[str]) -> Fields:
        """Returns the object that was put last under a key, an empty one when there is none."""
        rows = self._connection.execute(
            "SELECT value FROM items WHERE key = ? ORDER BY no DESC LIMIT 1", (_name(key),)).fetchall()
        found: Fields = json.loads(rows[0][0]) if rows else {}
        return found


def _name(key: Sequence[str]) -> str:
    return json.dumps(key)


def objects(text: JsonText) -> Iterator[Fields]:
    """Yields the objects of the list that begins here, or of the object that has them by their ids, one by one."""
    begins = text.peek()
    if begins not in ("[", "{"):
        text.skip()
        return
    for id in text.fields() if begins == "{" else text.places():
        item = text.value()
        if isinstance(item, dict):
            yield item if isinstance(id, int) else {"id": id, **item}
