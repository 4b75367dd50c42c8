"""The drafts of all chats, which outlive a change of chat and a restart."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat, ChatFields
from workbench.core.chat.parts import part_from_json, part_to_json
from workbench.core.json_types import Json
from workbench.ui.chat.conversation import Conversation
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.editing import Editing
from workbench.ui.widgets.long_lines import folded

_ATTACHED = "draft_parts"
_TEMPLATE = "draft_template"
"""The names in ``Chat.extra`` of the attachments of the draft, and of the template that it began with."""


class Drafts(QObject):
    """Tells what the composer shows, the draft of the open chat or the message that is edited, and stores it.

    An edit that another edit interrupts is put aside: it continues when that message is edited again.
    """

    shown = Signal(object)  # Draft
    edit_put_aside = Signal()

    def __init__(self, conversation: Conversation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._conversation = conversation
        self._editing: Editing | None = None
        self._put_aside: dict[str, Draft] = {}  # unfinished edits by the id of the message
        self._edited: Draft | None = None  # the edited message as it was written last
        conversation.opened.connect(lambda _: self.show(None))

    def show(self, editing: Editing | None) -> None:
        """Shows the message that is edited from now on, or the draft of the open chat."""
        before, edited = self._editing, self._edited
        self._editing = editing
        self._edited = self._put_aside.pop(editing.node.id, editing.draft) if editing is not None else None
        if editing and before and edited and before.node.id != editing.node.id and edited != before.draft:
            self._put_aside[before.node.id] = edited
            self.edit_put_aside.emit()
        self.shown.emit(self._edited or draft_of(self._conversation.chat))

    def save(self, draft: Draft) -> None:
        """Keeps what the user has written."""
        if self._editing is not None:
            self._edited = draft
        else:
            self._store(draft)

    def save_edit(self) -> None:
        """Makes an unfinished edit the draft of its chat, unless that has one. Called before another chat is opened."""
        edited, self._edited = self._edited, None
        if edited and not draft_of(self._conversation.chat):
            self._store(edited)

    def _store(self, draft: Draft) -> None:
        chat = self._conversation.chat
        kept = draft_of(chat)
        if draft in (kept, dataclasses.replace(kept, text=folded(kept.text))):  # as the composer shows it
            return
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


def draft_of(chat: Chat) -> Draft:
    """Returns the draft that is kept with a chat."""
    kept = chat.extra.get(_ATTACHED)
    parts = [part_from_json(item) for item in kept if isinstance(item, dict)] if isinstance(kept, list) else []
    template = chat.extra.get(_TEMPLATE)
    return Draft(chat.draft, tuple(parts), template if isinstance(template, Mapping) else {})
