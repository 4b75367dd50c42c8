"""The chat's own message actions: copying, branching, deleting, and leaving out of the context."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QObject, Signal

from workbench.core.chat.context import LEFT_OUT
from workbench.core.chat.duplicate_chat import copy_chat
from workbench.core.chat.messages import MessageNode, Status
from workbench.core.chat.parts import Failure
from workbench.core.errors import BadInput
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import LastMessageCommand, MessageAction, MessageActionId, MessageState
from workbench.ui.chat.reply_text import plain_text
from workbench.ui.shell.notices import Notice
from workbench.ui.transcript.copying import rich_to_clipboard
from workbench.ui.widgets.clipboard import copy_text


class ChatActions(QObject):
    noticed = Signal(object)  # Notice
    branched = Signal()  # the next message makes a branch

    def __init__(self, services: Services, conversation: Conversation, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks, self._conversation = services.store, services.tasks, conversation

    def message_actions(self) -> list[MessageAction]:
        ids = MessageActionId
        return [
            MessageAction(ids.COPY, "Copy", self._copy, always, always, command=LastMessageCommand(
                "reply.copy", "Copy the last reply", ("Ctrl+Shift+C",))),
            MessageAction(ids.COPY_MARKDOWN, "Markdown", self._copy, is_ended),
            MessageAction(ids.COPY_HTML, "HTML", self._copy_html, is_ended,
                          command=LastMessageCommand("reply.copy-html", "Copy the last reply as HTML")),
            MessageAction(ids.COPY_TEXT, "Plain text", self._copy_text, is_ended,
                          command=LastMessageCommand("reply.copy-text", "Copy the last reply as plain text")),
            MessageAction(ids.BRANCH, "Branch", self._branch, is_ended, always),
            MessageAction(ids.NEW_CHAT, "Continue in a new chat", self._branch_chat, is_ended),
            MessageAction(ids.LEAVE_OUT, "Leave out of the context", self._leave_out,
                          lambda state: is_ended(state) and not state.left_out),
            MessageAction(ids.INCLUDE, "Include in the context again", self._include,
                          lambda state: is_ended(state) and state.left_out),
            MessageAction(ids.DELETE, "Delete message", self._delete, is_ended),
            MessageAction(ids.DELETE_BELOW, "Delete from here on", self._delete_below, is_ended),
        ]

    def step_sibling(self, key: str, step: int) -> None:
        """Shows the next (1) or previous (-1) sibling of a message, with what follows it."""
        self._tasks.start("switch the branch", self._step_sibling(key, step))

    async def _step_sibling(self, key: str, step: int) -> None:
        siblings = await self._store.siblings(key)
        at = siblings.index(key) + step if key in siblings else -1
        if 0 <= at < len(siblings):
            await self._conversation.show_branch(siblings[at])

    async def _copy(self, node: MessageNode) -> None:
        copy_text(_source(node))
        self.noticed.emit(Notice("Copied."))

    async def _copy_text(self, node: MessageNode) -> None:
        copy_text(await asyncio.to_thread(_text, node))
        self.noticed.emit(Notice("Copied as plain text."))

    async def _copy_html(self, node: MessageNode) -> None:
        rich_to_clipboard(await asyncio.to_thread(_html, node), await asyncio.to_thread(_text, node))
        self.noticed.emit(Notice("Copied as HTML."))

    async def _branch(self, node: MessageNode) -> None:
        await self._store.set_tip(node.chat_id, node.id)
        await self._conversation.reload(show=node.id)
        self.branched.emit()

    async def _branch_chat(self, node: MessageNode) -> None:
        chat = await self._store.chat(node.chat_id)
        if chat.temporary:
            raise BadInput("This chat is temporary. Keep it first; then it can be continued in another one.")
        path = await self._store.path(chat.id, node.id)
        copied = await copy_chat(self._store, chat, [message.id for message in path])
        await self._conversation.open(copied.id)

    async def _delete(self, node: MessageNode) -> None:
        await self._delete_with(node, below=False, notice="Message deleted.")

    async def _delete_below(self, node: MessageNode) -> None:
        await self._delete_with(node, below=True, notice="Messages deleted.")

    async def _delete_with(self, node: MessageNode, *, below: bool, notice: str) -> None:
        choices = dict(self._conversation.choices)
        token = await self._store.delete_messages(node.chat_id, [node.id], below=below)
        await self._conversation.reload()
        if not below:  # the path stays, and with it what was noted with the deleted message
            kept = self._conversation.choices
            await self._conversation.choose({key: choice for key, choice in choices.items()
                                             if key in self._conversation.keys and kept.get(key) != choice})
        self.noticed.emit(Notice(
            notice, "Undo", lambda: self._tasks.spawn("undo the deletion", self._undo(token)),
            undoes=True, lasting=True))

    async def _undo(self, token: str) -> None:
        await self._store.undo(token)
        await self._conversation.reload()

    async def _leave_out(self, node: MessageNode) -> None:
        await self._conversation.choose({node.id: LEFT_OUT})

    async def _include(self, node: MessageNode) -> None:
        await self._conversation.choose({node.id: ""})


def is_ended(state: MessageState) -> bool:
    """Returns whether a message is not being streamed any more."""
    return state.status is not Status.STREAMING


def is_ended_reply(state: MessageState) -> bool:
    return state.is_reply and is_ended(state)


def always(_state: MessageState) -> bool:
    return True


def _source(node: MessageNode) -> str:
    """Returns the text of a message as it was written, or what went wrong instead of one."""
    failures = (part.sentence for part in node.message.parts if isinstance(part, Failure))
    return node.message.text or "\n\n".join(failures)


def _text(node: MessageNode) -> str:
    """Returns what a reader sees; the user's own words as they were typed."""
    return _source(node) if node.message.role == "user" else plain_text(_source(node))


def _html(node: MessageNode) -> str:
    """Returns HTML for other programs to paste: nothing in it runs, and formulas stay as they were written."""
    from workbench.rendering.rich import safe_html, typed_html

    return typed_html(_source(node)) if node.message.role == "user" else safe_html(_source(node))
