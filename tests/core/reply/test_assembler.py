"""The fold of events into a message, and into a record."""

from __future__ import annotations

from workbench.core.chat.parts import Blob, Citation, Image, Reasoning, Text, ToolCall, ToolResult
from workbench.core.reply.assembler import Assembler
from workbench.core.reply.events import (
    Cited,
    Finished,
    ImageData,
    MessageExtra,
    ReasoningDelta,
    ReasoningExtra,
    TextDelta,
    ToolCallDelta,
    ToolResultData,
)
from workbench.core.reply.recorder import Recorder
from workbench.core.text.sinks import MOST_LINE


def blob(data: bytes, mime: str, name: str) -> Blob:
    return Blob(f"sha-{len(data)}", len(data), mime, name)


def test_pieces_become_parts_in_reading_order() -> None:
    assembler = Assembler("a/b", blob)
    assert assembler.empty and assembler.message().parts == ()
    for event in (
        ReasoningDelta("Let me "), ReasoningDelta("think."),
        ReasoningExtra({"signature": "x", "details": [1]}), ReasoningExtra({"details": [2]}),
        TextDelta("Hel"), TextDelta("lo"),
        ToolCallDelta(1, arguments="{}"), ToolCallDelta(0, "call_1", "look", '{"q":'),
        ToolCallDelta(0, "", "", ' "x"}', {"thought": "y"}), ImageData(b"png", "image/png"),
        Cited("https://example.org", "Example"), Cited("https://example.org", "Example"),
        MessageExtra({"annotations": []}),
    ):
        assembler.feed(event)
    message = assembler.message()
    assert message.parts == (
        Reasoning("Let me think.", None, {"signature": "x", "details": [1, 2]}), Text("Hello"),
        ToolCall("call_1", "look", '{"q": "x"}', {"thought": "y"}), ToolCall("", "", "{}"),
        Image(Blob("sha-3", 3, "image/png")), Citation("https://example.org", "Example"),
    )
    assert message.text == "Hello" and message.model == "a/b" and message.extra == {"annotations": []}


def test_a_source_is_listed_once_with_all_that_is_cited_from_it() -> None:
    assembler = Assembler("a/b", blob)
    first, second = {"cited_text": "a", "start_index": 0}, {"cited_text": "b", "start_index": 9}
    for event in (Cited("https://x", "X", first), Cited("", "Atlas", second), Cited("https://x", "Another", second)):
        assembler.feed(event)
    before = assembler.message()
    assembler.feed(Cited("https://x", "X", first))  # some servers send all of them again
    assert assembler.message() == before and before.parts == (
        Citation("https://x", "X", {"passages": [first, second]}), Citation("", "Atlas", {"passages": [second]}))
    assembler.feed(Cited("https://x", "X", {"cited_text": "c"}))
    assert before.parts[0].extra["passages"] == [first, second], "what was shown before does not change"


def test_what_has_only_blocks_of_its_server_is_not_empty() -> None:
    assembler = Assembler("a/b", blob)
    assembler.feed(MessageExtra({"state": {}}))
    assert assembler.empty and assembler.message().empty
    assembler.feed(MessageExtra({"blocks": [{"type": "server_tool_use"}]}))
    assert not assembler.empty and not assembler.message().empty and assembler.message().can_go_on


def test_an_emoji_split_over_two_pieces_is_whole_again() -> None:
    assembler = Assembler("a/b", blob)
    assembler.feed(TextDelta("ok \ud83d"))
    assert assembler.message().text == "ok \ufffd"
    assembler.feed(TextDelta("\ude00"))
    assert assembler.message().text == "ok 😀"


def test_a_picture_takes_the_place_of_its_preview() -> None:
    assembler = Assembler("a/b", blob)
    for event in (ImageData(b"rough", "image/png", of="i"), Cited("https://x", "X"),
                  ImageData(b"png", "image/png", of="i"),
                  ToolResultData("c", "1", "code", extra={"by_server": True}), ImageData(b"other", "image/png")):
        assembler.feed(event)
    assert assembler.message().parts == (
        Image(Blob("sha-3", 3, "image/png")), Citation("https://x", "X"),
        ToolResult("c", "1", "code", extra={"by_server": True}), Image(Blob("sha-5", 5, "image/png")))


def test_names_of_a_server_are_no_books() -> None:
    assembler = Assembler("a/b", blob)
    assembler.feed(ToolCallDelta(0, "i" * 5_000_000, "n" * 5_000_000, "{}"))
    (call,) = assembler.message().parts
    assert isinstance(call, ToolCall) and len(call.id) == len(call.name) == 1000
    recorder = Recorder("a/b", {}, None)
    recorder.feed(Finished("stop" * 1_000_000))
    assert len(recorder.record().finish_reason) <= MOST_LINE


def test_chunks_of_a_document_keep_their_numbers() -> None:
    """Azure's text names ``[doc1]``, ``[doc2]``: the first and the second chunk, whatever document they are of."""
    assembler = Assembler("a/b", blob)
    one, two = ({"chunk_id": "0", "content": words} for words in ("first words", "other words"))
    for passage in (one, two, one):
        assembler.feed(Cited("", "Manual", passage))
    assembler.feed(Cited("https://x", "X"))
    assert assembler.message().parts == (
        Citation("", "Manual", {"passages": [one]}), Citation("", "Manual", {"passages": [two]}),
        Citation("https://x", "X"))
