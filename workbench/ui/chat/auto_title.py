"""Automatic titles of chats: from the first words at once, and by a model after the first reply."""

from __future__ import annotations

from PySide6.QtCore import QObject

from workbench.core.chat.messages import MessageNode, Status
from workbench.core.chat.titles import title_by_model, title_from
from workbench.core.errors import BadInput
from workbench.core.services import Services


class AutoTitle(QObject):
    """Listens to messages and replies; a title that the user wrote is never touched."""

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._providers, self._settings = services.providers, services.settings
        self._by_model: dict[str, tuple[str, str]] = {}  # chat id -> title from words, text it comes from

    def message_sent(self, node: MessageNode) -> None:
        """Sets the title of a chat by a user's message that is on disk."""
        if text := node.message.text or _names(node):
            self._tasks.start(f"title of {node.chat_id}", self._from_words(node.chat_id, text))

    async def _from_words(self, chat_id: str, text: str) -> None:
        chat = await self._store.chat(chat_id)
        if not chat.title and (title := title_from(text)):
            await self._store.update_chat(chat_id, title=title)
            if not chat.temporary:  # no request beside those that the user sees
                self._by_model[chat_id] = (title, text)

    def reply_ended(self, node: MessageNode) -> None:
        if node.status is Status.COMPLETE and (waiting := self._by_model.pop(node.chat_id, None)):
            self._tasks.start(f"title of {node.chat_id}", self._from_model(node.chat_id, *waiting))

    async def _from_model(self, chat_id: str, first: str, text: str) -> None:
        if not (name := self._settings.value.title_model):
            return
        try:
            model = self._providers.resolve(name)
        except BadInput:
            return  # the model is gone: the words stay
        title = await title_by_model(self._providers, model, text)
        if title and (await self._store.chat(chat_id)).title == first:
            await self._store.update_chat(chat_id, title=title)


def _names(node: MessageNode) -> str:
    return ", ".join(name for part in node.message.parts if (name := getattr(part, "name", "")))
