"""A live reply: what has come of it, at any moment, and how long the reasoning took."""

from __future__ import annotations

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Blob, Image, Reasoning, Text
from workbench.core.reply.events import (
    Finished,
    ImageData,
    MessageExtra,
    ReasoningDelta,
    ReasoningWasText,
    Sent,
    StartedAgain,
    TextDelta,
    TextWasReasoning,
)
from workbench.core.reply.live_reply import LiveReply

NODE = MessageNode("n", "c", "q", Message("assistant", (), "p/m"))


def live(prefix: str = "") -> LiveReply:
    return LiveReply(NODE, lambda data, mime, name: Blob("sha", len(data), mime, name), prefix)


def test_it_grows_with_each_event_and_knows_its_model() -> None:
    reply = live()
    assert reply.empty and reply.message() == Message("assistant", (), "p/m")
    reply.feed(Sent("POST", "http://x/", {}, {}))
    assert reply.empty, "that a request left is nothing of the reply"
    for text in ("Hel", "lo"):
        reply.feed(TextDelta(text))
    assert reply.message() == Message("assistant", (Text("Hello"),), "p/m") and not reply.empty
    reply.feed(ImageData(b"PNG", "image/png"))
    assert reply.message().parts[1] == Image(Blob("sha", 3, "image/png"))
    assert reply.node is NODE


def test_it_begins_with_its_prefix() -> None:
    reply = live("Once")
    reply.feed(TextDelta(" more"))
    assert reply.message().text == "Once more"


def test_text_that_was_reasoning_moves() -> None:
    reply = live()
    for event in (TextDelta("hm"), TextWasReasoning(), TextDelta("So.")):
        reply.feed(event)
    assert reply.message().parts == (Reasoning("hm"), Text("So."))


def test_reasoning_that_was_text_moves() -> None:
    reply = live()
    for event in (ReasoningDelta("hm. "), ReasoningDelta("So."), ReasoningWasText("So."), TextDelta("So.")):
        reply.feed(event)
    thought, said = reply.message().parts
    assert isinstance(thought, Reasoning) and (thought.text, said) == ("hm. ", Text("So."))
    reply.feed(ReasoningWasText("hm. "))
    assert reply.message().parts == (Text("So."),)


def test_the_reasoning_is_timed_once_from_its_first_word_to_the_answer() -> None:
    reply = live()
    reply.feed(ReasoningDelta("hm"))
    assert reply.message().parts == (Reasoning("hm"),), "no time before it is over"
    reply.feed(TextDelta("So."))
    (thought, _) = reply.message().parts
    assert isinstance(thought, Reasoning) and thought.seconds is not None
    reply.feed(Finished("stop"))
    reply.end_reasoning()
    assert reply.message().parts[0] == thought


def test_a_reply_that_starts_again_keeps_only_its_prefix() -> None:
    """What is continued was there before the server began; what it sent and took back was not."""
    reply = LiveReply(NODE, lambda data, mime, name: Blob("sha", len(data), mime, name), "Once", {"blocks": [1]})
    for event in (ReasoningDelta("hm"), TextDelta(" there"), MessageExtra({"blocks": [2]}), StartedAgain(),
                  TextDelta(" more"), MessageExtra({"blocks": [3]})):
        reply.feed(event)
    assert reply.message() == Message("assistant", (Text("Once more"),), "p/m", {"blocks": [1, 3]})
    reply.end_reasoning()
    assert reply.message().parts == (Text("Once more"),)
