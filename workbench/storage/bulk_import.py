"""Imports: many chats that come into sight all at once or not at all, however large the file.

What comes is written in pieces, each on disk at once, under a token that keeps it out of sight as the trash
does; so memory stays small, and a reply that streams meanwhile is saved between two pieces. One short
transaction in the end takes the token off. What a dead import left behind is purged before the next one begins.
"""

from __future__ import annotations

import asyncio
import dataclasses
import hashlib
import sqlite3
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from workbench.core.chat.chats import Chat, Folder
from workbench.core.chat.messages import MessageNode, Status
from workbench.core.chat.parts import Blob
from workbench.core.errors import BadInput
from workbench.core.ids import id_within, new_id
from workbench.core.text.surrogates import join_surrogates

from . import trash
from .blobs import put_blob
from .change_notifier import ChangeNotifier
from .chats import insert_chat, save_folder, source_of
from .content import Content, to_content
from .database import Database
from .failures import as_sentences
from .lock import FileLock, living_holders
from .messages import insert_node, is_above, move_tip_to
from .paths import LOCKS

_PIECE_BYTES = 2_000_000
_PIECE_ITEMS = 500
_BETWEEN_TRIES = 0.1  # seconds
_MOST_ALIKE = 1000
"""Chats that begin with the same two messages, of a data set that asks one question many times."""
_Write = Callable[[sqlite3.Connection], object]


