"""The controller of the list of chats: loads pages of it, and changes, moves and deletes chats and folders."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import Unpack

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat, ChatFields, ChatQuery, Folder
from workbench.core.chat.duplicate_chat import copy_chat
from workbench.core.errors import BadInput
from workbench.core.services import Services
from workbench.core.tasks import Work
from workbench.ui.shell.notices import Notice

PAGE = 200
_MANY = 50  # more changed chats at once (an import) reload the list


class ChatList(QObject):
    """Holds the filter of the list (folder, tag, part of a title, archive) and follows changes in the store."""

    reset = Signal(list, bool)  # first Chats of a list with another filter, whether there are more
    refreshed = Signal(list, bool)  # Chats of the same list, as many as were loaded; whether there are more
    more_loaded = Signal(list, bool)  # next Chats, whether there are more
    updated = Signal(object)  # Chat that is new or has changed, and matches the filter
    removed = Signal(str)  # id of a chat that no longer exists or matches
    folders_loaded = Signal(list)  # all Folders
    changed = Signal(object)  # Chat that has changed, listed or not
    changed_elsewhere = Signal()  # another process wrote something
    deleted = Signal(list)  # ids of chats that were deleted
    restored = Signal(list)  # ids of chats whose deletion was undone
    duplicated = Signal(object)  # Chat: the copy
    noticed = Signal(object)  # Notice

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._query = ChatQuery(pinned=False, limit=PAGE)
        self._stale: set[str] = set()  # ids of changed chats to read again; "" for a change by another process
        self._reading = False  # whether they are being read
        self._loaded = 0  # chats that are not pinned
        self._stop = self._store.changed(self._on_changed)

    def close(self) -> None:
        """Stops following changes in the store."""
        self._stop()

    @property
    def query(self) -> ChatQuery:
        """The filter of the chats that are not pinned."""
        return self._query

    def load(self) -> None:
        """Loads the first page of chats, and the folders."""
        self._tasks.start("load the chats", self._load())
        self._tasks.start("load the folders", self._load_folders())

    def set_filter(
        self, *, title: str | None = None, folder_id: str | None = "", archived: bool | None = None,
        tag: str | None = None,
    ) -> None:
        """Changes parts of the filter and loads the list. ``folder_id`` None is all folders, ``tag`` "" any tag."""
        query = self._query
        self._query = dataclasses.replace(
            query, offset=0, title=query.title if title is None else title,
            folder_id=query.folder_id if folder_id == "" else folder_id,
            archived=query.archived if archived is None else archived, tag=query.tag if tag is None else tag,
        )
        self._tasks.start("load the chats", self._load())

    def load_more(self, offset: int) -> None:
        """Loads the next page. ``offset`` is the number of loaded chats that are not pinned."""
        self._tasks.start("load more chats", self._load_more(offset))

    async def _load(self) -> None:
        self._tasks.cancel("load more chats")
        pinned = await self._store.chats(dataclasses.replace(self._query, pinned=True, offset=0))
        chats = await self._store.chats(dataclasses.replace(self._query, offset=0))
        self._loaded = len(chats)
        self.reset.emit([*pinned, *chats], len(chats) == PAGE)

    async def _refresh(self) -> None:
        """Reads the loaded part of the list again, so that views keep their place."""
        self._tasks.cancel("load more chats")
        limit = max(PAGE, self._loaded)
        pinned = await self._store.chats(dataclasses.replace(self._query, pinned=True, offset=0))
        chats = await self._store.chats(dataclasses.replace(self._query, offset=0, limit=limit))
        self._loaded = len(chats)
        self.refreshed.emit([*pinned, *chats], len(chats) == limit)

    async def _load_more(self, offset: int) -> None:
        chats = await self._store.chats(dataclasses.replace(self._query, offset=offset))
        self._loaded += len(chats)
        self.more_loaded.emit(list(chats), len(chats) == PAGE)

    async def _load_folders(self) -> None:
        self.folders_loaded.emit(list(await self._store.folders()))

    # --- following the store ---

    def _on_changed(self, what: str, changed_id: str) -> None:
        if what == "folder":
            self._tasks.start("load the folders", self._load_folders())
        elif what == "chat":
            self._stale.add(changed_id)
            if not self._reading:
                self._reading = True
                self._tasks.start("read changed chats", self._read_stale())

    async def _read_stale(self) -> None:
        try:
            while self._stale:
                elsewhere = "" in self._stale
                if len(self._stale) > _MANY or elsewhere:
                    self._stale.clear()
                    await self._refresh()
                    if elsewhere:
                        self.changed_elsewhere.emit()
                else:
                    await self._read_chat(self._stale.pop())
        finally:
            self._reading = False

    async def _read_chat(self, chat_id: str) -> None:
        try:
            chat = await self._store.chat(chat_id)
        except BadInput:
            self.removed.emit(chat_id)
            return
        if self._matches(chat):
            self.updated.emit(chat)
        else:
            self.removed.emit(chat_id)
        self.changed.emit(chat)

    def _matches(self, chat: Chat) -> bool:
        query = self._query
        return (
            not chat.temporary and chat.archived == query.archived and query.title.casefold() in chat.title.casefold()
            and query.folder_id in (None, chat.folder_id) and (not query.tag or query.tag in chat.tags)
        )

    # --- changes of chats ---

    def change(self, chat_ids: Sequence[str], **changes: Unpack[ChatFields]) -> None:
        """Changes fields of chats: title, ``pinned``, ``archived``, ``folder_id`` …"""
        self._start(self._change(chat_ids, changes))

    async def _change(self, chat_ids: Sequence[str], changes: ChatFields) -> None:
        before = [await self._store.chat(chat_id) for chat_id in chat_ids]
        await self._store.update_chats(dict.fromkeys(chat_ids, changes))
        if done := _sentence(changes, len(chat_ids)):
            old = {chat.id: {name: getattr(chat, name) for name in changes} for chat in before}
            self._offer_undo(done, partial(self._store.update_chats, old))

    def delete(self, chat_ids: Sequence[str]) -> None:
        """Deletes chats; a notice offers to undo it."""
        self._start(self._delete(list(chat_ids)))

    async def _delete(self, chat_ids: list[str]) -> None:
        token = await self._store.delete_chats(chat_ids)
        for chat_id in chat_ids:
            self.removed.emit(chat_id)
        self.deleted.emit(chat_ids)
        count = len(chat_ids)
        self._offer_undo("Chat deleted." if count == 1 else f"{count} chats deleted.",
                         partial(self._undo, token, chat_ids))

    async def _undo(self, token: str, chat_ids: Sequence[str]) -> None:
        await self._store.undo(token)
        for chat_id in chat_ids:
            await self._read_chat(chat_id)
        self.restored.emit(list(chat_ids))

    def duplicate(self, chat_id: str) -> None:
        """Copies a chat with all its branches."""
        self._start(self._duplicate(chat_id))

    async def _duplicate(self, chat_id: str) -> None:
        chat = await self._store.chat(chat_id)
        tree = await self._store.tree(chat_id)
        title = f"{chat.title} (copy)" if chat.title else ""
        self.duplicated.emit(await copy_chat(self._store, chat, [header.id for header in tree], title=title))

    # --- folders ---

    def save_folder(self, folder: Folder, chat_ids: Sequence[str] = ()) -> None:
        """Creates a folder (with the id ``""``) or changes one, and moves chats into it."""
        self._start(self._save_folder(folder, chat_ids))

    async def _save_folder(self, folder: Folder, chat_ids: Sequence[str]) -> None:
        saved = await self._store.save_folder(folder)
        await self._load_folders()
        if chat_ids:
            await self._change(chat_ids, {"folder_id": saved.id})

    def move_folders(self, folders: Sequence[Folder]) -> None:
        """Saves folders with new parents or positions; a notice offers to undo it."""
        self._start(self._move_folders(folders))

    async def _move_folders(self, folders: Sequence[Folder]) -> None:
        moved = {folder.id for folder in folders}
        before = [folder for folder in await self._store.folders() if folder.id in moved]
        await self._save_folders(folders)
        self._offer_undo("Folder moved.", partial(self._save_folders, before))

    async def _save_folders(self, folders: Sequence[Folder]) -> None:
        for folder in folders:
            await self._store.save_folder(folder)
        await self._load_folders()

    def delete_folder(self, folder_id: str) -> None:
        """Deletes a folder and keeps its chats; a notice offers to undo it."""
        self._start(self._delete_folder(folder_id))

    async def _delete_folder(self, folder_id: str) -> None:
        token = await self._store.delete_folder(folder_id)
        await self._load_folders()
        if self._query.folder_id == folder_id:
            self.set_filter(folder_id=None)
        self._offer_undo("Folder deleted; its chats are kept.", partial(self._undo_folder, token))

    async def _undo_folder(self, token: str) -> None:
        await self._store.undo(token)
        await self._load_folders()

    def _offer_undo(self, text: str, undo: Callable[[], Work[None]]) -> None:
        self.noticed.emit(Notice(text, "Undo", lambda: self._start(undo()), undoes=True, lasting=True))

    def _start(self, work: Work[None]) -> None:
        self._tasks.spawn("change chats", work)


def _sentence(changes: ChatFields, count: int) -> str:
    """Returns what a notice says of changed chats, ``""`` for what is seen at once."""
    one = count == 1
    match changes:
        case {"archived": True}:
            return "Chat archived." if one else f"{count} chats archived."
        case {"archived": False}:
            return "Chat taken out of the archive." if one else f"{count} chats taken out of the archive."
        case {"pinned": True} if not one:
            return f"{count} chats pinned."
        case {"pinned": False} if not one:
            return f"{count} chats no longer pinned."
        case {"folder_id": _}:
            return "Chat moved." if one else f"{count} chats moved."
    return ""
