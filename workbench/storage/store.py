"""The store as the program uses it: coroutines around the functions that run on the database thread."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from workbench.core.chat.chats import Chat, ChatQuery, Folder, Hit
from workbench.core.chat.context import Choices
from workbench.core.chat.messages import Message, MessageHeader, MessageNode, MessageSummary, Status
from workbench.core.chat.parts import Blob
from workbench.core.errors import StoreDamaged, StoreError, StoreFull
from workbench.core.ids import new_id
from workbench.core.json_types import Json
from workbench.core.reply.records import RequestRecord
from workbench.core.text.formatting import counted

from . import blobs, chats, insert_message, messages, trash, tree_summary
from .backups import back_up, back_up_before_migration, roll_backups
from .change_notifier import ChangeNotifier
from .content import blob_names
from .database import Database, faults_of
from .failures import UNWRITABLE, as_sentences
from .files import remove_partial_files
from .lock import FileLock, living_holders
from .paths import BACKUPS, DATABASE, LOCKS
from .repair import DamagedStore, with_remedies
from .schema import MIGRATIONS
from .searcher import Searcher
from .temporary import TemporaryStore

if TYPE_CHECKING:
    from workbench.core.ports.bulk_store import StoredChat

    from .bulk_import import BulkTransaction

log = logging.getLogger(__name__)
T = TypeVar("T")
_MANY = 50  # more chats than this that change at once are announced as “any”


class SqliteStore:
    """Implements ``ports.Store`` and ``core.bulk.BulkStore``. Made by ``open_store``, ended by ``close``."""

    def __init__(self, folder: Path, database: Database, writer: FileLock) -> None:
        self.folder = folder
        self._database = database
        self._writer = writer
        self._searcher = Searcher(database)
        self._notifier = ChangeNotifier(database.changes_by_others)
        self._temporary = TemporaryStore()
        self._loop = asyncio.get_running_loop()
        self._damage: asyncio.Future[StoreDamaged] = self._loop.create_future()
        database.on_damage = self._tell_damage

    @property
    def read_only(self) -> str:
        return self._database.read_only

    def _tell_damage(self, damage: StoreDamaged) -> None:
        """Passes on, from the thread that met it, that the database is damaged."""
        with suppress(RuntimeError):  # the loop has ended: whoever asked is told by the error itself
            self._loop.call_soon_threadsafe(self._note_damage, damage)

    def _note_damage(self, damage: StoreDamaged) -> None:
        if not self._damage.done():
            self._damage.set_result(DamagedStore(str(damage), self.folder))

    @contextmanager
    def _damage_told(self) -> Iterator[None]:
        """Tells of damage that is met outside the database's own threads."""
        try:
            yield
        except StoreDamaged as damage:
            self._note_damage(damage)
            raise

    async def damaged(self) -> StoreDamaged:
        """Waits until something turns out damaged; returns the error, which has the ways out."""
        return await asyncio.shield(self._damage)

    async def close(self) -> None:
        """Waits until everything asked for is on disk, and closes the files."""
        self._notifier.close()
        await self._searcher.close()
        await self._temporary.close()
        await self._database.close()
        self._writer.release(remove=True)

    async def _database_of(self, *ids: str, names: Message | Json = None) -> Database:
        """Returns the database that has what these ids name. When that is the disk, the bytes that ``names`` (a
        message, or a chat's ``extra``, about to be written) refers to are copied there."""
        if (temporary := await self._temporary.database_of(ids)) is not None:
            return temporary
        if isinstance(names, Message):
            await self._temporary.copy_blobs(self._database, blob_names(names.parts))
        elif names:
            await self._temporary.copy_named_blobs(self._database, names)
        return self._database

    def _add_temporary(self, database: Database, id: str) -> None:
        """Notes that what was made in the database of temporary chats belongs to them."""
        if database is not self._database:
            self._temporary.add(id)

    async def create_chat(self, chat: Chat) -> Chat:
        if chat.temporary:
            created = await self._temporary.create(chat)
        else:
            await self._temporary.copy_named_blobs(self._database, dict(chat.extra))
            created = await self._database.write(chats.create_chat, chat)
        self._notifier.announce("chat", created.id)
        return created

    async def chat(self, chat_id: str) -> Chat:
        return self._temporary.marked(await (await self._database_of(chat_id)).read(chats.get_chat, chat_id))

    async def chats(self, query: ChatQuery) -> Sequence[Chat]:
        return await self._database.read(chats.list_chats, query)

    async def count_chats(self, query: ChatQuery) -> int:
        return await self._database.read(chats.count_chats, query)

    async def update_chat(self, chat_id: str, **changes: Any) -> Chat:
        if changes.pop("temporary", None) is False and await self._temporary.database_of([chat_id]):
            await self._temporary.move_to_disk(chat_id, self._database, self._writer.path.stem)
        database = await self._database_of(chat_id, names=changes.get("extra"))
        chat = await database.write(chats.update_chat, chat_id, changes)
        self._notifier.announce("chat", chat_id)
        return self._temporary.marked(chat)

    async def update_chats(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        await self._database.write(chats.update_chats, changes)
        for chat_id in changes if len(changes) <= _MANY else ("",):
            self._notifier.announce("chat", chat_id)

    async def tags(self) -> Sequence[str]:
        return await self._database.read(chats.list_tags)

    async def delete_chats(self, chat_ids: Iterable[str]) -> str:
        ids = list(chat_ids)
        database = await self._database_of(*ids)
        token = await database.write(trash.delete_chats, ids)
        self._add_temporary(database, token)
        self._notifier.announce("chat", ids[0] if len(ids) == 1 else "")
        return token

    async def delete_messages(self, chat_id: str, node_ids: Iterable[str], *, below: bool) -> str:
        database = await self._database_of(chat_id)
        token = await database.write(trash.delete_messages, chat_id, list(node_ids), below=below)
        self._add_temporary(database, token)
        self._notifier.announce("chat", chat_id)
        return token

    async def insert_message(
        self, chat_id: str, parent_id: str | None, child_id: str | None, message: Message
    ) -> tuple[MessageNode, str]:
        database = await self._database_of(chat_id, names=message)
        node, token = await database.write(insert_message.insert_message, chat_id, parent_id, child_id, message)
        self._add_temporary(database, node.id)
        self._add_temporary(database, token)
        self._notifier.announce("message", node.id)
        self._notifier.announce("chat", chat_id)
        return node, token

    async def undo(self, token: str) -> None:
        """Announces changes with an empty id: any chat may have changed."""
        await (await self._database_of(token)).write(trash.undo, token)
        self._notifier.announce("folder", "")
        self._notifier.announce("chat", "")

    async def purge(self, token: str) -> None:
        """Takes what was deleted under ``token`` away for good, in pieces that let other work through."""
        database = await self._database_of(token)
        while await database.write(trash.purge_some, token):
            pass

    async def clean(self) -> None:
        """Purges what was deleted 30 days ago, and bytes that nothing used since. For once a day."""
        before = time.time() - trash.KEPT_SECONDS
        for token in await self._database.read(trash.old_tokens, before):
            await self.purge(token)
        unused = await self._database.read(trash.unused_blobs, before)
        await self._database.write(trash.drop_unused, unused)

    async def folders(self) -> Sequence[Folder]:
        return await self._database.read(chats.list_folders)

    async def save_folder(self, folder: Folder) -> Folder:
        saved = await self._database.write(chats.save_folder, folder)
        self._notifier.announce("folder", saved.id)
        return saved

    async def delete_folder(self, folder_id: str) -> str:
        token = await self._database.write(trash.delete_folder, folder_id)
        self._notifier.announce("folder", folder_id)
        self._notifier.announce("chat", "")
        return token

    async def add_message(
        self,
        chat_id: str,
        parent_id: str | None,
        message: Message,
        *,
        status: Status = Status.COMPLETE,
        origin: str = "",
        move_tip: bool = True,
        record: RequestRecord | None = None,
    ) -> MessageNode:
        database = await self._database_of(chat_id, names=message)
        node = await database.write(
            messages.add_message, chat_id, parent_id, message, status=status, origin=origin,
            move_tip=move_tip, record=record, writer=self._writer.path.stem,
        )  # fmt: skip
        self._add_temporary(database, node.id)
        self._notifier.announce("message", node.id)
        self._notifier.announce("chat", chat_id)
        return node

    async def journal(self, node_id: str, message: Message) -> None:
        await (await self._database_of(node_id, names=message)).write(messages.journal, node_id, message)
        self._notifier.announce("message", node_id)

    async def finish(self, node_id: str, message: Message, status: Status, record: RequestRecord | None) -> MessageNode:
        database = await self._database_of(node_id, names=message)
        node = await database.write(messages.finish, node_id, message, status, record)
        self._notifier.announce("message", node_id)
        self._notifier.announce("chat", node.chat_id)
        return node

    async def set_tip(self, chat_id: str, node_id: str | None) -> None:
        await (await self._database_of(chat_id)).write(messages.set_tip, chat_id, node_id)
        self._notifier.announce("chat", chat_id)

    async def set_label(self, node_id: str, label: str) -> None:
        await (await self._database_of(node_id)).write(messages.set_label, node_id, label)
        self._notifier.announce("message", node_id)

    async def set_extra(self, node_id: str, changes: Mapping[str, Json]) -> None:
        await (await self._database_of(node_id)).write(messages.set_extra, node_id, changes)
        self._notifier.announce("message", node_id)

    async def context_choices(self, chat_id: str) -> Mapping[str, Choices]:
        return await (await self._database_of(chat_id)).read(messages.context_choices, chat_id)

    async def path(self, chat_id: str, tip: str | None = None) -> Sequence[MessageHeader]:
        return await (await self._database_of(chat_id)).read(messages.path, chat_id, tip)

    async def tree(self, chat_id: str) -> Sequence[MessageHeader]:
        return await (await self._database_of(chat_id)).read(messages.tree, chat_id)

    async def summaries(self, chat_id: str) -> Sequence[MessageSummary]:
        return await (await self._database_of(chat_id)).read(tree_summary.summaries, chat_id)

    async def excerpts(self, node_ids: Iterable[str]) -> Mapping[str, str]:
        ids = list(node_ids)
        return await (await self._database_of(*ids)).read(tree_summary.excerpts, ids)

    async def nodes(self, node_ids: Iterable[str]) -> Sequence[MessageNode]:
        ids = list(node_ids)
        return await (await self._database_of(*ids)).read(messages.get_nodes, ids)

    async def siblings(self, node_id: str) -> Sequence[str]:
        return await (await self._database_of(node_id)).read(messages.siblings, node_id)

    async def tip_below(self, node_id: str) -> str:
        return await (await self._database_of(node_id)).read(messages.tip_below, node_id)

    async def search(self, query: str, limit: int = 50) -> Sequence[Hit]:
        """Returns the newest messages that match, see ``query.py`` for the language; titles that match come first.
        A newer search ends an older one, which then finds nothing. Raises ``BadInput``."""
        return await self._searcher.search(query, limit)

    async def put_blob(self, data: bytes, mime: str, name: str = "") -> Blob:
        held = await self._temporary.put_blob(data, mime, name)
        return await self._database.write(blobs.put_blob, data, mime, name) if held is None else held

    async def blob(self, sha256: str) -> bytes:
        held = await self._temporary.blob(sha256)
        return await self._database.read(blobs.get_blob, sha256) if held is None else held

    async def check(self) -> tuple[bool, str]:
        """Runs SQLite's quick check of the whole file and reads every message; returns whether all is sound, and a
        sentence with its size or the first fault."""
        if faults := await self._database.read(faults_of):
            return False, f"damaged: {faults[0]}"
        if ids := await self._database.read(messages.damaged):
            return False, counted(
                len(ids), f"one message is damaged, {ids[0]}; it is shown as far as it can be read",
                f"{{n}} messages are damaged, the first {ids[0]}; they are shown as far as they can be read")
        return True, f"sound, {self._database.path.stat().st_size / 1e6:.1f} MB"

    async def value(self, key: str) -> Json:
        database = await self._temporary.database_of_value(key) or self._database
        return await database.read(chats.value_of, key)

    async def set_value(self, key: str, value: Json) -> None:
        database = await self._temporary.database_of_value(key, value)
        if database is None:
            await self._temporary.copy_named_blobs(self._database, value)
        await (database or self._database).write(chats.set_value, key, value)

    async def values(self, prefix: str) -> Mapping[str, Json]:
        return await self._database.read(chats.values_of, prefix)

    def changed(self, listener: Callable[[str, str], None]) -> Callable[[], None]:
        """Adds a listener, see ``ports.Store``; an empty id means that any chat, message or folder may have changed."""
        return self._notifier.add(listener)

    async def backup(self, path: Path) -> None:
        """Makes a whole copy of the store in one file, while it is in use. An old file gives way when the new one
        is complete. Raises ``StoreError``, or ``BadInput`` for the store's own file."""
        with self._damage_told():
            await asyncio.to_thread(back_up, self.folder, path)

    async def restore(self, path: Path, mode: Literal["merge", "replace"] = "merge") -> Sequence[str]:
        """Restores a backup: ``merge`` adds what is missing here, by ids; ``replace`` puts the backup in the place of
        everything, of which a copy is kept among the backups. Either happens whole or not at all, and then templates,
        experiments and settings follow; whoever holds the settings reads them again. Returns what no backup has and
        must be entered again: ``provider: header or field``.

        Raises ``BadInput`` (no backup), ``StoreTooNew``, ``StoreDamaged``, ``StoreFull``.
        """
        from .backup_files import restore_files  # not needed to start, as below
        from .restore import copy_replaced, merge, open_backup

        async with _in_thread(open_backup(self.folder, path)) as (source, files):
            if mode == "merge":
                async with self.transaction() as bulk:
                    await asyncio.to_thread(merge, source, bulk)
            else:
                with self._damage_told():
                    await asyncio.to_thread(copy_replaced, self.folder)
                await self._database.replace(source)
            missing: Sequence[str] = ()
            if files is not None:
                with as_sentences(self._database.path):
                    missing = await asyncio.to_thread(restore_files, files, self.folder, mode)
        for what in ("folder", "chat", "message"):
            self._notifier.announce(what, "")
        return missing

    async def maintain(self, *, backups: bool, now: datetime) -> Path | None:
        """Does what is due once a day: makes today's backup, which is returned if there was none yet, and purges
        what was deleted 30 days ago. Raises ``StoreDamaged`` when the database fails its check."""
        with self._damage_told():
            made = await asyncio.to_thread(roll_backups, self.folder, now) if backups else None
        if await self._database.write(trash.may_purge, now.date()):
            await self.clean()
        return made

    def stored_chats(self, path: Path) -> AbstractContextManager[Iterator[StoredChat]]:
        from .restore import stored_chats

        return stored_chats(self.folder, path)

    def transaction(self) -> AbstractAsyncContextManager[BulkTransaction]:
        """Begins a transaction for many changes at once, see ``bulk.BulkTransaction``."""
        from .bulk_import import transaction

        return transaction(self._database, self._notifier, self._writer.path.stem, self.folder)


async def open_store(folder: Path) -> SqliteStore:
    """Opens the database of a data folder, made and migrated as needed, and marks as interrupted what a dead
    process was streaming.

    Raises ``StoreTooNew``, ``DamagedStore`` (with the ways out), ``StoreFull`` when the folder cannot be
    written, or another ``StoreError``.
    """
    path = folder / DATABASE
    database = Database(path)
    with with_remedies(folder):
        try:
            await database.open(lambda version: back_up_before_migration(folder, version))
        except StoreFull:
            return await _opened_to_read(folder, database)
        writer = FileLock(folder / LOCKS / f"{new_id()}.lock")
        try:
            living = await database.in_turn(_register, folder, writer)
            await _end_dead(database, living)
        except BaseException:
            await database.close()
            writer.release(remove=True)
            raise
    log.debug("%s is open, format %d, with SQLite %s.", path, len(MIGRATIONS), sqlite3.sqlite_version)
    return SqliteStore(folder, database, writer)


async def _opened_to_read(folder: Path, database: Database) -> SqliteStore:
    """Opens a store that cannot be written, so that what is there can be read and exported. Raises ``StoreFull`` when
    there is nothing to read, and ``StoreDamaged``."""
    why = UNWRITABLE.format(path=database.path)
    try:
        await database.open_to_read(f"{why} Until then everything can be read and exported, and nothing changed.")
    except StoreDamaged:
        raise
    except StoreError as error:
        raise StoreFull(why) from error
    return SqliteStore(folder, database, FileLock(folder / LOCKS / f"{new_id()}.lock"))


def _register(folder: Path, writer: FileLock) -> set[str]:
    """Makes this process known to others, and returns the names of all that live. When there is no other,
    takes away the files that dead ones did not finish."""
    writer.acquire()
    living = living_holders(folder / LOCKS)
    if living == {writer.path.stem}:
        remove_partial_files(folder, folder / BACKUPS)
    return living


async def _end_dead(database: Database, living: set[str]) -> None:
    """Ends the replies and imports of dead processes."""
    writers = {*await database.read(messages.streaming_writers), *await database.read(trash.import_writers)}
    if dead := writers - living:
        await database.write(messages.interrupt_streams, dead)
        await database.write(trash.end_imports, dead)


@asynccontextmanager
async def _in_thread(context: AbstractContextManager[T]) -> AsyncIterator[T]:
    """Enters and leaves a context manager in a thread, because both take time."""
    value = await asyncio.to_thread(context.__enter__)
    try:
        yield value
    except BaseException as error:
        await asyncio.to_thread(context.__exit__, type(error), error, error.__traceback__)
        raise
    await asyncio.to_thread(context.__exit__, None, None, None)
