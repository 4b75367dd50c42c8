"""The temporary store: a database in memory, of which nothing reaches the disk until a chat is kept.

What belongs to them is known by its id (a chat, a message, a token of the trash), also after they are gone:
what still comes in for one then has nowhere to go, least of all the disk. Bytes of attachments come before
the message that names them; they wait in memory, and go to the disk with the first message of another chat,
or value, that names them.
"""

from __future__ import annotations

import asyncio
import dataclasses
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import MessageNode, Status
from workbench.core.chat.parts import Blob
from workbench.core.ids import new_id
from workbench.core.json_types import Json

from .blobs import get_blob, put_blob
from .chats import create_chat, get_chat, insert_chat, set_value, touch, values_of
from .content import dumps, to_content
from .database import MEMORY, Database
from .messages import batches, get_nodes, insert_node, move_tip_to, parents_first, tree
from .trash import delete_chats, drop_unused, purge_some


class TemporaryStore:
    """The temporary chats of this process. Made at no cost; the database is opened for the first of them. For the event
    loop's thread."""

    def __init__(self) -> None:
        self._database: Database | None = None
        self._ids: set[str] = set()
        self._blobs: set[str] = set()
        self._settled = asyncio.Event()
        self._settled.set()

    async def close(self) -> None:
        if self._database is not None:
            await self._database.close()

    # --- what belongs here ---

    async def database_of(self, ids: Iterable[str]) -> Database | None:
        """Returns the database of a temporary chat that one of the ids names; None for what is on the disk."""
        await self._settled.wait()  # while a chat goes over to the disk it is neither here nor there
        return self._database if self._ids and not self._ids.isdisjoint(ids) else None

    async def database_of_value(self, key: str, value: Json = None) -> Database | None:
        """Returns the same for a small value that names a temporary chat anywhere."""
        await self._settled.wait()
        named = self._ids and (text := key + dumps(value)) and any(id in text for id in self._ids)
        return self._database if named else None

    def add(self, id: str) -> None:
        """Notes that something new belongs to a temporary chat."""
        self._ids.add(id)

    def marked(self, chat: Chat) -> Chat:
        return dataclasses.replace(chat, temporary=chat.id in self._ids)

    # --- what is done with them ---

    async def create(self, chat: Chat) -> Chat:
        if self._database is None:
            database = Database(MEMORY)
            await database.open(lambda version: None)
            self._database = self._database or database
        chat = dataclasses.replace(chat, id=chat.id or new_id())
        self._ids.add(chat.id)
        return self.marked(await self._database.write(create_chat, chat))

    async def put_blob(self, data: bytes, mime: str, name: str) -> Blob | None:
        """Holds bytes until it is known who names them; None when there was no temporary chat yet."""
        if self._database is None:
            return None
        blob = await self._database.write(put_blob, data, mime, name)
        self._blobs.add(blob.sha256)
        return blob

    async def blob(self, sha256: str) -> bytes | None:
        if self._database is None or sha256 not in self._blobs:
            return None
        return await self._database.read(get_blob, sha256)

    async def copy_blobs(self, disk: Database, names: Iterable[str]) -> None:
        """Copies bytes to the disk that something on it is about to name."""
        for sha256 in self._blobs.intersection(names):
            assert self._database is not None
            await disk.write(put_blob, await self._database.read(get_blob, sha256), "", "")
            if await self._database.write(_drop_if_unused, sha256):
                self._blobs.discard(sha256)

    async def copy_named_blobs(self, disk: Database, value: Json) -> None:
        if self._blobs:
            text = dumps(value)
            await self.copy_blobs(disk, [sha256 for sha256 in self._blobs if sha256 in text])

    async def move_to_disk(self, chat_id: str, disk: Database, writer: str) -> None:
        """Moves a chat to the disk, with the same ids: replies that come in go on there.

        Raises ``StoreError``; then it is still here.
        """
        assert self._database is not None
        self._settled.clear()
        try:
            contents = await self._database.read(_read_chat, chat_id)
            await disk.write(_write_chat, contents, writer)
            self._ids -= {chat_id, *(node.id for node in contents.nodes)}
            token = await self._database.write(delete_chats, [chat_id])
            while await self._database.write(purge_some, token):
                pass
        finally:
            self._settled.set()


def _drop_if_unused(connection: sqlite3.Connection, sha256: str) -> bool:
    """Drops bytes that no temporary chat uses; returns whether they are gone."""
    drop_unused(connection, [sha256])
    return connection.execute("SELECT 1 FROM blobs WHERE sha256 = ?", (sha256,)).fetchone() is None


class _ChatContents(NamedTuple):
    """A chat with all that belongs to it."""

    chat: Chat
    nodes: Sequence[MessageNode]
    blobs: Sequence[bytes]
    values: dict[str, Json]


def _read_chat(connection: sqlite3.Connection, chat_id: str) -> _ChatContents:
    nodes = [node for ids in batches(parents_first(tree(connection, chat_id))) for node in get_nodes(connection, ids)]
    blobs = connection.execute(
        "SELECT data FROM blobs WHERE sha256 IN (SELECT blob_uses.sha256 FROM blob_uses JOIN nodes ON nodes.no = node"
        " JOIN chats ON chats.no = nodes.chat WHERE chats.id = :id) OR sha256 IN (SELECT chat_blobs.sha256"
        " FROM chat_blobs JOIN chats ON chats.no = chat WHERE chats.id = :id)",
        {"id": chat_id},
    )
    values = {key: value for key, value in values_of(connection, "").items() if chat_id in key + dumps(value)}
    return _ChatContents(get_chat(connection, chat_id), nodes, [row[0] for row in blobs], values)


def _write_chat(connection: sqlite3.Connection, contents: _ChatContents, writer: str) -> None:
    for data in contents.blobs:
        put_blob(connection, data, "", "")
    number = insert_chat(connection, contents.chat)
    numbers: dict[str | None, int] = {}
    for node in contents.nodes:
        streams = node.status is Status.STREAMING
        numbers[node.id] = insert_node(
            connection, number, numbers.get(node.parent_id), node, to_content(node.message),
            writer=writer if streams else None,
        )  # fmt: skip
    move_tip_to(connection, number, contents.chat.tip)
    touch(connection, number, contents.chat.updated)
    for key, value in contents.values.items():
        set_value(connection, key, value)
