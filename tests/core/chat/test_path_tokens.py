"""Tokens of a path: estimated, counted by the server, and shared among its messages."""

from __future__ import annotations

from workbench.core.chat.context import message_tokens
from workbench.core.chat.messages import Message, MessageHeader, MessageNode, Status, user
from workbench.core.chat.parts import Failure, Text
from workbench.core.chat.path_tokens import SYSTEM, PathTokens
from workbench.core.reply.records import RequestRecord
from workbench.core.reply.usage import Usage


def reply(key: str, text: str, usage: Usage | None = None) -> MessageNode:
    record = RequestRecord("builtin/guide", usage=usage) if usage is not None else None
    return MessageNode(key, "chat", None, Message("assistant", (Text(text),)), Status.COMPLETE, record=record)


def asked(key: str, text: str) -> MessageNode:
    return MessageNode(key, "chat", None, user(text), Status.COMPLETE)


def header(node: MessageNode) -> MessageHeader:
    return MessageHeader(node.id, node.parent_id, node.message.role, len(node.message.text), 1, 1)


def test_without_a_count_every_message_is_estimated_and_what_is_never_sent_takes_nothing() -> None:
    tokens = PathTokens()
    nodes = [asked("1", "你好" * 20), MessageNode("2", "chat", None, Message("assistant", (Failure("No."),)),
                                                Status.FAILED)]
    assert tokens.of([header(nodes[0])], "", {}) == {"1": 14}, "before it is loaded only its length is known"
    for node in nodes:
        tokens.note(node)
    path = [header(node) for node in nodes]
    assert tokens.of(path, "", {}) == {"1": message_tokens(nodes[0].message), "2": 0}
    assert tokens.of(path, "Be brief.", {})[SYSTEM] == 6
    assert tokens.total([], " ", {}, {}) == 0


def test_up_to_a_counted_reply_the_shares_add_up_to_its_count() -> None:
    tokens = PathTokens()
    nodes = [asked("1", "word " * 40), reply("2", "word " * 7, Usage(input=1000, output=61, reasoning=50)),
             asked("3", "more")]
    for node in nodes:
        tokens.note(node)
    path = [header(node) for node in nodes]
    sizes = tokens.of(path, "Be brief.", {})
    assert sizes[SYSTEM] + sizes["1"] + sizes["2"] == 1011 and sizes["1"] > sizes["2"] > 0
    assert sizes["3"] == message_tokens(nodes[2].message)
    assert tokens.total(path, "Be brief.", {}, {}) == 1011 + sizes["3"]
    assert tokens.total(path[:1], "Be brief.", {}, {}) < 100, "an earlier request was not counted"


def test_what_was_left_out_of_the_counted_request_has_no_share_of_it() -> None:
    tokens = PathTokens()
    nodes = [asked("1", "word " * 400), asked("2", "now"), reply("3", "yes", Usage(input=20, output=4))]
    for node in nodes:
        tokens.note(node)
    path = [header(node) for node in nodes]
    noted = {"2": {"1": "left_out"}}
    assert tokens.total(path, "", noted, {"1": "left_out"}) == 24
    assert tokens.total(path, "", noted, {"1": ""}) == 24 + message_tokens(nodes[0].message), "it goes again"
    assert tokens.total(path, "", {}, {"1": "left_out"}) < 24, "it went, and is left out from now on"
