"""The context of the open chat: the messages that go with the next request, and which the user leaves out or pins."""

from __future__ import annotations

import dataclasses
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
    oldest_to_leave,
)
from workbench.core.chat.path_tokens import SYSTEM
from workbench.core.errors import BadInput
from workbench.core.reply.usage import Usage
from workbench.core.request.models import ModelInfo
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.composer.draft import Draft

DRAFT = "draft"
"""The id of the draft's item. Like the system prompt it is no message yet, and is always sent."""


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
        self._draft, self._edited = Draft(), ""

    def load(self, draft: Draft, edited: str = "") -> None:
        """Lists what will be sent with ``draft`` as the next message, or in the place of the message ``edited``."""
        self._draft, self._edited = draft, edited
        self._tasks.start("gather the context", self._load())

    async def _load(self) -> None:
        self.listed.emit(await self._gather())

    async def _gather(self) -> Context:
        chat, keys = self._conversation.chat, list(self._conversation.keys)
        nodes = await self._store.nodes(keys[: keys.index(self._edited)] if self._edited in keys else keys)
        self._conversation.note_tokens(nodes)
        tokens = self._conversation.tokens_of(self._edited)
        items = [dataclasses.replace(item, tokens=tokens.get(item.node_id, item.tokens))
                 for item in items_for(nodes, self._conversation.choices)]
        if SYSTEM in tokens:
            items.insert(0, ContextItem(SYSTEM, "system", tokens[SYSTEM], False, False, excerpt(chat.system, 80)))
        if self._draft:
            items.append(ContextItem(DRAFT, "user", self._draft.tokens, False, False, excerpt(self._draft.text, 80)))
        info = self._info()
        cost = info.price.cost(Usage(input=1_000_000, output=0)) if info and info.price else None
        return Context(items, info.title if info else chat.model, info.window if info else None,
                       None if cost is None else cost / 1e6)

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
