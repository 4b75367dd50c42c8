"""Pending writes of chats: shown at once, written in the background, and retried until they succeed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat, ChatFields
from workbench.core.errors import BadInput, StoreError
from workbench.core.json_types import Json, JsonObject
from workbench.core.services import Services

NEW_CHAT = "ui/new-chat"
"""The store keeps under this name what a chat that nobody has written to yet already has."""

SECOND_NEW_CHAT = "ui/new-chat/2"
"""The same for windows that are open beside the first."""

_AGAIN = 2.0  # seconds after which a write that failed is tried again


class PendingWrites(QObject):
    """Holds what is not on disk yet, by chat; changes that come meanwhile are joined."""

    unsaved = Signal(str)  # why changes could not be written, "" when they could again

    def __init__(self, services: Services, parent: QObject | None = None, new_chat: str = NEW_CHAT) -> None:
        super().__init__(parent)
        self._store, self._tasks, self._new_chat = services.store, services.tasks, new_chat
        self._waiting: dict[str, ChatFields] = {}  # by chat id, "" for the new chat
        self._flying: dict[str, ChatFields] = {}  # what is being written now
        self._of_deleted: dict[str, ChatFields] = {}  # what came too late for chats that were deleted
        self._turn = asyncio.Lock()
        self._writing = self._failed = False

    @property
    def failed(self) -> bool:
        """Whether there is something that could not be written yet."""
        return self._failed

    def change(self, chat: Chat, changes: ChatFields) -> None:
        """Writes ``changes`` soon, which ``chat`` has already."""
        if chat.id:
            self._waiting.setdefault(chat.id, {}).update(changes)
        else:
            self._waiting[""] = {
                "model": chat.model, "system": chat.system, "params": chat.params, "draft": chat.draft,
                "folder_id": chat.folder_id, "tags": chat.tags, "extra": chat.extra,
            }
        self._begin()

    def _begin(self) -> None:
        if not self._writing:
            self._writing = True
            self._tasks.start("write chats", self._write_soon())

    def waiting(self, chat_id: str) -> ChatFields:
        """Returns what of a chat is not on disk yet."""
        return {**self._flying.get(chat_id, {}), **self._waiting.get(chat_id, {})}

    def take_up(self, chat_ids: Sequence[str]) -> None:
        """Writes what came too late for chats whose deletion was undone."""
        for chat_id in chat_ids:
            if late := self._of_deleted.pop(chat_id, None):
                self._waiting[chat_id] = {**late, **self._waiting.get(chat_id, {})}
                self._begin()

    async def written(self) -> None:
        """Returns when every change is on disk; raises ``StoreError`` when one does not get there."""
        async with self._turn:
            while self._waiting:
                chat_id, changes = self._waiting.popitem()
                self._flying = {chat_id: changes}
                try:
                    await self._write(chat_id, changes)
                except BaseException:  # also when cancelled: nothing is forgotten
                    self._waiting[chat_id] = {**changes, **self._waiting.get(chat_id, {})}
                    raise
                finally:
                    self._flying = {}

    async def _write(self, chat_id: str, changes: ChatFields) -> None:
        if not chat_id:
            await self._store.set_value(self._new_chat, _as_json(changes))
            return
        try:
            await self._store.update_chat(chat_id, **changes)
        except BadInput:  # it was deleted meanwhile, here or elsewhere
            self._of_deleted.setdefault(chat_id, {}).update(changes)

    async def _write_soon(self) -> None:
        try:
            while True:
                try:
                    await self.written()
                    break
                except StoreError as error:
                    self._report(str(error))
                    await asyncio.sleep(_AGAIN)
            self._report("")
        finally:
            self._writing = False

    def _report(self, why: str) -> None:
        if why or self._failed:
            self._failed = bool(why)
            self.unsaved.emit(why)

    async def new_chat(self) -> ChatFields:
        """Returns the fields of the chat that nobody has written to yet."""
        waiting = self.waiting("")
        return _from_json(_as_json(waiting) if waiting else await self._store.value(self._new_chat))

    async def forget_new_chat(self) -> None:
        """Forgets the fields of the new chat, which is stored as a chat of its own now."""
        self._waiting.pop("", None)
        await self._store.set_value(self._new_chat, None)


def _as_json(fields: ChatFields) -> JsonObject:
    """Returns what is kept of a new chat: all that is not empty, and the parameters, or the model's would come back."""
    data: JsonObject = {
        "model": fields["model"], "system": fields["system"], "draft": fields["draft"],
        "folder_id": fields["folder_id"], "tags": list(fields["tags"]), "extra": dict(fields["extra"]),
    }
    return {"params": dict(fields["params"]), **{name: value for name, value in data.items() if value}}


def _from_json(kept: Json) -> ChatFields:
    """Returns what of it can be fields of a new chat."""
    fields: ChatFields = {}
    if not isinstance(kept, dict):
        return fields
    if isinstance(model := kept.get("model"), str):
        fields["model"] = model
    if isinstance(system := kept.get("system"), str):
        fields["system"] = system
    if isinstance(params := kept.get("params"), dict):
        fields["params"] = params
    if isinstance(draft := kept.get("draft"), str):
        fields["draft"] = draft
    if isinstance(folder_id := kept.get("folder_id"), str):
        fields["folder_id"] = folder_id
    if isinstance(tags := kept.get("tags"), list):
        fields["tags"] = tuple(map(str, tags))
    if isinstance(extra := kept.get("extra"), dict):
        fields["extra"] = extra
    return fields
