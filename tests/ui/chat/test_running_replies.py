"""Replies that are coming in: started, watched and stopped, in any number of chats."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.support.server import Gate, Server, chat_chunks, sse
from tests.support.waiting import until
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import MessageNode, Status, user
from workbench.core.request.models import ModelRef
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.ui.chat.running_replies import RunningReplies


@pytest.fixture
def wanted(run: Run, services: Services, server: Server) -> ReplyRequest:
    """A request to a provider that the test's server is."""
    config = ProviderConfig("local", base_url=f"{server.url}/v1", needs_key=False)
    services.settings.change(providers={"local": config})

    async def ask() -> ReplyRequest:
        chat = await services.store.create_chat(Chat("", "t", "local/m"))
        question = await services.store.add_message(chat.id, None, user("Well?"))
        return ReplyRequest(chat, question.id, ModelRef("local", "m"), prefix="So: ")

    return run(ask())


def test_what_has_come_is_what_was_told(
    run: Run, server: Server, replies: RunningReplies, wanted: ReplyRequest
) -> None:
    gate = Gate()
    start, one, *rest = chat_chunks("Hel", "lo")
    server.on("POST", "/v1/chat/completions", sse(start, one, gate, *rest))
    began: list[MessageNode] = []
    ended: list[MessageNode] = []
    pieces: list[str] = []
    replies.begun.connect(began.append)
    replies.ended.connect(ended.append)
    replies.text_added.connect(lambda node_id, text: pieces.append(text))

    async def work() -> None:
        replies.start(wanted)
        assert replies.running(wanted.chat.id) and replies.chats() == {wanted.chat.id}
        await until(lambda: pieces, what="a piece of text")
        half = replies.message(began[0].id)
        assert half is not None and (half.text, half.model) == ("So: Hel", "local/m")
        gate.open()
        await until(lambda: not replies.running(wanted.chat.id), what="the end")

    run(work())
    assert pieces == ["Hel", "lo"] and ended[0].message.text == "So: Hello"
    assert replies.message(began[0].id) is None and replies.chats() == frozenset()


def test_stopping_a_chat_keeps_what_came(
    run: Run, server: Server, replies: RunningReplies, wanted: ReplyRequest
) -> None:
    gate = Gate()
    server.on("POST", "/v1/chat/completions", sse(*chat_chunks("Half", finish=None), gate, done=False))
    ended: list[MessageNode] = []
    pieces: list[str] = []
    replies.ended.connect(ended.append)
    replies.text_added.connect(lambda node_id, text: pieces.append(text))

    async def work() -> None:
        replies.start(wanted)
        await until(lambda: pieces, what="a piece of text")
        replies.stop(wanted.chat.id)
        await until(lambda: ended, what="the end")

    run(work())
    gate.open()
    assert (ended[0].status, ended[0].message.text) == (Status.STOPPED, "So: Half")
