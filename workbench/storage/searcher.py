"""The searcher: searches on a thread and a connection of their own, so that typing and saving wait for none."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from workbench.core.chat.chats import Hit

from .database import Database, connect_to_read


class Searcher:
    """One search at a time: a newer one ends an older one, which then finds nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="search")
        self._connection: sqlite3.Connection | None = None
        self._newest = 0

    async def search(self, text: str, limit: int) -> Sequence[Hit]:
        """Runs a search in its thread; cancelling ends the work too."""
        mine = self._begin()
        try:
            return await asyncio.wrap_future(self._thread.submit(self._search, mine, text, limit))
        except asyncio.CancelledError:
            if mine == self._newest:
                self._begin()
            raise

    def _begin(self) -> int:
        self._newest += 1
        if self._connection is not None:
            self._connection.interrupt()
        return self._newest

    def _search(self, number: int, text: str, limit: int) -> Sequence[Hit]:
        from .search import search  # loaded with the first search

        if number != self._newest:
            return ()
        with self._database.sentences():
            if self._connection is None:
                self._connection = connect_to_read(self._database.path)
            try:
                return search(self._connection, text, limit)
            except sqlite3.OperationalError as error:
                if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT":
                    return ()
                raise

    async def close(self) -> None:
        self._begin()
        await asyncio.wrap_future(self._thread.submit(self._close))
        self._thread.shutdown(wait=True)

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
