"""The branches feature on real services, without the window: the tree in its tab, and a name in it."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Text
from workbench.core.services import Services
from workbench.ui.branches.feature import BranchesFeature
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import MessageActions
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.models.model_button import ModelButton
from workbench.ui.parameters.feature import ParametersFeature
from workbench.ui.reply_variants.feature import ReplyVariantsFeature


@pytest.fixture
def left() -> list[str]:
    """What was left so that the active branch can be seen."""
    return []


@pytest.fixture
def branches(
    services: Services, conversation: Conversation, replies: RunningReplies, shell: RecordingShell, left: list[str]
) -> BranchesFeature:
    parent = shell.dialog_parent
    models = ModelsFeature(services, conversation, ModelButton(parent), shell, parent)
    parameters = ParametersFeature(services, conversation, replies, shell, parent)
    variants = ReplyVariantsFeature(services, conversation, replies, models, parameters, shell, parent)
    return BranchesFeature(
        services, conversation, replies, MessageActions(services.store, services.tasks), variants,
        lambda: left.append("page"), shell, parent)


async def _two_branches(conversation: Conversation, services: Services) -> list[str]:
    chat = await conversation.ensure_kept()
    question = await services.store.add_message(chat.id, None, user("What can you do?"))
    ids = [(await services.store.add_message(
        chat.id, question.id, Message("assistant", (Text(text),), "builtin/guide"))).id for text in ("One", "Two")]
    await conversation.reload(show="")
    return ids


def test_the_tree_shows_both_branches_and_opens_the_other(
    branches: BranchesFeature, conversation: Conversation, services: Services, shell: RecordingShell,
    left: list[str], run: Run,
) -> None:
    one, two = run(_two_branches(conversation, services))
    pane = branches.tab().make(shell.dialog_parent)
    pane.resize(300, 500)
    pane.show()
    assert branches.pane is not None
    model = branches.pane.model
    run(until(lambda: model.rowCount() == 3, what="the tree"))
    assert conversation.last("assistant") == two
    branches.pane.view.open_requested.emit(one)
    run(until(lambda: conversation.last("assistant") == one, what="the other branch"))
    assert left == ["page"]
    branches.show()
    assert shell.panel_tabs == ["Branches"]
    branches.stop()


def test_a_name_stays_with_its_message(
    branches: BranchesFeature, conversation: Conversation, services: Services, run: Run
) -> None:
    one, _ = run(_two_branches(conversation, services))
    branches.controller().name(one, "the short one")
    run(until(lambda: not services.tasks.running("name a message")))
    (node,) = run(services.store.nodes([one]))
    assert node.label == "the short one"