class BulkTransaction:
    """Implements ``core.bulk.Transaction``. Its methods may wait for the disk: call them in one worker thread.

    A chat comes before its messages, and a message before those below it. Of a chat that is there already
    (the same id, see ``known``), messages that are not there yet are added and everything else stays as it
    is, except that the end of the shown line moves down to new messages. A chat that was in the trash comes
    back.
    """

    def __init__(self, database: Database, token: str) -> None:
        self._database = database
        self._token = token
        self._items: list[_Write] = []
        self._bytes = 0
        self._numbers: dict[str, int] = {}
        self._sources: dict[str, str] = {}
        self._tips: dict[str, str] = {}  # of chats that were there before
        self._moves: list[tuple[str, str, str]] = []
        self._endings: frozenset[str] | None = None  # of the sources that were there before
        self._ended = threading.Event()

    def put_chat(self, chat: Chat) -> None:
        """Writes a chat; ``extra["source"]`` is what later imports will call it."""
        if (source := source_of(chat)) is not None:
            self._sources[source] = chat.id
        self._put(len(chat.draft) + len(chat.system), self._write_chat, chat)

    def put_node(self, node: MessageNode) -> None:
        content = to_content(node.message)
        self._put(len(content.body) + len(content.frame), self._write_node, node, content)

    def put_blob(self, blob: Blob, data: bytes) -> None:
        if hashlib.sha256(data).hexdigest() != blob.sha256:
            raise BadInput(f"The attachment “{blob.name}” is not what its name in the file says: it is damaged.")
        self._put(len(data), put_blob, data, blob.mime, blob.name)

    def put_folder(self, folder: Folder) -> None:
        """Writes a folder, unless there is one with its id. Folders are visible at once: empty, they do no harm."""
        self._put(0, _write_folder, folder)

    def known(self, source: str) -> str | None:
        source = join_surrogates(source)
        if source in self._sources:
            return self._sources[source]
        return self._database.submit(_known, source, self._token).result()

    def known_beginning(self, beginning: str) -> Sequence[tuple[str, str]]:
        return self._database.submit(_known_beginning, beginning).result()

    def known_ending(self, ending: str) -> Sequence[tuple[str, str]]:
        if self._endings is None:
            self._endings = self._database.submit(_endings, len(ending)).result()
        return self._database.submit(_known_ending, ending).result() if ending in self._endings else []

    def chats_of(self, message_ids: Sequence[str]) -> Sequence[tuple[str, str, str]]:
        return self._database.submit(_chats_of, message_ids).result()

    def move_tip(self, chat_id: str, old: str, new: str) -> None:
        self._moves.append((chat_id, old, new))

    def message_ids(self, chat_id: str) -> Sequence[str]:
        return self._database.submit(_message_ids, chat_id).result()

    def in_trash(self, chat_id: str) -> bool:
        return self._database.submit(_in_trash, chat_id).result()

    def _put(self, size: int, write: Callable[..., object], *values: object) -> None:
        self._items.append(lambda connection: write(connection, *values))
        self._bytes += size
        if self._bytes > _PIECE_BYTES or len(self._items) >= _PIECE_ITEMS:
            self.flush()

    def flush(self) -> None:
        """Writes down what was put so far."""
        items, self._items, self._bytes = self._items, [], 0
        self._database.submit(self._write, items).result()

    def end(self) -> None:
        """Refuses what a worker still brings after the import was stopped."""
        self._ended.set()

    def _write(self, connection: sqlite3.Connection, items: list[_Write]) -> None:
        if self._ended.is_set():
            raise BadInput("The import was stopped.")
        for write in items:
            write(connection)

    def _write_chat(self, connection: sqlite3.Connection, chat: Chat) -> None:
        row = connection.execute("SELECT no FROM chats WHERE id = ?", (chat.id,)).fetchone()
        if row is None:
            self._numbers = {chat.id: insert_chat(connection, chat, deleted=self._token)}
        else:
            self._numbers = {chat.id: row[0]}
            if chat.tip is not None:
                self._tips[chat.id] = chat.tip

    def _write_node(self, connection: sqlite3.Connection, node: MessageNode, content: Content) -> None:
        chat = self._chat_number(connection, node.chat_id)
        id, there = self._own_id(connection, chat, node.chat_id, node.id)
        if there:
            return
        parent = None
        if node.parent_id is not None:
            parent_id, there = self._own_id(connection, chat, node.chat_id, node.parent_id)
            if not there:
                raise BadInput(f"The message {node.id} stands below {node.parent_id}, which is not in its chat.")
            parent = connection.execute("SELECT no FROM nodes WHERE id = ?", (parent_id,)).fetchone()[0]
        status = Status.INTERRUPTED if node.status is Status.STREAMING else node.status
        if id != node.id or status is not node.status or not node.created:
            node = dataclasses.replace(node, id=id, status=status, created=node.created or time.time())
        insert_node(connection, chat, parent, node, content, deleted=self._token)

    def _chat_number(self, connection: sqlite3.Connection, chat_id: str) -> int:
        if chat_id not in self._numbers:
            row = connection.execute("SELECT no FROM chats WHERE id = ?", (chat_id,)).fetchone()
            if row is None:
                raise BadInput(f"A message names the chat {chat_id}, which is not in the file before it.")
            self._numbers = {chat_id: row[0]}
        return self._numbers[chat_id]

    def _own_id(self, connection: sqlite3.Connection, chat: int, chat_id: str, id: str) -> tuple[str, bool]:
        """Returns the id under which this chat has the message, and whether it does. An id that another chat uses
        is replaced by one that follows from both, so that the next import finds it again."""
        row = connection.execute("SELECT chat FROM nodes WHERE id = ?", (id,)).fetchone()
        if row is None or row[0] == chat:
            return id, row is not None
        own = id_within(chat_id, id)
        return own, connection.execute("SELECT 1 FROM nodes WHERE id = ?", (own,)).fetchone() is not None

    def commit(self, connection: sqlite3.Connection) -> None:
        connection.execute(
            "UPDATE nodes SET shown = 1 WHERE id IN (SELECT tip FROM chats WHERE deleted = ?)", (self._token,)
        )
        connection.execute("UPDATE chats SET deleted = NULL WHERE deleted = ?", (self._token,))
        connection.execute("UPDATE nodes SET deleted = NULL WHERE deleted = ?", (self._token,))
        connection.execute("DELETE FROM trash WHERE token = ?", (self._token,))
        for chat_id, tip in self._tips.items():
            connection.execute("UPDATE chats SET deleted = NULL WHERE id = ?", (chat_id,))
            _lengthen(connection, chat_id, tip)
        for chat_id, old_tip, tip in self._moves:
            row = connection.execute("SELECT no FROM chats WHERE id = ? AND tip = ?", (chat_id, old_tip)).fetchone()
            if row is not None:
                move_tip_to(connection, row[0], tip)


def _lengthen(connection: sqlite3.Connection, chat_id: str, tip: str) -> None:
    """Moves the end of the line to ``tip`` when that is below it; a line that went elsewhere stays."""
    new = connection.execute("SELECT no, chat FROM nodes WHERE id = ? AND deleted IS NULL", (tip,)).fetchone()
    old = connection.execute(
        "SELECT nodes.no FROM nodes JOIN chats ON chats.tip = nodes.id WHERE chats.id = ?", (chat_id,)
    ).fetchone()
    if new is not None and (old is None or (old[0] != new[0] and is_above(connection, old[0], new[0]))):
        move_tip_to(connection, new[1], tip)


