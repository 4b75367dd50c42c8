"""The history of the composer: earlier messages of the user, one after the other."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation


class MessageHistory(QObject):
    """Steps through the user's messages on the open branch, from the latest back."""

    recalled = Signal(str)  # the text of a message, "" after the latest

    def __init__(self, services: Services, conversation: Conversation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks, self._conversation = services.store, services.tasks, conversation
        self._back = 0  # how many messages back it is
        conversation.opened.connect(self._restart)

    def step(self, step: int) -> None:
        """Recalls the message before (-1) or after (1) the one that was recalled last."""
        self._tasks.start("recall a message", self._step(step))

    async def _step(self, step: int) -> None:
        conversation = self._conversation
        mine = [key for key in conversation.keys if (header := conversation.header(key)) and header.role == "user"]
        self._back = min(max(self._back - step, 0), len(mine))
        if self._back == 0:
            self.recalled.emit("")
        elif nodes := await self._store.nodes([mine[-self._back]]):
            self.recalled.emit(nodes[0].message.text)

    def _restart(self, chat: Chat) -> None:
        self._back = 0
