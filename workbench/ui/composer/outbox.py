"""What the composer sends: messages, edits of old ones, and those that wait for a reply to end."""

from __future__ import annotations

import asyncio
import dataclasses
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.chats import Chat
from workbench.core.chat.context import CHOICES, choice_for
from workbench.core.chat.messages import Message, MessageNode, Status
from workbench.core.chat.parts import Attachment, Failure, Image, Part, Text
from workbench.core.errors import BadInput, StoreError
from workbench.core.reply.replies import ReplyRequest
from workbench.core.request.models import ModelRef
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.composer.draft import Draft

QUEUE = "ui/queue/"
"""The store keeps under this and a chat's id the messages that wait for a reply to end."""


@dataclass(frozen=True, slots=True)
class Editing:
    """A message that is being edited in the composer."""

    node: MessageNode
    draft: Draft


class Outbox(QObject):
    """Sends for the open chat, and keeps the queues of all."""

    queue_changed = Signal(list)  # Drafts that wait in the open chat
    editing_changed = Signal(object)  # Editing, or None
    accepted = Signal()  # the draft is taken: the composer may be emptied
    objected = Signal(object, str)  # Draft that was not sent, and what should be looked at first
    refused = Signal(object, str)  # Draft that could not be sent, and why
    sent = Signal(object)  # Node: a user's message is on disk

    def __init__(
        self, services: Services, conversation: Conversation, replying: RunningReplies,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._services, self._store = services, services.store
        self._conversation, self._replying = conversation, replying
        self._queues: dict[str, list[Draft]] = {}
        self._last: dict[str, Status] = {}  # how the latest reply of a chat ended
        self._turn = asyncio.Lock()
        self._editing: Editing | None = None
        replying.ended.connect(self._on_ended)
        replying.changed.connect(self._on_replies_changed)
        conversation.opened.connect(self._on_opened)

    # --- messages ---

    def send(self, draft: Draft, checked: bool = False) -> None:
        """Sends, or queues while a reply comes in. ``checked``: the user has seen the objections."""
        if not draft:
            return
        if self._editing is not None:
            self._services.tasks.start("", self._save_edit(self._editing, draft, ask=True))
            return
        chat = self._conversation.chat
        if not checked and (sentence := self.objection(chat, draft)):
            self.objected.emit(draft, sentence)
        elif self._replying.running(chat.id):
            self.accepted.emit()
            self._set_queue(chat.id, [*self._queues.get(chat.id, []), draft])
        else:
            self.accepted.emit()
            self._services.tasks.start("", self._send(draft))

    def objection(self, chat: Chat, draft: Draft) -> str:
        """What should be looked at before a draft leaves, ``""`` when nothing should."""
        sentences = []
        if any(isinstance(part, Image) for part in draft.parts):
            try:
                info = self._services.providers.info(self._services.providers.resolve(chat.model))
            except BadInput:
                info = None
            if info is not None and info.takes_images is False:
                sentences.append(f"{info.title} takes no images.")
        from workbench.core.text.secrets_scan import scan, warning  # loaded with the first message

        if self._services.settings.value.check_secrets and (found := warning(scan(draft.searched))):
            sentences.append(found)
        return " ".join(sentences)

    def send_prefilled(self, draft: Draft, prefix: str) -> None:
        """Sends a draft that was looked at; the reply begins with ``prefix``, which the model continues."""
        self.accepted.emit()
        self._services.tasks.start("", self._send(draft, prefix, "prefill"))

    async def _send(self, draft: Draft, prefix: str = "", origin: str = "") -> None:
        async with self._turn:
            try:
                model = self._services.providers.resolve(self._conversation.chat.model)
                chat = await self._conversation.ensure_kept()
                await self._deliver(chat, draft, model, prefix, origin)
            except (BadInput, StoreError) as error:
                self.refused.emit(draft, str(error))

    async def _deliver(
        self, chat: Chat, draft: Draft, model: ModelRef, prefix: str = "", origin: str = ""
    ) -> None:
        node = await self._append(chat, draft)
        self._replying.start(ReplyRequest(chat, node.id, model, chat.params, origin=origin, prefix=prefix))

    async def _append(self, chat: Chat, draft: Draft) -> MessageNode:
        node = await self._store.add_message(chat.id, chat.tip, draft.to_message())
        if chat.id == self._conversation.chat.id:
            await self._conversation.append(node)
        self.sent.emit(node)
        return node

    def stop(self) -> None:
        self._replying.stop(self._conversation.chat.id)

    def add(self, draft: Draft) -> None:
        """Keeps a message at the end of the line without asking for a reply."""
        if draft and not self._replying.running(self._conversation.chat.id):
            self.accepted.emit()
            self._services.tasks.start("", self._add(draft))

    async def _add(self, draft: Draft) -> None:
        async with self._turn:
            try:
                chat = await self._conversation.ensure_kept()
                await self._append(chat, draft)
            except StoreError as error:
                self.refused.emit(draft, str(error))

    # --- other replies ---

    async def ask_again(self, node: MessageNode, *, origin: str = "regenerate", prefix: str = "") -> None:
        """A new reply beside ``node``, or below it when it is a user's message."""
        parent = node.parent_id if node.message.role == "assistant" else node.id
        if parent is None:
            raise BadInput("This reply answers no message: write one and send it.")
        chat = await self._conversation.ensure_kept()
        model = self._services.providers.resolve(chat.model)
        self._replying.start(ReplyRequest(chat, parent, model, chat.params, origin=origin, prefix=prefix,
                                 choices=self._conversation.choices))

    async def continue_reply(self, node: MessageNode) -> None:
        """The reply goes on where it broke off, as a sibling that begins with what there is."""
        if text := node.message.text:
            await self.ask_again(node, origin="continue", prefix=text)
        else:
            await self.ask_again(node)

    # --- editing ---

    def edit(self, node: MessageNode) -> None:
        """Puts the text and the attachments of a message into the composer; sending it makes a branch."""
        kept = tuple(part for part in node.message.parts if isinstance(part, Text | Attachment))
        self._set_editing(Editing(node, Draft.from_message(dataclasses.replace(node.message, parts=kept))))

    @property
    def editing(self) -> Editing | None:
        return self._editing

    def cancel_edit(self) -> None:
        self._set_editing(None)

    def save_edit(self, draft: Draft) -> None:
        """Keeps the edited message as a branch without asking for a reply."""
        if self._editing is not None and draft:
            self._services.tasks.start("", self._save_edit(self._editing, draft, ask=False))

    async def _save_edit(self, editing: Editing, draft: Draft, *, ask: bool) -> None:
        async with self._turn:
            old = editing.node.message
            message = self._with_choices(edited(old, draft), editing.node)
            try:
                chat = await self._conversation.ensure_kept()
                model = self._services.providers.resolve(chat.model)
                node = await self._store.add_message(
                    editing.node.chat_id, editing.node.parent_id, message, origin="edit"
                )
            except (BadInput, StoreError) as error:
                self.refused.emit(draft, str(error))
                return
            self._set_editing(None)
            await self._conversation.reload(show=node.id)
            if ask and old.role == "user":
                self._replying.start(ReplyRequest(chat, node.id, model, chat.params))

    def _with_choices(self, message: Message, old: MessageNode) -> Message:
        """The message as the line has it that it branches from: left out or pinned as the one it was, and so are
        those above."""
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

    def queue(self) -> list[Draft]:
        return list(self._queues.get(self._conversation.chat.id, ()))

    def take_from_queue(self, index: int) -> Draft:
        """Removes a waiting message and returns it."""
        queue = self.queue()
        taken = queue.pop(index)
        self._set_queue(self._conversation.chat.id, queue)
        return taken

    def put_into_queue(self, index: int, draft: Draft) -> None:
        """Back in its place; it goes out at once when nothing comes in any more."""
        queue = self.queue()
        queue.insert(index, draft)
        chat_id = self._conversation.chat.id
        self._set_queue(chat_id, queue)
        self._on_replies_changed(chat_id)

    def send_queue(self) -> None:
        """Sends what still waits because the reply before it was stopped or failed."""
        self._last.pop(self._conversation.chat.id, None)
        self._on_replies_changed(self._conversation.chat.id)

    def _set_queue(self, chat_id: str, drafts: list[Draft]) -> None:
        self._queues[chat_id] = drafts
        values = [draft.to_json() for draft in drafts]
        self._services.tasks.start("", self._store.keep(QUEUE + chat_id, values or None))
        if chat_id == self._conversation.chat.id:
            self.queue_changed.emit(drafts)

    def _on_opened(self, chat: Chat) -> None:
        self._set_editing(None)
        self._services.tasks.start("load the queue", self._load_queue(chat.id))

    async def _load_queue(self, chat_id: str) -> None:
        if chat_id and chat_id not in self._queues:
            kept = await self._store.recall(QUEUE + chat_id)
            self._queues[chat_id] = [Draft.from_json(item) for item in kept] if isinstance(kept, list) else []
        if chat_id == self._conversation.chat.id:
            self.queue_changed.emit(self.queue())

    def _on_ended(self, node: MessageNode) -> None:
        self._last[node.chat_id] = node.status

    def _on_replies_changed(self, chat_id: str) -> None:
        finished = self._last.get(chat_id, Status.COMPLETE) is Status.COMPLETE
        if finished and self._queues.get(chat_id) and not self._replying.running(chat_id):
            self._services.tasks.start("", self._send_next(chat_id))

    async def _send_next(self, chat_id: str) -> None:
        async with self._turn:
            queue = self._queues.get(chat_id, [])
            if not queue or self._replying.running(chat_id):
                return
            chat = await self._store.chat(chat_id)
            model = self._services.providers.resolve(chat.model)
            await self._deliver(chat, queue[0], model)
            self._set_queue(chat_id, queue[1:])


def edited(old: Message, draft: Draft) -> Message:
    """A message with another text and other attachments. What else it holds (reasoning, tool calls and their
    results, citations) stays in its place."""
    text: tuple[Part, ...] = (Text(draft.text),) if draft.text else ()
    own = [part for part in old.parts if not isinstance(part, Failure)]
    at = next((place for place, part in enumerate(own) if isinstance(part, Text | Attachment)), len(own))
    after = [part for part in own[at:] if not isinstance(part, Text | Attachment)]
    return Message(old.role, (*own[:at], *draft.parts, *text, *after), old.model, draft.to_message().extra)