def _write_folder(connection: sqlite3.Connection, folder: Folder) -> None:
    there = connection.execute("SELECT 1 FROM folders WHERE id = ?", (folder.id,)).fetchone()
    if there is None:
        save_folder(connection, folder)


def _known(connection: sqlite3.Connection, source: str, token: str) -> str | None:
    row = connection.execute(
        "SELECT id FROM chats WHERE source = ? AND (deleted IS NULL OR deleted = ? OR deleted NOT IN"
        " (SELECT token FROM trash WHERE kind = 'import')) ORDER BY deleted IS NULL DESC LIMIT 1",
        (source, token),
    ).fetchone()
    return str(row[0]) if row else None


def _in_trash(connection: sqlite3.Connection, chat_id: str) -> bool:
    row = connection.execute("SELECT 1 FROM chats JOIN trash ON trash.token = deleted WHERE id = ?", (chat_id,))
    return row.fetchone() is not None


_IN_SIGHT = "(chats.deleted IS NULL OR chats.deleted NOT IN (SELECT token FROM trash WHERE kind = 'import'))"
_MOST_NAMES = 500  # in one statement


def _endings(connection: sqlite3.Connection, length: int) -> frozenset[str]:
    return frozenset(row[0] for row in connection.execute(
        "SELECT DISTINCT substr(source, ?) FROM chats WHERE source IS NOT NULL", (-length,)))


def _known_ending(connection: sqlite3.Connection, ending: str) -> list[tuple[str, str]]:
    return connection.execute(
        f"SELECT source, id FROM chats WHERE source IS NOT NULL AND substr(source, ?) = ? AND {_IN_SIGHT}",
        (-len(ending), ending),
    ).fetchall()


def _chats_of(connection: sqlite3.Connection, message_ids: Sequence[str]) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for at in range(0, len(message_ids), _MOST_NAMES):
        ids = message_ids[at:at + _MOST_NAMES]
        found += connection.execute(
            "SELECT nodes.id, chats.source, chats.id FROM nodes JOIN chats ON chats.no = nodes.chat"
            f" WHERE nodes.id IN ({', '.join('?' * len(ids))}) AND chats.source IS NOT NULL AND {_IN_SIGHT}",
            ids)
    return found


def _known_beginning(connection: sqlite3.Connection, beginning: str) -> list[tuple[str, str]]:
    return connection.execute(
        f"SELECT source, id FROM chats WHERE source >= ? AND source < ? AND {_IN_SIGHT}"
        " ORDER BY deleted IS NOT NULL LIMIT ?",
        (beginning, beginning + "\U0010ffff", _MOST_ALIKE),
    ).fetchall()


def _message_ids(connection: sqlite3.Connection, chat_id: str) -> list[str]:
    rows = connection.execute(
        "SELECT nodes.id FROM nodes JOIN chats ON chats.no = chat"
        " WHERE chats.id = ? AND chats.deleted IS NULL AND nodes.deleted IS NULL",
        (chat_id,),
    )
    return [row[0] for row in rows]


@asynccontextmanager
async def _turn(folder: Path) -> AsyncIterator[None]:
    """Waits until no other import is under way. The lock of one that dies is free at once."""
    lock = FileLock(folder / "import.lock")
    with as_sentences(folder):
        while not lock.acquire():  # noqa: ASYNC110  # another process may hold it, which sends no event
            await asyncio.sleep(_BETWEEN_TRIES)
    try:
        yield
    finally:
        lock.release()


async def _purge_dead(database: Database, folder: Path, writer: str) -> None:
    """Purges what imports left that were killed: their hidden messages hold the ids that a new import needs."""
    living = await asyncio.to_thread(living_holders, folder / LOCKS) - {writer}
    for token in await database.read(trash.imports_of_others, living):
        while await database.write(trash.purge_some, token):
            pass


@asynccontextmanager
async def transaction(
    database: Database, notifier: ChangeNotifier, writer: str, folder: Path
) -> AsyncIterator[BulkTransaction]:
    """Commits at the end; after an error or when cancelled, nothing of it was there. Imports take turns, also those of
    several processes: each sees what the one before it brought, and so none brings a chat twice."""
    async with _turn(folder):
        await _purge_dead(database, folder, writer)
        token = new_id()
        await database.write(trash.begin_import, token, writer)
        bulk = BulkTransaction(database, token)
        try:
            yield bulk
            await asyncio.to_thread(bulk.flush)
            await database.write(bulk.commit)
        except BaseException:
            bulk.end()
            while await database.write(trash.purge_some, token):
                pass
            raise
    for what in ("folder", "chat", "message"):
        notifier.announce(what, "")
