"""Prefill: a reply whose beginning the user writes, and which the model continues."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workbench.core.chat.context import excerpt
from workbench.core.chat.messages import MessageNode
from workbench.core.services import Services
from workbench.ui.chat.chat_actions import is_ended
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import MessageAction, MessageActionId, MessageActions
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.composer.draft import Draft
from workbench.ui.composer.outbox import Outbox
from workbench.ui.reply_variants.variants_controller import VariantsController
from workbench.ui.shell.actions import ActionSpec
from workbench.ui.shell.shell import Shell

if TYPE_CHECKING:
    from workbench.ui.reply_variants.prefill_dialog import PrefillDialog

_QUOTED = 90  # characters of the question that the dialog quotes


class Prefill:
    def __init__(
        self, services: Services, conversation: Conversation, actions: MessageActions, outbox: Outbox,
        draft: Callable[[], Draft], replies: RunningReplies, controller: VariantsController, shell: Shell,
    ) -> None:
        """``draft`` returns what stands in the composer."""
        self._services, self._store = services, services.store
        self._conversation, self._message_actions = conversation, actions
        self._outbox, self._draft, self._replies = outbox, draft, replies
        self._controller, self._shell = controller, shell

    def actions(self) -> list[ActionSpec]:
        return [ActionSpec("reply.prefill", "Prefill the reply", self.ask, (), "Reply")]

    def message_actions(self) -> list[MessageAction]:
        return [MessageAction(MessageActionId.PREFILL, "Prefill the reply…", self._ask_for_reply, is_ended)]

    def ask(self) -> None:
        """Asks for the beginning of the reply to the message in the composer, else to the end of the chat."""
        draft = self._draft()
        if draft and not self._outbox.editing and not self._replies.running(self._conversation.chat.id):
            dialog = self._open_dialog(
                excerpt(draft.text, _QUOTED), lambda prefix: self._outbox.send_prefilled(draft, prefix))
            from workbench.ui.composer.objections import objections  # not needed to start

            found = objections(self._services, self._conversation.chat.model, draft)
            dialog.set_problem(" ".join(each.sentence for each in found))
        elif self._conversation.keys:
            self._message_actions.run(self._conversation.keys[-1], MessageActionId.PREFILL)

    async def _ask_for_reply(self, node: MessageNode) -> None:
        asked = node.parent_id if node.message.role == "assistant" else node.id
        found = await self._store.excerpts([asked]) if asked else {}
        self._open_dialog(excerpt(found.get(asked or "", ""), _QUOTED), lambda prefix: self._shell.tasks.spawn(
            "ask for a prefilled reply", self._outbox.ask_again(node, origin="prefill", prefix=prefix)))

    def _open_dialog(self, question: str, accept: Callable[[str], object]) -> PrefillDialog:
        from workbench.ui.reply_variants.prefill_dialog import PrefillDialog

        dialog = PrefillDialog(question, self._shell.dialog_parent)
        dialog.submitted.connect(accept)
        check = self._shell.tasks.start("check prefill", self._show_problem(dialog))
        dialog.finished.connect(lambda _: check.cancel())
        dialog.open()
        return dialog

    async def _show_problem(self, dialog: PrefillDialog) -> None:
        if problem := await self._controller.chat_prefix_problem():
            dialog.set_problem(problem)
