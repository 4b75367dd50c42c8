"""The compare feature on real services, without the window: two lanes answer one question."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QPushButton

from tests.conftest import Run
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.services import Services
from workbench.ui.chat.conversation import Conversation
from workbench.ui.chat.message_actions import MessageActions
from workbench.ui.chat.running_replies import RunningReplies
from workbench.ui.chat.transcript_services import TranscriptServices
from workbench.ui.compare.compare_controller import Lane
from workbench.ui.compare.feature import CompareFeature
from workbench.ui.composer.draft import Draft
from workbench.ui.models.feature import ModelsFeature
from workbench.ui.models.model_button import ModelButton
from workbench.ui.parameters.feature import ParametersFeature
from workbench.ui.reply_variants.feature import ReplyVariantsFeature


@pytest.fixture
def compare(
    services: Services, conversation: Conversation, replies: RunningReplies, shell: RecordingShell
) -> CompareFeature:
    parent = shell.dialog_parent
    models = ModelsFeature(services, conversation, ModelButton(parent), shell, parent)
    parameters = ParametersFeature(services, conversation, replies, shell, parent)
    variants = ReplyVariantsFeature(services, conversation, replies, models, parameters, shell, parent)
    transcripts = TranscriptServices(
        services, MessageActions(services.store, services.tasks), conversation.last, shell, parent)
    return CompareFeature(
        services, conversation, replies, transcripts, QPushButton("Compare", parent), models, variants, shell, parent)


def test_two_lanes_answer_one_question_and_one_becomes_the_chat(
    compare: CompareFeature, services: Services, conversation: Conversation, replies: RunningReplies,
    shell: RecordingShell, run: Run,
) -> None:
    conversation.change(model="builtin/ngram")
    told: list[list[Lane]] = []
    compare.lanes_changed.connect(told.append)
    compare.toggle()
    assert len(compare.lanes) == 2 and compare.page is not None
    compare.page.setParent(shell.dialog_parent)
    for lane, seed in zip(compare.lanes, (1, 2), strict=True):
        compare.controller.choose(lane.id, model="builtin/ngram", params={"max_tokens": 5, "seed": seed})
    compare.send(Draft("Write about search."))
    run(until(lambda: compare.lanes[0].tip and not compare.controller.busy and not replies.chats(), what="the lanes"))
    nodes = run(services.store.nodes([lane.tip or "" for lane in compare.lanes]))
    assert [node.message.role for node in nodes] == ["assistant", "assistant"]
    second = compare.lanes[1]
    compare.controller.continue_here(second.id)
    run(until(lambda: not compare.lanes and conversation.last("assistant") == second.tip))
    assert conversation.chat.params["seed"] == 2 and told[-1] == []
