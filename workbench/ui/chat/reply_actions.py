"""Message actions that ask again: regenerate, continue, edit, and the remedies of a failed reply."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from workbench.core.chat.approvals import answer, questions
from workbench.core.chat.messages import MessageNode, Status
from workbench.core.chat.parts import Failure
from workbench.core.errors import BadInput
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.chat.chat_actions import always, is_ended, is_ended_reply
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import LastMessageCommand, MessageAction, MessageActionId, MessageState
from workbench.ui.composer.outbox import Outbox
from workbench.ui.shell.dialogs import ask_consent
from workbench.ui.shell.shell import Shell

PLAIN_HTTP = "plain_http"
"""The code of the failure that asks whether a key may be sent unencrypted."""


class ReplyActions:
    def __init__(
        self, services: Services, conversation: Conversation, outbox: Outbox, choose_model: Callable[[], None],
        shell: Shell,
    ) -> None:
        self._providers, self._settings = services.providers, services.settings
        self._conversation, self._outbox = conversation, outbox
        self._choose_model, self._shell = choose_model, shell
        self._store = services.store

    def message_actions(self) -> list[MessageAction]:
        ids, outbox = MessageActionId, self._outbox
        return [
            MessageAction(ids.REGENERATE, "Regenerate", outbox.ask_again, is_ended_reply, always,
                          command=LastMessageCommand("reply.regenerate", "Regenerate the last reply", ("Ctrl+R",))),
            MessageAction(ids.CONTINUE, "Continue", outbox.continue_reply, _can_go_on, _is_unfinished,
                          command=LastMessageCommand("reply.continue", "Continue the last reply", ("Alt+Return",))),
            MessageAction(ids.EDIT, "Edit", outbox.edit, is_ended, always, command=LastMessageCommand(
                "message.edit-last", "Edit my last message", ("F4",), role="user", group="Message")),
            MessageAction(ids.ANSWER, "Ask again from here", outbox.ask_again,
                          lambda state: is_ended(state) and not state.is_reply),
            MessageAction(ids.ALLOW_CALL, "Allow the call", self._allow_call, _asks, always),
            MessageAction(ids.DENY_CALL, "Deny the call", self._deny_call, _asks, always),
            *self._remedies(),
        ]

    def _remedies(self) -> list[MessageAction]:
        ids = MessageActionId
        return [
            MessageAction(ids.CONTINUE, "Continue", self._outbox.continue_reply, lambda state: (
                _about(state) == "interrupted" and state.node.message.can_go_on), remedy=True),
            MessageAction(ids.DROP_PARAMETER, lambda node: f"Send without {_parameter(node)}", self._drop_parameter,
                          lambda state: _about(state) == "parameter" and bool(_parameter(state.node)), remedy=True),
            MessageAction(ids.EDIT_KEY, "Edit key", self._open_provider,
                          lambda state: _about(state) in ("key", "quota"), remedy=True),
            MessageAction(ids.SEND_PLAIN, "Send it unencrypted", self._ask_to_send_unencrypted, _is_plain_http,
                          remedy=True),
            MessageAction(ids.CHOOSE_MODEL, "Choose a model", lambda _: self._choose_model(),
                          lambda state: _about(state) == "model", remedy=True),
            MessageAction(ids.RETRY, "Retry", self._outbox.ask_again,
                          lambda state: bool(_about(state)) and not _is_plain_http(state), remedy=True),
            MessageAction(ids.PROVIDER, lambda node: "Edit the address" if _code(node) == PLAIN_HTTP else (
                "Provider settings"), self._open_provider, lambda state: _is_plain_http(state) or _about(state) in (
                "network", "tls", "redirect", "not_an_answer"), remedy=True),
        ]

    async def _allow_call(self, node: MessageNode) -> None:
        await self._answer_calls(node, allowed=True)

    async def _deny_call(self, node: MessageNode) -> None:
        await self._answer_calls(node, allowed=False)

    async def _answer_calls(self, node: MessageNode, *, allowed: bool) -> None:
        """Tells a server whether it may make the calls that it asked about, and lets the reply go on."""
        chat = await self._conversation.ensure_kept()
        told = answer(node.message, {call.id: allowed for call in questions(node.message)})
        result, _ = await self._store.insert_message(chat.id, node.id, None, told)
        await self._conversation.reload(show=result.id)
        await self._outbox.ask_again(result, origin="")

    async def _drop_parameter(self, node: MessageNode) -> None:
        refused = _parameter(node)
        params = {name: value for name, value in self._conversation.chat.params.items() if name != refused}
        self._conversation.change(params=params)
        await self._outbox.ask_again(node)

    def _open_provider(self, node: MessageNode) -> None:
        self._shell.open_settings("providers", node.message.model.partition("/")[0])

    def _ask_to_send_unencrypted(self, node: MessageNode) -> None:
        address = self._providers.origin(self._config_of(node))
        ask_consent(
            self._shell.dialog_parent, "Send the key unencrypted?",
            f"{address} is not encrypted: anybody on the way can read your key and your messages. The program asks "
            "this once for each provider.",
            "Send it unencrypted",
            lambda: self._shell.tasks.spawn("send unencrypted", self._send_unencrypted(node)))

    async def _send_unencrypted(self, node: MessageNode) -> None:
        """Allows this provider's key to go over plain HTTP from now on."""
        config = dataclasses.replace(self._config_of(node), allow_plain_http=True)
        self._settings.change(providers={**self._settings.value.providers, config.id: config})
        await self._outbox.ask_again(node)

    def _config_of(self, node: MessageNode) -> ProviderConfig:
        """Returns the provider of a reply. Raises ``BadInput`` when it is gone."""
        provider = node.message.model.partition("/")[0]
        for config in self._providers.configs():
            if config.id == provider:
                return config
        raise BadInput(f"There is no provider “{provider}” any more. Choose another model.")


def _asks(state: MessageState) -> bool:
    return is_ended_reply(state) and bool(questions(state.node.message))


def _can_go_on(state: MessageState) -> bool:
    return is_ended_reply(state) and state.node.message.can_go_on


def _is_unfinished(state: MessageState) -> bool:
    return state.status in (Status.STOPPED, Status.INTERRUPTED)


def _failure(node: MessageNode) -> Failure | None:
    return next((part for part in node.message.parts if isinstance(part, Failure)), None)


def _about(state: MessageState) -> str:
    """Returns what a reply failed about; ``""`` for one that did not fail."""
    failure = _failure(state.node)
    if failure is None or _is_plain_http(state):
        return ""
    return failure.about or "unknown"


def _code(node: MessageNode) -> str:
    failure = _failure(node)
    return str(failure.extra.get("code") or "") if failure is not None else ""


def _parameter(node: MessageNode) -> str:
    failure = _failure(node)
    return str(failure.extra.get("parameter") or "") if failure is not None else ""


def _is_plain_http(state: MessageState) -> bool:
    return _code(state.node) == PLAIN_HTTP
