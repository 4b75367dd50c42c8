"""One choice of an answer: where text, reasoning, calls and finish reasons are found."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from workbench.core.errors import Interrupted, Refused
from workbench.core.reply.events import (
    AudioData,
    Cited,
    Event,
    ImageData,
    MessageExtra,
    ReasoningDelta,
    ReasoningWasText,
    ResponseInfo,
    StartedAgain,
    TextDelta,
    TextWasReasoning,
    ToolCallDelta,
)
from workbench.providers.protocols.choice_reader import ChatChoice


def choice(beginning: str = "", **quirks: Any) -> ChatChoice:
    return ChatChoice(0, quirks, "X", "wav", beginning)


def read(made: ChatChoice, *entries: dict[str, Any]) -> list[Event]:
    return [event for entry in entries for event in made.feed(entry)]


def delta(**fields: Any) -> dict[str, Any]:
    return {"delta": fields}


@pytest.mark.parametrize(("entry", "events"), [
    (delta(content="Hi"), [TextDelta("Hi")]),
    (delta(content=""), []),
    (delta(content=None, role="assistant"), []),
    ({"text": "Hi"}, [TextDelta("Hi")]),
    ({"message": {"content": "Hi"}}, [TextDelta("Hi")]),
    (delta(content=[{"type": "text", "text": "Hi"}, {"type": "thinking", "thinking": [{"text": "hm"}]}, "!"]),
     [TextDelta("Hi"), ReasoningDelta("hm"), TextDelta("!")]),
    (delta(reasoning_content="hm", content="Hi"), [ReasoningDelta("hm"), TextDelta("Hi")]),
    (delta(refusal="I can't."), [TextDelta("I can't."), MessageExtra({"refusal": "I can't."})]),
    (delta(extra_content={"google": 1}), [MessageExtra({"extra_content": {"google": 1}})]),
    (delta(content=[{"type": "reasoning", "summary": [{"type": "summary_text", "text": "hm"}]}]),
     [ReasoningDelta("hm")]),
    ({"message": {"content": "Hi"}, "delta": {"role": "assistant", "content": ""}}, [TextDelta("Hi")]),
    ({"message": {"content": "Hi there"}, "delta": {"content": "Hi"}}, [TextDelta("Hi there")]),
    (delta(executed_tools=[{"type": "search", "search_results": {"results": [{"url": "https://a", "title": "A"}]}},
                           {"type": "python"}, None]),
     [ResponseInfo({"executed_tools": [
         {"type": "search", "search_results": {"results": [{"url": "https://a", "title": "A"}]}}, {"type": "python"},
         None]}), Cited("https://a", "A")]),
    ({"message": {"content": ""}, "delta": {"content": "Forty-two."}}, [TextDelta("Forty-two.")]),
    ({}, []), ({"delta": None, "message": None}, []),
])
def test_where_text_and_reasoning_are_found(entry: dict[str, Any], events: list[Event]) -> None:
    assert read(choice(), entry) == events


def test_the_field_that_reasoning_came_in_first_is_the_one_that_counts() -> None:
    made = choice()
    assert read(made, delta(reasoning="a", reasoning_content="a"), delta(reasoning="b"),
                delta(reasoning_content="b")) == [ReasoningDelta("a"), ReasoningDelta("b")]
    named = choice(reasoning_fields=["thoughts"])
    assert read(named, delta(thoughts="a", reasoning="x")) == [ReasoningDelta("a")]


def test_tags_count_only_where_the_quirks_say_so() -> None:
    text = "<think>hm</think>Hi"
    assert read(choice(), delta(content=text)) == [TextDelta(text)]
    made = choice(think_tags=True)
    assert [*read(made, delta(content=text)), *made.end()] == [ReasoningDelta("hm"), TextDelta("Hi")]
    late = choice(think_tags=True)
    assert TextWasReasoning() in read(late, delta(content="hm</think>"), delta(content="Hi"))


def test_tags_of_documents_stand_around_the_answer_when_nothing_else_came() -> None:
    tagged = delta(content="<analysis>Hm.</analysis>")
    made = choice(think_tags=True)
    assert [*read(made, tagged, {"finish_reason": "stop"}), *made.end()] == [
        ReasoningDelta("Hm."), ReasoningWasText("Hm."), TextDelta("Hm.")]
    call = {"tool_calls": [{"id": "c", "function": {"name": "f", "arguments": "{}"}}]}
    for more in ([], [{"finish_reason": "length"}], [delta(**call), {"finish_reason": "stop"}]):
        made = choice(think_tags=True)
        events = [*read(made, tagged, *more), *made.end()]
        assert not any(isinstance(event, TextDelta | ReasoningWasText) for event in events)


def test_a_picture_in_the_text_is_an_image() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(20)
    text = f"Here: ![a dot](data:image/png;base64,{base64.b64encode(picture).decode()}) and so on"
    made = choice()
    pieces = [text[:20], text[20:40], text[40:]]
    events = [*read(made, *(delta(content=piece) for piece in pieces)), *made.end()]
    assert events == [TextDelta("Here: "), ImageData(picture, "image/png"), TextDelta(" and so on")]


def test_a_whole_message_adds_only_what_is_new() -> None:
    made = choice()
    assert read(made, delta(content="Hel"), {"message": {"content": "Hello"}}) == [TextDelta("Hel"), TextDelta("lo")]
    begun = choice(beginning="Once upon")
    assert read(begun, {"message": {"content": "Once upon a time"}}) == [TextDelta(" a time")]


def whole(*texts: str) -> list[dict[str, Any]]:
    return [{"message": {"content": text}} for text in texts]


@pytest.mark.parametrize(("entries", "text"), [
    (whole("Hello ", "you", ", my dear"), "Hello you, my dear"),
    (whole("Hel", "Hello", "Hello", "Hello."), "Hello."),
    ([delta(content="Hello "), delta(content=" wrld"), *whole("Hello world, corrected.")], "Hello world, corrected."),
    (whole("Hello wrld", "Hello world, corrected."), "Hello world, corrected."),
    ([delta(content="Hello "), *whole("Hello")], "Hello "),
    ([delta(content="你好"), *whole("您好，世界")], "您好，世界"),
])
def test_a_message_goes_on_or_takes_the_place_of_what_came(entries: list[dict[str, Any]], text: str) -> None:
    made, shown = choice(), ""
    for event in [*(event for entry in entries for event in made.feed(entry, streamed=True)), *made.end()]:
        shown = "" if isinstance(event, StartedAgain) else shown + event.text if isinstance(event, TextDelta) else shown
    assert shown == text


def test_a_message_that_takes_the_place_of_the_text_keeps_the_reasoning_and_the_beginning() -> None:
    made = choice()
    assert read(made, delta(reasoning="hm"), delta(content="Helo"), *whole("Hello")) == [
        ReasoningDelta("hm"), TextDelta("Helo"), StartedAgain(), ReasoningDelta("hm"), TextDelta("Hello")]
    begun = choice(beginning="Once")
    assert read(begun, *whole("Once upon", "Once upon a time")) == [TextDelta(" upon"), TextDelta(" a time")]


@pytest.mark.parametrize(("text", "events"), [
    ("Hi", []), ("<think>hm</think>Hi!", [TextDelta("!")]),
    ("Ho", [StartedAgain(), ReasoningDelta("hm"), TextDelta("Ho")]),
])
def test_a_message_with_or_without_the_thoughts_that_were_in_the_text(text: str, events: list[Event]) -> None:
    made = choice(think_tags=True)
    found = [*read(made, delta(content="<think>hm</think>Hi"), *whole(text)), *made.end()]
    assert found == [ReasoningDelta("hm"), TextDelta("Hi"), *events]


@pytest.mark.parametrize(("reason", "kept", "error"), [
    ("stop", "stop", None), ("", None, None), (None, None, None), (5, None, None),
    ("network_error", None, Interrupted), ("error", None, Interrupted), ("sensitive", None, Refused),
])
def test_finish_reasons(reason: Any, kept: str | None, error: type[Exception] | None) -> None:
    made = choice()
    read(made, {"delta": {"content": "Hi"}, "finish_reason": reason})
    assert made.reason == kept
    assert made.error is None if error is None else isinstance(made.error, error) and "X " in str(made.error)


def test_the_reason_that_is_implied() -> None:
    made = choice()
    assert made.implied_reason == "stop"
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}}
    assert read(made, delta(tool_calls=[call]), {"delta": {}, "finish_reason": ""}) == [
        ToolCallDelta(0, "c", "f", "{}")]
    assert made.reason == made.implied_reason == "tool_calls"


def test_what_is_held_back_comes_once() -> None:
    made = choice(think_tags=True)
    assert read(made, delta(content="<thi"), delta(audio={"data": "QQ==", "transcript": "A"})) == []
    assert list(made.end()) == [TextDelta("<thi"), AudioData(b"A", "A", "wav", {}, 0)]
    assert list(made.end()) == []


def test_a_stream_that_sends_all_so_far_beside_each_piece() -> None:
    made = choice()
    call = {"index": 0, "id": "c", "function": {"name": "f", "arguments": "{}"}}
    entries: list[dict[str, Any]] = [
        {"delta": {"content": "Hel", "reasoning": "hm"}, "message": {"content": "Hel"}},
        {"delta": {"content": "lo", "tool_calls": [call]}, "message": {"content": "Hello"}},
        {"delta": {"role": "assistant", "content": ""},
         "message": {"content": "Hello!", "reasoning": "hm", "tool_calls": [call]}},
    ]
    found = [event for entry in entries for event in made.feed(entry, streamed=True)]
    assert found == [ReasoningDelta("hm"), TextDelta("Hel"), TextDelta("lo"), ToolCallDelta(0, "c", "f", "{}"),
                     TextDelta("!")]


def test_empty_legacy_fields_are_nothing() -> None:
    made = choice()
    empty: dict[str, Any] = {"content": "Hi", "tool_calls": None, "function_call": {"arguments": "", "name": ""},
                             "audio": {"id": "", "data": "", "transcript": ""}}
    assert [*read(made, {"message": empty, "finish_reason": ""}), *made.end()] == [TextDelta("Hi")]
    assert made.implied_reason == "stop"


@pytest.mark.parametrize(("native", "reason"), [
    ("max_output_tokens", "length"), ("MAX_TOKENS", "length"), ("length", "length"), ("tool_use", "tool_calls"),
])
def test_a_call_that_the_upstream_host_cut_off(native: str, reason: str) -> None:
    made = choice()
    found = read(made, {"delta": {}, "finish_reason": "tool_calls", "native_finish_reason": native})
    assert made.reason == reason
    assert found == ([] if native == reason else [ResponseInfo({"native_finish_reason": native})])


def test_which_filter_took_the_text_out() -> None:
    hate = {"filtered": True, "severity": "high"}
    results = {"hate": hate, "violence": {"filtered": False}, "x": None}
    assert read(choice(), {"delta": {}, "finish_reason": "content_filter", "content_filter_results": results}) == [
        ResponseInfo({"content_filter_results": {"hate": hate}})]


CHUNKS = [{"web": {"uri": "https://a", "title": "A"}}, {"retrievedContext": {"uri": "gs://b", "title": "B"}}]


@pytest.mark.parametrize("entry", [
    {"message": {"content": "Hi"}, "grounding_metadata": {"grounding_chunks": CHUNKS}},
    {"message": {"content": "Hi", "groundingMetadata": {"groundingChunks": CHUNKS}}},
    delta(content="Hi", extra_content={"google": {"grounding_metadata": {"groundingChunks": CHUNKS}}}),
    delta(content="Hi", vertex_ai_grounding_metadata=[{"groundingChunks": CHUNKS}, None]),
    {"message": {"content": "Hi", "context": {"citations": [
        {"title": "A", "url": "https://a"}, {"title": "B", "url": "gs://b"}]}}},
])
def test_sources_beside_a_message(entry: dict[str, Any]) -> None:
    cited = [event for event in read(choice(), entry) if isinstance(event, Cited)]
    assert [(one.url, one.title) for one in cited] == [("https://a", "A"), ("gs://b", "B")]


@pytest.mark.parametrize("damaged", [
    {"context": {"citations": "x"}}, {"grounding_metadata": {"grounding_chunks": [None, 7, {"web": []}]}},
    {"context": [], "extra_content": {"google": []}, "groundingMetadata": [[]]},
])
def test_damaged_sources_are_none(damaged: dict[str, Any]) -> None:
    assert not any(isinstance(event, Cited) for event in read(choice(), {"message": {"content": "Hi", **damaged}}))


def thoughts(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, ReasoningDelta))


def text(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def test_blocks_of_thinking_stand_apart_and_pieces_do_not() -> None:
    def part(words: str) -> dict[str, Any]:
        return {"type": "thinking", "thinking": [{"type": "text", "text": words}]}

    say = {"type": "text", "text": "Hi"}
    assert thoughts(read(choice(), {"message": {"content": [part("one"), part("two"), say]}})) == "one\n\ntwo"
    pieces = [delta(content=[one]) for one in (part("o"), part("ne"), say, part("two"))]
    assert thoughts(read(choice(), *pieces)) == "one\n\ntwo"
    details = [{"type": "reasoning.text",
    "index": index, "text": words} for index, words in ((0, "on"), (0, "e"), (1, "two"))]
    made = choice(reasoning_fields=["reasoning_details"])
    assert thoughts(read(made, *(delta(reasoning_details=[one]) for one in details))) == "one\n\ntwo"
    assert thoughts(read(choice(reasoning_fields=["reasoning_details"]), delta(reasoning_details=details))) == (
        "one\n\ntwo")


def test_a_refusal_stands_apart_from_the_text() -> None:
    assert text(read(choice(), delta(content="Sure."), delta(refusal="I"), delta(refusal=" can't."))) == (
        "Sure.\n\nI can't.")
    parts = [{"type": "text", "text": "Sure."}, {"type": "refusal", "refusal": "No."}]
    assert text(read(choice(), {"message": {"content": parts}})) == "Sure.\n\nNo."


@pytest.mark.parametrize(("entry", "reason", "native"), [
    ({"finish_reason": "SAFETY"}, "content_filter", "SAFETY"), ({"finish_reason": "MAX_TOKENS"}, "length",
    "MAX_TOKENS"),
    ({"finish_reason": "stop", "native_finish_reason": "PROHIBITED_CONTENT"}, "content_filter", "PROHIBITED_CONTENT"),
    ({"finish_reason": "error", "native_finish_reason": "MALFORMED_FUNCTION_CALL"}, "MALFORMED_FUNCTION_CALL", None),
    ({"finish_reason": "RECITATION"}, "RECITATION", None), ({"finish_reason": "eos"}, "eos", None),
])
def test_reasons_in_other_words(entry: dict[str, Any], reason: str, native: str | None) -> None:
    made = choice()
    told = [event.data["native_finish_reason"] for event in read(made, entry) if isinstance(event, ResponseInfo)]
    assert (made.reason, made.error, told) == (reason, None, [native] if native else [])
