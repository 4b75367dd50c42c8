"""The outbox: sends messages of the open chat, edits old ones, asks again, and works off the queues of all chats."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat
from workbench.core.chat.context import CHOICES, choice_for
from workbench.core.chat.messages import Message, MessageNode, Status
from workbench.core.errors import BadInput, StoreError
from workbench.core.json_types import Json
from workbench.core.request.models import ModelRef
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.editing import Editing, edited
from workbench.ui.composer.message_queue import MessageQueue


class Outbox(QObject):
    """Sends one message at a time; while a reply comes in, those of its chat wait."""

    queue_changed = Signal()  # the drafts that wait in the open chat are others
    editing_changed = Signal(object)  # Editing, or None
    accepted = Signal()  # the draft is being sent: the composer may be emptied
    refused = Signal(object, object)  # Draft that could not be sent, and the WorkbenchError that says why
    sent = Signal(object)  # MessageNode: a user's message is on disk

    def __init__(
        self, services: Services, conversation: Conversation, replies: RunningReplies, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._tasks, self._providers = services.store, services.tasks, services.providers
        self._conversation, self._replies = conversation, replies
        self._queue = MessageQueue(services, self)
        self._last: dict[str, Status] = {}  # how the latest reply of a chat ended
        self._turn = asyncio.Lock()
        self._editing: Editing | None = None
        replies.ended.connect(self._on_ended)
        replies.changed.connect(self._send_waiting)
        conversation.opened.connect(self._on_opened)
        self._queue.changed.connect(self._on_queue_changed)

    # --- messages ---

    def send(self, draft: Draft) -> None:
        """Sends a draft, queues it while a reply comes in, or saves it as the edited message."""
        if not draft:
            return
        if self._editing is not None:
            self._tasks.spawn("save an edit", self._save_edit(self._editing, draft, ask=True))
            return
        self.accepted.emit()
        chat_id = self._conversation.chat.id
        if self._replies.running(chat_id):
            self._queue.append(chat_id, draft)
        else:
            self._tasks.spawn("send a message", self._send(draft))

    def send_prefilled(self, draft: Draft, prefix: str) -> None:
        """Sends a draft; the reply begins with ``prefix``, which the model continues."""
        self.accepted.emit()
        self._tasks.spawn("send a message", self._send(draft, prefix, "prefill"))

    async def _send(self, draft: Draft, prefix: str = "", origin: str = "") -> None:
        async with self._turn:
            try:
                model = self._providers.resolve(self._conversation.chat.model)
                chat = await self._conversation.ensure_kept()
                await self._deliver(chat, draft, model, prefix, origin)
            except (BadInput, StoreError) as error:
                self.refused.emit(draft, error)

    async def _deliver(
        self, chat: Chat, draft: Draft, model: ModelRef, prefix: str = "", origin: str = ""
    ) -> None:
        node = await self._append(chat, draft)
        self._replies.start(ReplyRequest(chat, node.id, model, chat.params, origin=origin, prefix=prefix))

    async def _append(self, chat: Chat, draft: Draft) -> MessageNode:
        node = await self._store.add_message(chat.id, chat.tip, draft.to_message())
        if chat.id == self._conversation.chat.id:
            await self._conversation.append(node)
        self.sent.emit(node)
        return node

    def stop(self) -> None:
        """Stops the replies of the open chat."""
        self._replies.stop(self._conversation.chat.id)

    def add(self, draft: Draft) -> None:
        """Stores a message at the end of the open branch without asking for a reply."""
        if draft and not self._replies.running(self._conversation.chat.id):
            self.accepted.emit()
            self._tasks.spawn("add a message", self._add(draft))

    async def _add(self, draft: Draft) -> None:
        async with self._turn:
            try:
                chat = await self._conversation.ensure_kept()
                await self._append(chat, draft)
            except (BadInput, StoreError) as error:
                self.refused.emit(draft, error)

    # --- other replies ---

    async def ask_again(self, node: MessageNode, *, origin: str = "regenerate", prefix: str = "",
                        prefix_extra: Mapping[str, Json] | None = None) -> None:
        """Asks for a new reply beside ``node``, or below it when it is a user's message.

        Raises ``BadInput`` for a reply to nothing or a model that is gone, ``StoreError``.
        """
        parent = node.parent_id if node.message.role == "assistant" else node.id
        if parent is None:
            raise BadInput("This reply answers no message: write one and send it.")
        chat = await self._conversation.ensure_kept()
        model = self._providers.resolve(chat.model)
        self._replies.start(ReplyRequest(
            chat, parent, model, chat.params, origin=origin, prefix=prefix,
            prefix_extra=prefix_extra or {}, choices=self._conversation.choices))

    async def continue_reply(self, node: MessageNode) -> None:
        """Asks for a sibling of a reply that begins with what came of it."""
        if node.message.can_go_on:
            extra = {name: value for name, value in node.message.extra.items() if name != CHOICES}
            await self.ask_again(node, origin="continue", prefix=node.message.text, prefix_extra=extra)
        else:
            await self.ask_again(node)

    # --- editing ---

    def edit(self, node: MessageNode) -> None:
        """Begins to edit a message; sending it makes a branch."""
        self._set_editing(Editing.of(node))

    @property
    def editing(self) -> Editing | None:
        return self._editing

    @property
    def edited(self) -> str:
        """The id of the message that is edited, ``""`` for none."""
        return self._editing.node.id if self._editing is not None else ""

    def cancel_edit(self) -> None:
        self._set_editing(None)

    def save_edit(self, draft: Draft) -> None:
        """Stores the edited message as a branch without asking for a reply."""
        if self._editing is not None and draft:
            self._tasks.spawn("save an edit", self._save_edit(self._editing, draft, ask=False))

    async def _save_edit(self, editing: Editing, draft: Draft, *, ask: bool) -> None:
        async with self._turn:
            old = editing.node.message
            message = self._with_choices(edited(old, draft), editing.node)
            try:
                chat = await self._conversation.ensure_kept()
                model = self._providers.resolve(chat.model)
                node = await self._store.add_message(
                    editing.node.chat_id, editing.node.parent_id, message, origin="edit"
                )
            except (BadInput, StoreError) as error:
                self.refused.emit(draft, error)
                return
            self._set_editing(None)
            await self._conversation.reload(show=node.id)
            if ask and old.role == "user":
                self._replies.start(ReplyRequest(chat, node.id, model, chat.params))

    def _with_choices(self, message: Message, old: MessageNode) -> Message:
        """Returns the message with the choices of the branch that it forks from: it is left out or pinned as ``old``
        was, and so are those above."""
        extra = {name: value for name, value in message.extra.items() if name not in ("context", CHOICES)}
        if own := choice_for(old, self._conversation.choices):
            extra["context"] = own
        if others := self._conversation.choices_for(old.parent_id):
            extra[CHOICES] = others
        return dataclasses.replace(message, extra=extra)

    def _set_editing(self, editing: Editing | None) -> None:
        if editing is not self._editing:
            self._editing = editing
            self.editing_changed.emit(editing)

    # --- the queue ---

    def queue(self) -> tuple[Draft, ...]:
        """Returns what waits in the open chat."""
        return self._queue.drafts(self._conversation.chat.id)

    def take_from_queue(self, index: int) -> Draft:
        """Removes a waiting message and returns it."""
        return self._queue.pop(self._conversation.chat.id, index)

    def put_into_queue(self, index: int, draft: Draft) -> None:
        """Puts a message back at its place; it is sent at once when no reply is coming in."""
        chat_id = self._conversation.chat.id
        self._queue.insert(chat_id, index, draft)
        self._send_waiting(chat_id)

    def send_queue(self) -> None:
        """Sends what still waits because the reply before it was stopped or failed."""
        chat_id = self._conversation.chat.id
        self._last.pop(chat_id, None)
        self._send_waiting(chat_id)

    def _on_opened(self, chat: Chat) -> None:
        self._set_editing(None)
        self._queue.load(chat.id)

    def _on_queue_changed(self, chat_id: str) -> None:
        if chat_id == self._conversation.chat.id:
            self.queue_changed.emit()

    def _on_ended(self, node: MessageNode) -> None:
        self._last[node.chat_id] = node.status

    def _send_waiting(self, chat_id: str) -> None:
        finished = self._last.get(chat_id, Status.COMPLETE) is Status.COMPLETE
        if finished and self._queue.drafts(chat_id) and not self._replies.running(chat_id):
            self._tasks.spawn("send a message", self._send_next(chat_id))

    async def _send_next(self, chat_id: str) -> None:
        async with self._turn:
            drafts = self._queue.drafts(chat_id)
            if not drafts or self._replies.running(chat_id):
                return
            chat = await self._store.chat(chat_id)
            model = self._providers.resolve(chat.model)
            await self._deliver(chat, drafts[0], model)
            self._queue.pop(chat_id, 0)
