"""The reply variants feature on real services, without the window."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.messages import Message, MessageNode, user
from workbench.core.chat.parts import Text
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import MessageActionId, MessageState
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.models.model_button import ModelButton
from workbench.ui.parameters.feature import ParametersFeature
from workbench.ui.reply_variants.diff_dialog import DiffDialog
from workbench.ui.reply_variants.feature import ReplyVariantsFeature
from workbench.ui.reply_variants.settings_dialog import SettingsDialog


@pytest.fixture
def variants(
    services: Services, conversation: Conversation, replies: RunningReplies, shell: RecordingShell
) -> ReplyVariantsFeature:
    parent = shell.dialog_parent
    models = ModelsFeature(services, conversation, ModelButton(parent), shell, parent)
    parameters = ParametersFeature(services, conversation, replies, shell, parent)
    return ReplyVariantsFeature(services, conversation, replies, models, parameters, shell, parent)


async def _two_replies(conversation: Conversation, services: Services) -> list[MessageNode]:
    chat = await conversation.ensure_kept()
    question = await services.store.add_message(chat.id, None, user("What can you do?"))
    texts = ("I can search.", "I can write.")
    replies = [await services.store.add_message(
        chat.id, question.id, Message("assistant", (Text(text),), "builtin/guide")) for text in texts]
    await conversation.reload(show="")
    return replies


def test_two_replies_are_compared(
    variants: ReplyVariantsFeature, conversation: Conversation, services: Services, shell: RecordingShell, run: Run
) -> None:
    old, new = run(_two_replies(conversation, services))
    variants.compare_two(old.id, new.id)
    run(until(lambda: shell.dialog_parent.findChildren(DiffDialog), what="the comparison"))


def test_another_model_answers_and_the_chat_keeps_its_own(
    variants: ReplyVariantsFeature, conversation: Conversation, services: Services, replies: RunningReplies,
    shell: RecordingShell, run: Run,
) -> None:
    conversation.change(model="builtin/guide")
    _, reply = run(_two_replies(conversation, services))
    actions = {action.id: action for action in variants.message_actions()}
    regenerate = actions[MessageActionId.REGENERATE_WITH]
    assert regenerate.offered(MessageState(reply))
    regenerate.run(reply)
    dialog = shell.dialog_parent.findChildren(SettingsDialog)[0]
    dialog.submitted.emit("builtin/ngram", {"max_tokens": 5, "seed": 1})
    run(until(lambda: conversation.last("assistant") != reply.id and not replies.chats(), what="the third reply"))
    (added,) = run(services.store.nodes([conversation.last("assistant")]))
    assert added.message.model == "builtin/ngram" and conversation.chat.model == "builtin/guide"
