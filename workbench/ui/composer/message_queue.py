"""The queues of all chats: messages that wait for a reply to end, across restarts."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workbench.core.services import Services
from workbench.ui.composer.draft import Draft

QUEUE = "ui/queue/"
"""The store keeps the queue of a chat under this and its id."""


class MessageQueue(QObject):
    """Keeps drafts in order, by the id of their chat."""

    changed = Signal(str)  # id of the chat

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._drafts: dict[str, tuple[Draft, ...]] = {}

    def drafts(self, chat_id: str) -> tuple[Draft, ...]:
        return self._drafts.get(chat_id, ())

    def load(self, chat_id: str) -> None:
        """Reads the queue of a chat from the store, once."""
        self._tasks.start("load the queue", self._load(chat_id))

    async def _load(self, chat_id: str) -> None:
        if chat_id and chat_id not in self._drafts:
            kept = await self._store.value(QUEUE + chat_id)
            self._drafts[chat_id] = tuple(Draft.from_json(item) for item in kept) if isinstance(kept, list) else ()
        self.changed.emit(chat_id)

    def append(self, chat_id: str, draft: Draft) -> None:
        self._set(chat_id, (*self.drafts(chat_id), draft))

    def insert(self, chat_id: str, index: int, draft: Draft) -> None:
        drafts = self.drafts(chat_id)
        self._set(chat_id, (*drafts[:index], draft, *drafts[index:]))

    def pop(self, chat_id: str, index: int) -> Draft:
        """Removes a draft and returns it."""
        drafts = self.drafts(chat_id)
        self._set(chat_id, (*drafts[:index], *drafts[index + 1 :]))
        return drafts[index]

    def _set(self, chat_id: str, drafts: tuple[Draft, ...]) -> None:
        self._drafts[chat_id] = drafts
        values = [draft.to_json() for draft in drafts]
        self._tasks.spawn("store the queue", self._store.set_value(QUEUE + chat_id, values or None))
        self.changed.emit(chat_id)
