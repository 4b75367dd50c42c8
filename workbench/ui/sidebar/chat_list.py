"""The list of chats in the sidebar: loads what is seen, and carries out what is wished for there."""

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
_MANY = 50  # more changes than this at once (an import) read the list anew


class ChatList(QObject):
    """Knows which chats are asked for (a folder, a part of a title) and how many of them are loaded."""

    reset = Signal(list, bool)  # the first Chats of another list, whether there are more
    renewed = Signal(list, bool)  # the same list, read anew as far as it was loaded
    more = Signal(list, bool)  # the next Chats, whether there are more
    updated = Signal(object)  # Chat that is new or has changed, and belongs into the list
    removed = Signal(str)  # id of a chat that no longer does
    folders = Signal(list)  # all Folders
    changed = Signal(object)  # Chat that has changed, in the list or not
    changed_elsewhere = Signal()  # another process wrote something
    deleted = Signal(list)  # ids of chats that were deleted
    restored = Signal(list)  # ids of chats whose deletion was undone
    made = Signal(object)  # Chat that was duplicated
    noticed = Signal(object)  # Notice

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._query = ChatQuery(pinned=False, limit=PAGE)
        self._waiting: set[str] = set()  # chats that have changed and are to be looked at
        self._looking = False
        self._loaded = 0  # chats that are not pinned
        self._stop = self._store.changed(self._on_changed)

    def close(self) -> None:
        self._stop()

    @property
    def query(self) -> ChatQuery:
        """Which chats are asked for, apart from the pinned ones."""
        return self._query

    def load(self) -> None:
        self._tasks.start("load the chats", self._load())
        self._tasks.start("load the folders", self._load_folders())

    def show(
        self, *, title: str | None = None, folder_id: str | None = "", archived: bool | None = None,
        tag: str | None = None,
    ) -> None:
        """Asks for other chats; what is not given stays as it is (``folder_id`` None means all, ``tag`` "" any)."""
        query = self._query
        self._query = dataclasses.replace(
            query, offset=0, title=query.title if title is None else title,
            folder_id=query.folder_id if folder_id == "" else folder_id,
            archived=query.archived if archived is None else archived, tag=query.tag if tag is None else tag,
        )
        self._tasks.start("load the chats", self._load())

    def load_more(self, offset: int) -> None:
        """``offset`` counts the chats that are there and not pinned."""
        self._tasks.start("load more chats", self._load_more(offset))

    async def _load(self) -> None:
        self._tasks.cancel("load more chats")
        pinned = await self._store.chats(dataclasses.replace(self._query, pinned=True, offset=0))
        chats = await self._store.chats(dataclasses.replace(self._query, offset=0))
        self._loaded = len(chats)
        self.reset.emit([*pinned, *chats], len(chats) == PAGE)

    async def _renew(self) -> None:
        """Reads again what is loaded; the reader stays where he is."""
        self._tasks.cancel("load more chats")
        limit = max(PAGE, self._loaded)
        pinned = await self._store.chats(dataclasses.replace(self._query, pinned=True, offset=0))
        chats = await self._store.chats(dataclasses.replace(self._query, offset=0, limit=limit))
        self._loaded = len(chats)
        self.renewed.emit([*pinned, *chats], len(chats) == limit)

    async def _load_more(self, offset: int) -> None:
        chats = await self._store.chats(dataclasses.replace(self._query, offset=offset))
        self._loaded += len(chats)
        self.more.emit(list(chats), len(chats) == PAGE)

    async def _load_folders(self) -> None:
        self.folders.emit(list(await self._store.folders()))

    # --- changes, from here or elsewhere ---

    def _on_changed(self, what: str, changed_id: str) -> None:
        if what == "folder":
            self._tasks.start("load the folders", self._load_folders())
        elif what == "chat":
            self._waiting.add(changed_id)
            if not self._looking:
                self._looking = True
                self._tasks.start("look at changed chats", self._look())

    async def _look(self) -> None:
        try:
            while self._waiting:
                elsewhere = "" in self._waiting
                if len(self._waiting) > _MANY or elsewhere:
                    self._waiting.clear()
                    await self._renew()
                    if elsewhere:
                        self.changed_elsewhere.emit()
                else:
                    await self._look_at(self._waiting.pop())
        finally:
            self._looking = False

    async def _look_at(self, chat_id: str) -> None:
        try:
            chat = await self._store.chat(chat_id)
        except BadInput:
            self.removed.emit(chat_id)
            return
        if self._belongs(chat):
            self.updated.emit(chat)
        else:
            self.removed.emit(chat_id)
        self.changed.emit(chat)

    def _belongs(self, chat: Chat) -> bool:
        query = self._query
        return (
            not chat.temporary and chat.archived == query.archived and query.title.casefold() in chat.title.casefold()
            and query.folder_id in (None, chat.folder_id) and (not query.tag or query.tag in chat.tags)
        )

    # --- wishes ---

    def change(self, chat_ids: Sequence[str], **changes: Unpack[ChatFields]) -> None:
        """Renames, pins, archives, moves …"""
        self._start(self._change(chat_ids, changes))

    async def _change(self, chat_ids: Sequence[str], changes: ChatFields) -> None:
        before = [await self._store.chat(chat_id) for chat_id in chat_ids]
        await self._store.update_chats(dict.fromkeys(chat_ids, changes))
        said = "moved" if "folder_id" in changes else ""
        if "pinned" in changes and len(chat_ids) > 1:
            said = "pinned" if changes["pinned"] else "no longer pinned"
        if "archived" in changes:
            said = "archived" if changes["archived"] else "taken out of the archive"
        if said:
            old = {chat.id: {name: getattr(chat, name) for name in changes} for chat in before}
            self._notice(f"{count_chats(chat_ids)} {said}.", partial(self._store.update_chats, old))

    def delete(self, chat_ids: Sequence[str]) -> None:
        self._start(self._delete(list(chat_ids)))

    async def _delete(self, chat_ids: list[str]) -> None:
        token = await self._store.delete_chats(chat_ids)
        for chat_id in chat_ids:
            self.removed.emit(chat_id)
        self.deleted.emit(chat_ids)
        self._notice(f"{count_chats(chat_ids)} deleted.", partial(self._undo, token, chat_ids))

    async def _undo(self, token: str, chat_ids: Sequence[str]) -> None:
        await self._store.undo(token)
        for chat_id in chat_ids:
            await self._look_at(chat_id)
        self.restored.emit(list(chat_ids))

    def duplicate(self, chat_id: str) -> None:
        self._start(self._duplicate(chat_id))

    async def _duplicate(self, chat_id: str) -> None:
        chat = await self._store.chat(chat_id)
        tree = await self._store.tree(chat_id)
        title = f"{chat.title} (copy)" if chat.title else ""
        self.made.emit(await copy_chat(self._store, chat, [stub.id for stub in tree], title=title))

    def save_folder(self, folder: Folder, chat_ids: Sequence[str] = ()) -> None:
        """Makes a folder (with the id ``""``) or changes one, and moves chats into it."""
        self._start(self._save_folder(folder, chat_ids))

    async def _save_folder(self, folder: Folder, chat_ids: Sequence[str]) -> None:
        kept = await self._store.save_folder(folder)
        await self._load_folders()
        if chat_ids:
            await self._change(chat_ids, {"folder_id": kept.id})

    def move_folders(self, folders: Sequence[Folder]) -> None:
        """Folders with other parents or positions than before."""
        self._start(self._move_folders(folders))

    async def _move_folders(self, folders: Sequence[Folder]) -> None:
        moved = {folder.id for folder in folders}
        before = [folder for folder in await self._store.folders() if folder.id in moved]
        await self._save_folders(folders)
        self._notice("Folder moved.", partial(self._save_folders, before))

    async def _save_folders(self, folders: Sequence[Folder]) -> None:
        for folder in folders:
            await self._store.save_folder(folder)
        await self._load_folders()

    def delete_folder(self, folder_id: str) -> None:
        self._start(self._delete_folder(folder_id))

    async def _delete_folder(self, folder_id: str) -> None:
        token = await self._store.delete_folder(folder_id)
        await self._load_folders()
        if self._query.folder_id == folder_id:
            self.show(folder_id=None)
        self._notice("Folder deleted; its chats are kept.", partial(self._undo_folder, token))

    async def _undo_folder(self, token: str) -> None:
        await self._store.undo(token)
        await self._load_folders()

    def _notice(self, text: str, undo: Callable[[], Work[None]]) -> None:
        self.noticed.emit(Notice(text, "Undo", lambda: self._start(undo()), lasting=True))

    def _start(self, work: Work[None]) -> None:
        self._tasks.spawn("change chats", work)


def count_chats(chat_ids: Sequence[str]) -> str:
    """How the sentences on what was done begin."""
    return "Chat" if len(chat_ids) == 1 else f"{len(chat_ids)} chats"
