"""The context of the open chat: the messages that go with the next request, and which the user leaves out or pins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.context import (
    LEFT_OUT,
    PINNED,
    Choices,
    ContextItem,
    excerpt,
    items_for,
    message_tokens,
    oldest_to_leave,
    text_tokens,
)
from workbench.core.errors import BadInput
from workbench.core.reply.usage import Usage
from workbench.core.request.models import ModelInfo
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.composer.draft import Draft

SYSTEM, DRAFT = "system", "draft"
"""The ids of the items that are no messages yet: they are always sent."""


@dataclass(frozen=True, slots=True)
class Context:
    """The items of a request in order. ``window`` is how many tokens the model takes, ``price`` US dollars per token
    of input; None: unknown."""

    items: Sequence[ContextItem]
    model: str
    window: int | None
    price: float | None

    @property
    def tokens(self) -> int:
        """Returns about how many are sent."""
        return sum(item.tokens for item in self.items if not item.left_out)

    @property
    def excess(self) -> int:
        """Returns about how many tokens are too many."""
        return max(0, self.tokens - self.window) if self.window else 0


class ContextController(QObject):
    """Lists the context, and changes what is left out or pinned."""

    listed = Signal(object)  # Context

    def __init__(self, services: Services, conversation: Conversation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks, self._providers = services.store, services.tasks, services.providers
        self._conversation = conversation
        self._draft = Draft()

    def load(self, draft: Draft) -> None:
        """Lists what will be sent with ``draft`` as the next message."""
        self._draft = draft
        self._tasks.start("gather the context", self._load())

    async def _load(self) -> None:
        self.listed.emit(await self._gather())

    async def _gather(self) -> Context:
        chat = self._conversation.chat
        items = list(items_for(await self._store.nodes(self._conversation.keys)))
        if chat.system.strip():
            shown = excerpt(chat.system, 80)
            items.insert(0, ContextItem(SYSTEM, "system", text_tokens(chat.system) + 4, False, False, shown))
        if self._draft:
            tokens = message_tokens(self._draft.to_message())
            items.append(ContextItem(DRAFT, "user", tokens, False, False, excerpt(self._draft.text, 80)))
        info = self._info()
        cost = info.price.cost(Usage(input=1_000_000, output=0)) if info and info.price else None
        window = (info.max_input or info.context) if info else None
        return Context(items, info.title if info else chat.model, window, None if cost is None else cost / 1e6)

    def _info(self) -> ModelInfo | None:
        try:
            return self._providers.info(self._providers.resolve(self._conversation.chat.model))
        except BadInput:
            return None

    def set_state(self, node_id: str, state: str) -> None:
        """Sets a message to ``left_out``, ``pinned``, or ``""``: sent while there is room."""
        self._tasks.spawn("choose the context", self._set({node_id: state}))

    def leave_oldest(self) -> None:
        """Leaves out as many of the oldest messages that are not pinned as do not fit."""
        self._tasks.spawn("choose the context", self._leave_oldest())

    async def _leave_oldest(self) -> None:
        context = await self._gather()
        fixed = sum(item.tokens for item in context.items if item.node_id in (SYSTEM, DRAFT))
        messages = [item for item in context.items if item.node_id not in (SYSTEM, DRAFT)]
        if context.window:
            await self._set(dict.fromkeys(oldest_to_leave(messages, context.window - fixed), LEFT_OUT))

    def include_all(self) -> None:
        """Sends everything again; what is pinned stays so."""
        self._tasks.spawn("choose the context", self._include_all())

    async def _include_all(self) -> None:
        items = (await self._gather()).items
        await self._set({item.node_id: PINNED if item.pinned else "" for item in items if item.left_out})

    async def _set(self, choices: Choices) -> None:
        await self._conversation.choose({key: choice for key, choice in choices.items() if key not in (SYSTEM, DRAFT)})
        await self._load()
