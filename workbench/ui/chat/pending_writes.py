"""Changes of chats on their way to the disk: shown at once, written in the background, tried until it works."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat
from workbench.core.errors import BadInput, StoreError
from workbench.core.json_types import Json
from workbench.core.services import Services

NEW_CHAT = "ui/new-chat"
"""The store keeps under this name what a chat that nobody has written to yet already has."""

_KEPT = ("model", "system", "params", "draft", "folder_id", "tags", "extra")
_AGAIN = 2.0  # seconds after which a write that failed is tried again


class PendingWrites(QObject):
    """Holds what is not on disk yet, by chat; changes that come meanwhile are joined."""

    unsaved = Signal(str)  # why changes could not be written, "" when they could again

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._waiting: dict[str, dict[str, Any]] = {}  # by chat id, "" for the new chat
        self._flying: dict[str, dict[str, Any]] = {}  # what is being written now
        self._turn = asyncio.Lock()
        self._writing = self._failed = False

    @property
    def failed(self) -> bool:
        """Whether there is something that could not be written yet."""
        return self._failed

    def change(self, chat: Chat, changes: Mapping[str, Any]) -> None:
        """``chat`` as it is now, with ``changes`` being what is new in it."""
        if chat.id:
            self._waiting.setdefault(chat.id, {}).update(changes)
        else:
            self._waiting[""] = as_json(chat)
        if not self._writing:
            self._writing = True
            self._tasks.start("write chats", self._write_soon())

    def waiting(self, chat_id: str) -> Mapping[str, Any]:
        """What of a chat is not on disk yet."""
        return {**self._flying.get(chat_id, {}), **self._waiting.get(chat_id, {})}

    def drop(self, chat_id: str) -> None:
        """Nothing of a chat is to be written any more: it was deleted."""
        self._waiting.pop(chat_id, None)

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

    async def _write(self, chat_id: str, changes: dict[str, Any]) -> None:
        if not chat_id:
            await self._store.keep(NEW_CHAT, changes or None)
            return
        try:
            await self._store.update_chat(chat_id, **changes)
        except BadInput:
            pass  # it was deleted meanwhile, here or elsewhere

    async def _write_soon(self) -> None:
        try:
            while True:
                try:
                    await self.written()
                    break
                except StoreError as error:
                    self._tell(str(error))
                    await asyncio.sleep(_AGAIN)
            self._tell("")
        finally:
            self._writing = False

    def _tell(self, why: str) -> None:
        if why or self._failed:
            self._failed = bool(why)
            self.unsaved.emit(why)

    async def new_chat(self) -> dict[str, Any]:
        """The fields of the chat that nobody has written to yet."""
        kept = self.waiting("") or await self._store.recall(NEW_CHAT)
        return {name: kept[name] for name in _KEPT if name in kept} if isinstance(kept, dict) else {}

    async def forget_new_chat(self) -> None:
        """It has become a chat of its own."""
        self._waiting.pop("", None)
        await self._store.keep(NEW_CHAT, None)


def as_json(chat: Chat) -> dict[str, Json]:
    """What of a new chat is kept: all that is not empty, and the parameters, for the model's would come back."""
    values = {name: getattr(chat, name) for name in _KEPT}
    return {name: list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping)
            else value for name, value in values.items() if value or name == "params"}
