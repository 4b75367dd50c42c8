"""Texts that the formats for readers share."""

from __future__ import annotations

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, MessageNode, Status
from workbench.core.chat.parts import Audio, Citation, File, Image, Text, ToolCall, ToolResult, Unknown
from workbench.core.reply.records import RequestRecord
from workbench.core.reply.usage import Usage
from workbench.files.exports.document import ChatDocument
from workbench.files.exports.reading import heading, metrics, moment, part_line, settings, source_link, titled_part

NODE = MessageNode("n", "c", None, Message("assistant", (Text("Hi"),), "a/guide"))


def test_a_heading_says_who_when_and_how_it_ended() -> None:
    here, elsewhere = ChatDocument(Chat("c"), (NODE,), ("n",)), ChatDocument(Chat("c"), (NODE,), ())
    assert heading(NODE, here) == "guide" and heading(NODE, elsewhere) == "guide · branch"
    question = MessageNode("q", "c", None, Message("user", (Text("\n# Why is\nit so?"),)))
    other = MessageNode("o", "c", "q", Message("assistant"))
    branched = ChatDocument(Chat("c"), (question, other), ("q",))
    assert heading(other, branched) == "Assistant · branch below “Why is”" and heading(question, branched) == "You"
    marked = MessageNode("n", "c", None, Message("user"), Status.STOPPED, label="good")
    assert heading(marked, here) == "You · good (stopped)"
    assert heading(MessageNode("n", "c", None, Message("tool")), here) == "Tool"
    assert moment(0.0) == "" and moment(1_700_000_000.0).startswith("2023-11-1")


def test_metrics_are_what_is_known() -> None:
    assert metrics(RequestRecord("a/m")) == ""
    record = RequestRecord("a/m", usage=Usage(1204, 611), first_token=0.84, ended=7.48, cost=0.0128,
                           finish_reason="stop", asked={"temperature": 0.5})
    assert metrics(record) == (
        "0.84 s to first token · 92 tok/s · 1204 → 611 tokens · $0.0128 · stop · temperature 0.5")
    assert settings({"stop": ["END"], "seed": 1}) == 'stop ["END"] · seed 1'


def test_parts_are_named() -> None:
    titled = (File("a.txt", "x"), ToolCall("1", "look", "{}"), ToolResult("1", "y", "look"),
              ToolResult("1", "z", is_error=True))
    assert [titled_part(part) for part in titled] == [
        ("File a.txt", "x"), ("Calls look", "{}"), ("Result of look", "y"), ("Failure", "z")]
    assert [part_line(part) for part in (Image(), Image(url="http://x/"), Audio(), Unknown({"kind": "hologram"}))] == [
        "Image", "Image at http://x/", "Audio", "Part of a kind that this version does not know: hologram"]


def test_sources_are_links_only_to_the_web() -> None:
    assert '<a href="https://x.example/?a=&quot;b" rel' in source_link(Citation('https://x.example/?a="b', "T"))
    assert "<a" not in source_link(Citation("javascript:alert(1)", "<b>")) and "&lt;b&gt;" in source_link(
        Citation("javascript:alert(1)", "<b>"))
