"""Asking again in other ways, and what replies have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.core.chat.messages import MessageNode
from workbench.core.errors import BadInput
from workbench.core.request.models import ModelRef
from workbench.ui.chat.chat_actions import is_ended_reply
from workbench.ui.chat.message_actions import LastMessageCommand, MessageAction, MessageActionId, MessageState
from workbench.ui.shell.notices import Notice

if TYPE_CHECKING:
    from workbench.ui.reply_variants.settings_dialog import SettingsDialog
    from workbench.ui.reply_variants.token_dialog import TokenDialog
    from workbench.ui.window import MainWindow


class ReplyVariantsFeature:
    def __init__(self, window: MainWindow) -> None:
        self._w = window

    def message_actions(self) -> list[MessageAction]:
        ids, variants = MessageActionId, self._w.varying
        return [
            MessageAction(ids.REGENERATE_WITH, "Regenerate with…", self.ask_settings, is_ended_reply,
                          command=LastMessageCommand(
                              "reply.regenerate-with", "Regenerate with another model or value")),
            MessageAction(ids.REPRODUCE, "Reproduce", variants.reproduce, is_ended_reply,
                          command=LastMessageCommand("reply.reproduce", "Reproduce the last reply")),
            MessageAction(ids.DIFF, "Compare with another reply…", variants.compare, is_ended_reply,
                          command=LastMessageCommand("reply.diff", "Compare the last reply with another")),
            MessageAction(ids.TOKENS, "Token probabilities", self.show_tokens, _has_logprobs,
                          command=LastMessageCommand("reply.tokens", "Token probabilities of the last reply")),
        ]

    def ask_settings(self, node: MessageNode) -> None:
        """Asks for another model or other values, and then again for the reply."""
        from workbench.ui.reply_variants.settings_dialog import SettingsDialog  # loaded when it is first asked for

        chat = self._w.conversation.chat
        dialog = SettingsDialog("Regenerate with…", "Regenerate", chat.params, self._w)
        self.equip(dialog, chat.model)
        dialog.accepted_with.connect(lambda model, params: self._w.varying.regenerate(node, model, params))
        dialog.open()

    def equip(self, dialog: SettingsDialog, model: str) -> None:
        """Gives a dialog the models to choose from and what is known of the one chosen."""
        window, presets = self._w, dialog.parameters.presets

        def choose(ref: ModelRef) -> None:
            name = window.conversation.names().get(ref.provider, ref.provider)
            info = window.models.info(str(ref))
            dialog.show_model(ref, name, info, window.services.providers.limits(ref))

        dialog.model_chosen.connect(choose)
        dialog.finished.connect(window.models.attach_picker(dialog.picker, lambda: model))
        window.parameters.connect_presets(presets)
        try:
            choose(window.services.providers.resolve(model))
        except BadInput:
            dialog.button.show_model(model, "", None)

    def show_tokens(self, node: MessageNode) -> None:
        if node.record is None or not node.record.logprobs:
            self._w.notices.say("This reply has no token probabilities: switch on “Token probabilities” and ask again.")
            return
        from workbench.ui.reply_variants.token_dialog import TokenDialog

        dialog = TokenDialog(node, self._w)
        dialog.continued.connect(lambda prefix: self._w.varying.go_on(node, prefix))
        dialog.open()
        looking = self._w.services.tasks.start("look for prefill", self._tell_problem(dialog, node))
        dialog.finished.connect(lambda _: looking.cancel())

    async def _tell_problem(self, dialog: TokenDialog, node: MessageNode) -> None:
        dialog.set_problem(await self._w.varying.prefix_problem(node))

    def show_differences(self, replies: Sequence[MessageNode], old: str, new: str) -> None:
        from workbench.ui.reply_variants.diff_dialog import DiffDialog

        DiffDialog(replies, old, new, self._w).open()

    def reproduced(self, sentence: str, old: str, new: str) -> None:
        self._w.notices.show(Notice(sentence, "Differences", lambda: self._differences(old, new)))

    def _differences(self, old: str, new: str) -> None:
        self._w.services.tasks.start("", self._load_differences(old, new))

    async def _load_differences(self, old: str, new: str) -> None:
        nodes = await self._w.services.store.nodes([old, new])
        if len(nodes) == 2:
            self.show_differences(nodes, old, new)


def _has_logprobs(state: MessageState) -> bool:
    return is_ended_reply(state) and state.node.record is not None and bool(state.node.record.logprobs)
