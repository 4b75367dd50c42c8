from __future__ import annotations

import time

from workbench.core.chat.messages import Message, MessageNode, Status, user
from workbench.core.chat.parts import Text
from workbench.core.reply.records import Adjustment, RequestRecord, Retry
from workbench.core.reply.usage import Usage
from workbench.ui.chat.message_view_model import MessagePlace, entry_for, metrics, when

NAMES = {"router": "Open Router"}


def reply(*parts: object, status: Status = Status.COMPLETE) -> MessageNode:
    message = Message("assistant", tuple(parts), "router/maker/model-1")
    return MessageNode("n", "c", "p", message, status, created=time.time())


def test_a_reply_says_who_where_and_what_it_took() -> None:
    record = RequestRecord(
        "router/maker/model-1", first_token=0.84, ended=7.48, usage=Usage(1204, 611), cost=0.0128,
        finish_reason="stop", retries=(Retry(1, "busy"),),
        adjustments=(Adjustment("temperature", "dropped", "the model refuses it"),
                     Adjustment("max_tokens", "renamed", "", "max_completion_tokens")),
    )
    assert metrics(record) == (
        "0.84 s to first token", "92 tok/s", "1\u202f204 → 611 tokens", "$0.0128", "stop", "1 retry",
        "temperature was not sent: the model refuses it", "max_tokens was sent as max_completion_tokens")
    entry = entry_for(reply(Text("Hi")), MessagePlace(2, 3), NAMES)
    assert entry.author == "maker/model-1" and entry.detail.startswith("Open Router · ")
    assert (entry.sibling, entry.siblings, entry.markdown) == (2, 3, True)


def test_what_is_not_known_is_not_said() -> None:
    assert metrics(RequestRecord("a/b")) == ()
    assert metrics(None, Status.STOPPED) == ("stopped",)


def test_the_disk_knows_a_dead_stream_only_as_streaming() -> None:
    dead = entry_for(reply(Text("Half"), status=Status.STREAMING), MessagePlace(), NAMES)
    assert dead.state == "interrupted"
    live = entry_for(reply(status=Status.STREAMING), MessagePlace(), NAMES, streaming=Message("assistant"))
    assert live.state == "streaming"


def test_users_write_plain_text() -> None:
    node = MessageNode("n", "c", None, user("**not bold**"))
    entry = entry_for(node, MessagePlace(), NAMES)
    assert not entry.markdown and entry.author == "You"


def test_when_a_message_was_written() -> None:
    assert when(0) == "" and len(when(time.time())) < len(when(1_000_000_000))
