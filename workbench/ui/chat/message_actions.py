"""What can be done with one message of the transcript."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

from workbench.core.chat.context import LEFT_OUT
from workbench.core.chat.duplicate_chat import copy_chat
from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import Failure
from workbench.core.errors import BadInput
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.reply_text import plain_text
from workbench.ui.composer.outbox import Outbox
from workbench.ui.shell.notices import Notice
from workbench.ui.transcript.copying import rich_to_clipboard

_Deed = Callable[[MessageNode], Awaitable[None]]
VIEWS = ("regenerate-with", "reproduce", "diff", "tokens", "name", "insert", "prefill", "stay-true", "sweep")
"""Actions that ask for a view or a choice before anything is done."""
PICTURES = ("copy-picture", "save-picture")


class MessageActions(QObject):
    """Carries out the actions that ``presenting`` puts under messages, by their names."""

    noticed = Signal(object)  # Notice
    request_requested = Signal(object)  # Node whose request is to be shown
    key_requested = Signal(str)  # id of the provider whose key is to be edited
    provider_requested = Signal(str)  # id of the provider whose settings are to be shown
    consent_requested = Signal(object, str)  # Node, the address that its key would be sent to unencrypted
    model_requested = Signal()
    branched = Signal()  # the next message will make a branch: the composer should have the focus
    chat_made = Signal(object)  # Chat that was branched off
    view_requested = Signal(str, object)  # name of one of ``VIEWS``, Node it is about
    picture_requested = Signal(str, object)  # name of one of ``PICTURES``, Node

    def __init__(
        self, services: Services, conversation: Conversation, sending: Outbox, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks
        self._providers, self._settings = services.providers, services.settings
        self._conversation, self._sending = conversation, sending
        self._deeds: dict[str, _Deed] = {
            "copy": self._copy, "copy-text": self._copy_text, "copy-html": self._copy_html, "edit": self._edit,
            "regenerate": sending.ask_again,
            "retry": sending.ask_again, "answer": sending.ask_again, "continue": sending.continue_reply,
            "branch": self._branch, "branch-chat": self._branch_chat, "delete": self._delete,
            "delete-below": self._delete_below, "leave-out": self._leave_out, "take-in": self._take_in,
            "request": self._request, "drop-parameter": self._drop_parameter, "edit-key": self._edit_key,
            "send-plain": self._ask_consent,
            "provider": self._provider, "choose-model": self._choose_model,
            **{name: partial(self._view, name) for name in VIEWS},
            **{name: partial(self._picture, name) for name in PICTURES},
        }  # fmt: skip

    def act(self, key: str, name: str) -> None:
        """Does what the action ``name`` means to the message ``key``; unknown names are passed over."""
        if key and (deed := self._deeds.get(name)):
            self._tasks.start("", self._act(key, deed))

    async def _act(self, key: str, deed: _Deed) -> None:
        nodes = await self._store.nodes([key])
        if nodes:
            await deed(nodes[0])

    def step_sibling(self, key: str, step: int) -> None:
        """Shows the next (1) or previous (-1) sibling of a message, with what follows it."""
        self._tasks.start("switch the branch", self._step_sibling(key, step))

    async def _step_sibling(self, key: str, step: int) -> None:
        siblings = await self._store.siblings(key)
        at = siblings.index(key) + step if key in siblings else -1
        if 0 <= at < len(siblings):
            await self._conversation.show_branch(siblings[at])

    async def _copy(self, node: MessageNode) -> None:
        QGuiApplication.clipboard().setText(_said(node))
        self.noticed.emit(Notice("Copied."))

    async def _copy_text(self, node: MessageNode) -> None:
        QGuiApplication.clipboard().setText(await asyncio.to_thread(_text, node))
        self.noticed.emit(Notice("Copied as plain text."))

    async def _copy_html(self, node: MessageNode) -> None:
        rich_to_clipboard(await asyncio.to_thread(_html, node), await asyncio.to_thread(_text, node))
        self.noticed.emit(Notice("Copied as HTML."))

    async def _picture(self, name: str, node: MessageNode) -> None:
        self.picture_requested.emit(name, node)

    async def _edit(self, node: MessageNode) -> None:
        self._sending.edit(node)

    async def _branch(self, node: MessageNode) -> None:
        await self._store.set_tip(node.chat_id, node.id)
        await self._conversation.reload(show=node.id)
        self.branched.emit()

    async def _branch_chat(self, node: MessageNode) -> None:
        chat = await self._store.chat(node.chat_id)
        if chat.temporary:
            raise BadInput("This chat is temporary. Keep it first; then it can be continued in another one.")
        line = await self._store.line(chat.id, node.id)
        made = await copy_chat(self._store, chat, [stub.id for stub in line])
        self.chat_made.emit(made)

    async def _delete(self, node: MessageNode) -> None:
        await self._take_out(node, below=False, said="Message deleted.")

    async def _delete_below(self, node: MessageNode) -> None:
        await self._take_out(node, below=True, said="Messages deleted.")

    async def _take_out(self, node: MessageNode, *, below: bool, said: str) -> None:
        choices = dict(self._conversation.choices)
        token = await self._store.delete_messages(node.chat_id, [node.id], below=below)
        await self._conversation.reload()
        if not below:  # the line stays, and with it what was noted with the message that is gone
            kept = self._conversation.choices
            await self._conversation.choose({key: choice for key, choice in choices.items()
                                             if key in self._conversation.keys and kept.get(key) != choice})
        self.noticed.emit(Notice(said, "Undo", lambda: self._tasks.start("", self._undo(token)), lasting=True))

    async def _undo(self, token: str) -> None:
        await self._store.undo(token)
        await self._conversation.reload()

    async def _leave_out(self, node: MessageNode) -> None:
        await self._conversation.choose({node.id: LEFT_OUT})

    async def _take_in(self, node: MessageNode) -> None:
        await self._conversation.choose({node.id: ""})

    async def _view(self, name: str, node: MessageNode) -> None:
        self.view_requested.emit(name, node)

    async def _request(self, node: MessageNode) -> None:
        self.request_requested.emit(node)

    async def _drop_parameter(self, node: MessageNode) -> None:
        named = {
            part.extra.get("parameter") for part in node.message.parts if isinstance(part, Failure)
        }
        params = {name: value for name, value in self._conversation.chat.params.items() if name not in named}
        self._conversation.change(params=params)
        await self._sending.ask_again(node)

    async def _edit_key(self, node: MessageNode) -> None:
        self.key_requested.emit(node.message.model.partition("/")[0])

    async def _provider(self, node: MessageNode) -> None:
        self.provider_requested.emit(node.message.model.partition("/")[0])

    async def _ask_consent(self, node: MessageNode) -> None:
        self.consent_requested.emit(node, self._providers.origin(self._asked(node)))

    def send_unencrypted(self, node: MessageNode) -> None:
        """The user agreed: from now on this provider's key may go over plain HTTP."""
        config = dataclasses.replace(self._asked(node), allow_plain_http=True)
        self._settings.change(providers={**self._settings.value.providers, config.id: config})
        self.act(node.id, "retry")

    def _asked(self, node: MessageNode) -> ProviderConfig:
        """The provider of a reply. Raises ``BadInput`` when it is gone."""
        provider = node.message.model.partition("/")[0]
        for config in self._providers.configs():
            if config.id == provider:
                return config
        raise BadInput(f"There is no provider “{provider}” any more. Choose another model.")

    async def _choose_model(self, node: MessageNode) -> None:
        self.model_requested.emit()


def _said(node: MessageNode) -> str:
    """The text of a message, or what went wrong instead of one."""
    failures = (part.sentence for part in node.message.parts if isinstance(part, Failure))
    return node.message.text or "\n\n".join(failures)


def _text(node: MessageNode) -> str:
    """What a reader sees: the user's own words stand as they were typed."""
    return _said(node) if node.message.role == "user" else plain_text(_said(node))


def _html(node: MessageNode) -> str:
    """For other programs to paste: nothing in it runs, and formulas stay as they were written."""
    from workbench.rendering.rich import safe_html, typed_html

    return typed_html(_said(node)) if node.message.role == "user" else safe_html(_said(node))
