"""Find in a chat, for messages that the transcript has not loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.parts import Reasoning, Text
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation

_PAGE = 500
"""Messages read at once: some 10 ms of the database, so that nothing else waits for long."""


class FindInChat(QObject):
    """Reads the texts of a chat once it is searched, and drops them when another one is opened."""

    texts_loaded = Signal()  # the texts are there: what was looked for can be counted again

    def __init__(self, services: Services, conversation: Conversation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks, self._conversation = services.store, services.tasks, conversation
        self._texts: dict[str, str] = {}
        self._asked: tuple[str, ...] = ()
        conversation.opened.connect(lambda _: self._forget())

    def count(self, query: str) -> Iterable[tuple[str, int]]:
        """Returns how often the messages read so far have a casefolded ``query``; reads the rest meanwhile."""
        keys = tuple(self._conversation.keys)
        if keys != self._asked:
            self._asked = keys
            unread = [key for key in keys if key not in self._texts]
            self._tasks.start("read the chat to find in it", self._read(unread))
        return [(key, found) for key in keys if (found := self._texts.get(key, "").count(query))]

    async def _read(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), _PAGE):
            for node in await self._store.nodes(keys[start : start + _PAGE]):
                texts = [part.text for part in node.message.parts if isinstance(part, Text | Reasoning)]
                self._texts[node.id] = "\n".join(texts).casefold()
        self.texts_loaded.emit()

    def _forget(self) -> None:
        self._texts, self._asked = {}, ()
