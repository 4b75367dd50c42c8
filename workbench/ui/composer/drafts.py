"""What stands in the composer: the open chat's draft, or a message that is being edited."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat, ChatFields
from workbench.core.chat.parts import part_from_json, part_to_json
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.services import Services
from workbench.core.text.formatting import count
from workbench.ui.chat.conversation import Conversation
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.outbox import Editing

_ATTACHED = "draft_parts"
_TEMPLATE = "draft_template"
"""The names in ``Chat.extra`` of the attachments of the draft, and of the template that it began with."""


class Drafts(QObject):
    """Keeps drafts with their chats, so that they outlive a change of chat and a restart."""

    shown = Signal(object)  # Draft that belongs into the composer now
    estimated = Signal(str, bool)  # how much the next request takes, whether that is too much
    recalled = Signal(str)  # the text of an earlier message

    def __init__(
        self, services: Services, conversation: Conversation, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._tasks, self._providers = services.store, services.tasks, services.providers
        self._conversation = conversation
        self._edits = False
        self._edited: Draft | None = None
        self._tokens = 0
        self._back = 0  # how many messages back the history is

    def on_opened(self, chat: Chat) -> None:
        self._edits, self._back = False, 0
        self.shown.emit(draft_of(chat))

    def on_editing(self, editing: Editing | None) -> None:
        self._edits, self._edited = editing is not None, None
        self.shown.emit(editing.draft if editing is not None else draft_of(self._conversation.chat))

    def on_drafted(self, draft: Draft) -> None:
        """The user has written something."""
        chat = self._conversation.chat
        if self._edits:
            self._edited = draft
            return
        if draft == draft_of(chat):
            return
        self._keep(chat, draft)

    def on_leaving(self) -> None:
        """Another chat follows: an edit that was not finished becomes the draft, if there is none."""
        edited, self._edited = self._edited, None
        chat = self._conversation.chat
        if self._edits and edited and not draft_of(chat):
            self._keep(chat, edited)

    def _keep(self, chat: Chat, draft: Draft) -> None:
        extra: dict[str, Json] = {name: value for name, value in chat.extra.items()
                                  if name not in (_ATTACHED, _TEMPLATE)}
        if draft.parts:
            extra[_ATTACHED] = [part_to_json(part) for part in draft.parts]
        if draft.template:
            extra[_TEMPLATE] = dict(draft.template)
        changes: ChatFields = {"draft": draft.text}
        if extra != chat.extra:
            changes["extra"] = extra
        self._conversation.change(**changes)

    # --- how much it takes ---

    def on_measured(self, tokens: int) -> None:
        self._tokens = tokens
        self.estimate()

    def estimate(self) -> None:
        """Tells anew how much the line and the draft take of the model's context."""
        total = self._conversation.tokens() + self._tokens
        if not total:
            self.estimated.emit("", False)
            return
        text = f"≈ {count(total)} tokens"
        try:
            context = self._providers.info(self._providers.resolve(self._conversation.chat.model)).context
        except BadInput:
            context = None
        if context:
            text += f" · {max(1, round(100 * total / context))} % of context"
        self.estimated.emit(text, context is not None and 0 < context < total)

    # --- earlier messages ---

    def recall(self, step: int) -> None:
        """Goes one message of the user back (-1) or forth (1); after the latest comes an empty field."""
        self._tasks.start("recall a message", self._recall(step))

    async def _recall(self, step: int) -> None:
        conversation = self._conversation
        mine = [key for key in conversation.keys if (stub := conversation.stub(key)) and stub.role == "user"]
        self._back = min(max(self._back - step, 0), len(mine))
        if self._back == 0:
            self.recalled.emit("")
        elif nodes := await self._store.nodes([mine[-self._back]]):
            self.recalled.emit(nodes[0].message.text)


def draft_of(chat: Chat) -> Draft:
    kept = chat.extra.get(_ATTACHED)
    parts = [part_from_json(item) for item in kept if isinstance(item, dict)] if isinstance(kept, list) else []
    template = chat.extra.get(_TEMPLATE)
    return Draft(chat.draft, tuple(parts), template if isinstance(template, Mapping) else {})
