"""The chat feature on real services, without the window: a question, its reply, and what is done with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLineEdit

from tests.conftest import Run
from tests.support.finding import find
from tests.support.waiting import until
from tests.ui.shell_of_a_test import RecordingShell
from workbench.core.chat.messages import Status, user
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.services import Services
from workbench.ui.chat.feature import ChatFeature


@pytest.fixture
def chat(services: Services, shell: RecordingShell, run: Run) -> Iterator[ChatFeature]:
    feature = ChatFeature(services, shell, shell.dialog_parent)
    feature.header.setParent(shell.dialog_parent)
    feature.transcript.setParent(shell.dialog_parent)
    feature.transcript.resize(800, 600)
    feature.transcript.show()
    run(_opened(feature))
    yield feature
    run(feature.writes.written())


async def _opened(feature: ChatFeature) -> None:
    await feature.conversation.open_new()


async def _ask(feature: ChatFeature, services: Services, text: str) -> str:
    """Asks the model of the chat; returns the id of the chat."""
    chat = await feature.conversation.ensure_kept()
    node = await services.store.add_message(chat.id, feature.conversation.chat.tip, user(text))
    await feature.conversation.append(node)
    feature.replies.start(ReplyRequest(chat, node.id, services.providers.resolve(chat.model), chat.params))
    return chat.id


def answered(feature: ChatFeature) -> bool:
    return bool(feature.conversation.last("assistant")) and not feature.replies.chats()


def test_a_reply_streams_into_the_transcript_and_is_copied(
    chat: ChatFeature, services: Services, shell: RecordingShell, run: Run
) -> None:
    chat.conversation.change(model="builtin/guide", title="Guide")
    assert find(chat.header, "Chat title", QLineEdit).text() == "Guide"
    run(_ask(chat, services, "What can you do?"))
    run(until(lambda: answered(chat), what="the reply"))
    entry = chat.transcript.document.messages[-1].entry
    assert entry is not None and entry.state == Status.COMPLETE.value
    chat.message_actions.run(chat.conversation.last("assistant"), "copy")
    run(until(lambda: shell.notices))
    (node,) = run(services.store.nodes([chat.conversation.last("assistant")]))
    assert shell.notices[0].text == "Copied." and QGuiApplication.clipboard().text() == node.message.text


def test_a_reply_that_ends_in_another_chat_is_told(
    chat: ChatFeature, services: Services, shell: RecordingShell, run: Run
) -> None:
    chat.conversation.change(model="builtin/guide")
    first = run(_ask(chat, services, "What can you do?"))
    chat.new_chat()
    run(until(lambda: shell.notices, what="the notice"))
    assert shell.notices[0].text == "A reply in another chat is complete."
    assert shell.called == ["A reply is complete."]
    assert shell.notices[0].run is not None
    shell.notices[0].run()
    run(until(lambda: chat.conversation.chat.id == first, what="the chat to be shown again"))


def test_a_temporary_chat_says_so_and_is_kept_on_request(
    chat: ChatFeature, services: Services, shell: RecordingShell, run: Run
) -> None:
    chat.new_temporary_chat()
    run(until(lambda: chat.conversation.chat.temporary))
    badge = chat.header.temporary
    assert badge is not None and not badge.isHidden()
    badge.keep_requested.emit()
    assert not chat.conversation.chat.temporary and badge.isHidden()
    assert shell.notices[-1].text == "This chat is kept from now on."
