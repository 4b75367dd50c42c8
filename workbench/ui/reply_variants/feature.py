"""The reply variants feature: ask again with other settings or in the same way, and compare what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from workbench.core.chat.messages import MessageNode
from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.request.models import ModelRef
from workbench.core.request.tool_secrets import hidden, into_keyring
from workbench.core.services import Services
from workbench.ui.chat.chat_actions import is_ended_reply
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import LastMessageCommand, MessageAction, MessageActionId, MessageState
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.parameters.feature import ParametersFeature
from workbench.ui.reply_variants.variants_controller import VariantsController
from workbench.ui.shell.notices import Notice
from workbench.ui.shell.shell import Shell

if TYPE_CHECKING:
    from workbench.ui.reply_variants.settings_dialog import SettingsDialog
    from workbench.ui.reply_variants.token_dialog import TokenDialog


class ReplyVariantsFeature:
    """Carries out “Regenerate with…”, “Reproduce”, “Compare with another reply…” and “Token probabilities”."""

    def __init__(
        self, services: Services, conversation: Conversation, replies: RunningReplies, models: ModelsFeature,
        parameters: ParametersFeature, shell: Shell, parent: QObject,
    ) -> None:
        self._store, self._providers, self._tasks = services.store, services.providers, services.tasks
        self._secrets = services.secrets
        self._conversation, self._models, self._parameters, self._shell = conversation, models, parameters, shell
        self.controller = VariantsController(services, conversation, replies, parent)
        self.controller.comparison_prepared.connect(self._show_differences)
        self.controller.reproduced.connect(self._show_reproduced)
        self.controller.warned.connect(shell.notify)

    def message_actions(self) -> list[MessageAction]:
        ids, controller = MessageActionId, self.controller
        return [
            MessageAction(ids.REGENERATE_WITH, "Regenerate with…", self._regenerate_with, is_ended_reply,
                          command=LastMessageCommand(
                              "reply.regenerate-with", "Regenerate with another model or value")),
            MessageAction(ids.REPRODUCE, "Reproduce", controller.reproduce, is_ended_reply,
                          command=LastMessageCommand("reply.reproduce", "Reproduce the last reply")),
            MessageAction(ids.DIFF, "Compare with another reply…", controller.compare, is_ended_reply,
                          command=LastMessageCommand("reply.diff", "Compare the last reply with another")),
            MessageAction(ids.TOKENS, "Token probabilities", self._show_tokens, _has_logprobs,
                          command=LastMessageCommand("reply.tokens", "Token probabilities of the last reply")),
        ]

    def compare_two(self, old: str, new: str, whole: bool = False) -> None:
        """Compares two messages, or all of their branches from where they part."""
        self.controller.compare_two(old, new, whole)

    def ask_settings(
        self, title: str, button: str, model: str, params: Mapping[str, Json],
        accept: Callable[[str, Mapping[str, Json]], object],
    ) -> None:
        """Asks for a model and parameters, beginning with those given; ``accept`` gets the choice."""
        from workbench.ui.reply_variants.settings_dialog import SettingsDialog  # not needed to start

        dialog = SettingsDialog(title, button, params, self._shell.dialog_parent)
        dialog.model_chosen.connect(lambda ref: self._show_model(dialog, ref))
        dialog.finished.connect(self._models.attach_picker(dialog.picker, lambda: model))
        self._parameters.connect_presets(dialog.parameters.presets)
        try:
            self._show_model(dialog, self._providers.resolve(model))
        except BadInput:
            dialog.button.show_model(model, "", None)
        dialog.submitted.connect(lambda ref, params: self._accept(accept, ref, params))
        dialog.open()

    def _accept(
        self, accept: Callable[[str, Mapping[str, Json]], object], model: str, params: Mapping[str, Json]
    ) -> None:
        if hidden(params) == params:
            accept(model, params)
        else:
            self._tasks.spawn("keep the secrets of a tool", self._accept_with_secrets(accept, model, params))

    async def _accept_with_secrets(
        self, accept: Callable[[str, Mapping[str, Json]], object], model: str, params: Mapping[str, Json]
    ) -> None:
        accept(model, await into_keyring(params, self._secrets))

    def _show_model(self, dialog: SettingsDialog, ref: ModelRef) -> None:
        name = self._conversation.names().get(ref.provider, ref.provider)
        dialog.show_model(ref, name, self._models.info(str(ref)), self._providers.limits(ref))

    def _regenerate_with(self, node: MessageNode) -> None:
        chat = self._conversation.chat
        self.ask_settings("Regenerate with…", "Regenerate", chat.model, chat.params,
                          lambda model, params: self.controller.regenerate(node, model, params))

    def _show_tokens(self, node: MessageNode) -> None:
        if node.record is None or not node.record.logprobs:
            self._shell.notify(
                "This reply has no token probabilities: switch on “Token probabilities” and ask again.")
            return
        from workbench.ui.reply_variants.token_dialog import TokenDialog

        dialog = TokenDialog(node, self._shell.dialog_parent)
        dialog.continue_requested.connect(lambda prefix: self.controller.continue_from(node, prefix))
        dialog.open()
        check = self._tasks.start("check prefill", self._show_problem(dialog, node))
        dialog.finished.connect(lambda _: check.cancel())

    async def _show_problem(self, dialog: TokenDialog, node: MessageNode) -> None:
        dialog.set_problem(await self.controller.prefix_problem(node))

    def _show_differences(self, replies: Sequence[MessageNode], old: str, new: str) -> None:
        from workbench.ui.reply_variants.diff_dialog import DiffDialog

        DiffDialog(replies, old, new, self._shell.dialog_parent).open()

    def _show_reproduced(self, sentence: str, old: str, new: str) -> None:
        self._shell.notify(Notice(sentence, "Differences", lambda: self._tasks.start(
            "load the differences", self._load_differences(old, new))))

    async def _load_differences(self, old: str, new: str) -> None:
        nodes = await self._store.nodes([old, new])
        if len(nodes) == 2:
            self._show_differences(nodes, old, new)


def _has_logprobs(state: MessageState) -> bool:
    return is_ended_reply(state) and state.node.record is not None and bool(state.node.record.logprobs)
