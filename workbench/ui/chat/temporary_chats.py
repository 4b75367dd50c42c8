"""Temporary chats: kept on request, deleted when another chat is opened."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.shell.notices import Notice

NO_SWEEP = "This chat is temporary, and experiments are kept. Keep the chat first."


class TemporaryChats(QObject):
    """Deletes a temporary chat when another is opened; until its notice goes, the chat can be kept."""

    noticed = Signal(object)  # Notice

    def __init__(
        self, services: Services, conversation: Conversation, running_replies: RunningReplies,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._conversation, self._running_replies = conversation, running_replies
        self._leaving = Chat("")
        conversation.flush_requested.connect(self._on_leaving)
        conversation.opened.connect(self._on_opened)

    def keep(self) -> None:
        """Makes the open chat one like any other."""
        if self._conversation.chat.temporary:
            self._conversation.change(temporary=False)
            self.noticed.emit(Notice("This chat is kept from now on."))

    def _on_leaving(self) -> None:
        self._leaving = self._conversation.chat

    def _on_opened(self, chat: Chat) -> None:
        left, self._leaving = self._leaving, Chat("")
        if left.temporary and left.id != chat.id:
            self._running_replies.stop(left.id)
            self._tasks.spawn("delete the temporary chat", self._delete(left))

    async def _delete(self, chat: Chat) -> None:
        token = await self._store.delete_chats([chat.id])
        if chat.tip is None:
            await self._store.purge(token)
            return
        self.noticed.emit(Notice(
            "The temporary chat is gone.", "Keep it",
            lambda: self._tasks.spawn("keep the temporary chat", self._restore(token, chat.id)),
            lapsed=lambda: self._tasks.spawn("purge the temporary chat", self._store.purge(token)),
            undoes=True,
        ))

    async def _restore(self, token: str, chat_id: str) -> None:
        await self._store.undo(token)
        await self._store.update_chat(chat_id, temporary=False)
        await self._conversation.open(chat_id)
