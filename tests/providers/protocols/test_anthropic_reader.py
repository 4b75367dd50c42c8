"""Answers of Anthropic's API: events, whole messages, and ends."""

from __future__ import annotations

import json
from typing import Any

import pytest

from workbench.core.chat.parts import BY_SERVER, Blob, Part, Reasoning, Text, ToolCall
from workbench.core.errors import Interrupted
from workbench.core.reply.assembler import Assembler
from workbench.core.reply.events import (
    Cited,
    Event,
    Failed,
    Finished,
    ReasoningDelta,
    ReasoningExtra,
    ResponseInfo,
    TextDelta,
    ToolCallDelta,
    ToolResultData,
    UsageReport,
)
from workbench.core.reply.usage import Usage
from workbench.providers.protocols.anthropic_reader import AnthropicReader
from workbench.providers.wire.sse import ServerEvent

STOP = [{"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, {"type": "message_stop"}]


def read(*events: Any, done: bool = False) -> list[Event]:
    reader = AnthropicReader("X")
    found = [event for one in events
             for event in reader.event(ServerEvent(one if isinstance(one, str) else json.dumps(one)))]
    return [*found, *reader.end(done or reader.done)]


def start(**block: Any) -> dict[str, Any]:
    return {"type": "content_block_start", "index": 0, "content_block": block}


def delta(**fields: Any) -> dict[str, Any]:
    return {"type": "content_block_delta", "index": 0, "delta": fields}


@pytest.mark.parametrize("odd", ["17", "null", '"x"', '{"detail": "CUDA out of memory"}'])
def test_what_is_no_event_ends_the_reply_with_an_error(odd: str) -> None:
    begun = [start(type="text", text=""), delta(type="text_delta", text="Hi")]
    events = read(*begun, odd, *STOP)
    assert TextDelta("Hi") in events and isinstance(failed := events[-1], Failed)
    assert "memory" in str(failed.error) or "may be missing" in str(failed.error)
    if "detail" in odd:
        assert read(*begun, *STOP, odd)[-1] == Finished("stop"), "it was complete before"


def test_reasoning_keeps_its_signature() -> None:
    events = read(start(type="thinking", thinking=""), delta(type="thinking_delta", thinking="hm"),
                  delta(type="signature_delta", signature="s"), {"type": "content_block_stop", "index": 0}, *STOP)
    block = {"type": "thinking", "thinking": "hm", "signature": "s"}
    assert events == [ReasoningDelta("hm"), ReasoningExtra({"blocks": [block]}), Finished("stop")]


def test_calls_are_numbered_by_themselves() -> None:
    events = read({**start(type="text", text="Hi"), "index": 0},
                  {**start(type="tool_use", id="t", name="f", input={}), "index": 3},
                  {**delta(type="input_json_delta", partial_json='{"x":1}'), "index": 3}, *STOP)
    assert events[:3] == [TextDelta("Hi"), ToolCallDelta(0, "t", "f", ""), ToolCallDelta(0, arguments='{"x":1}')]


def test_counts_add_up() -> None:
    message = {"id": "m", "model": "c", "usage": {"input_tokens": 5, "output_tokens": 1,
                                                  "cache_read_input_tokens": 4, "cache_creation_input_tokens": 2}}
    events = read({"type": "message_start", "message": message},
                  {"type": "message_delta", "delta": {}, "usage": {"output_tokens": 9}}, *STOP)
    assert events[0] == ResponseInfo({"id": "m", "model": "c"})
    assert [event.usage for event in events if isinstance(event, UsageReport)] == [
        Usage(11, 1, 4, 2), Usage(11, 9, 4, 2)]


def test_sources() -> None:
    cited = {"type": "citations_delta", "citation": {"url": "https://a.example", "title": "A"}}
    events = read(start(type="text", text="x", citations=[{"url": "https://b.example"}]), delta(**cited), *STOP)
    place = {"start_index": 0, "end_index": 1}
    assert [event for event in events if isinstance(event, Cited)] == [
        Cited("https://b.example", "", place), Cited("https://a.example", "A", place)]


@pytest.mark.parametrize(("reason", "finish"), [
    ("end_turn", "stop"), ("max_tokens", "length"), ("stop_sequence", "stop"), ("tool_use", "tool_calls"),
    ("refusal", "content_filter"), ("something_new", "something_new"),
])
def test_stop_reasons(reason: str, finish: str) -> None:
    ending = {"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": "END"}}
    assert read(start(type="text", text="x"), ending)[1:] == [
        ResponseInfo({"stop_sequence": "END"}), Finished(finish)]


@pytest.mark.parametrize(("events", "kind"), [
    ([], "not_an_answer"), ([start(type="text", text="Hel")], "interrupted"),
    ([start(type="text", text="Hel"), {"type": "error", "error": {"type": "overloaded_error", "message": "no"}}],
     "overloaded"),
    ([{"type": "error", "error": {"message": "no"}}, start(type="text", text="late")], "server"),
])
def test_ends_that_are_failures(events: list[Any], kind: str) -> None:
    failures = [event.error.kind for event in read(*events) if isinstance(event, Failed)]
    assert failures == [kind]


def test_a_relay_that_ends_as_openai_does() -> None:
    assert read(start(type="text", text="Hi"), "[DONE]") == [TextDelta("Hi"), Finished("stop")]


@pytest.mark.parametrize("damage", ["{", '{"type":"content_block_delta","index":0,"delta":{"type":"text_de', "[1",
                                    "[1]", '{"type": "content_block_delta", "index": 0, "delta": "x"}'])
def test_a_damaged_event_marks_the_reply_and_loses_nothing_else(damage: str) -> None:
    events = read(start(type="text", text="Hi"), damage, delta(type="text_delta", text=" there"), *STOP)
    assert [event for event in events if isinstance(event, TextDelta)] == [TextDelta("Hi"), TextDelta(" there")]
    assert isinstance(events[-1], Failed) and events[-1].error.kind == "interrupted"
    assert events[-1].error.body == damage


@pytest.mark.parametrize("damage", [{"type": "text_delta"}, {"type": "text_delta", "text": 5}, {"text": "lost"},
                                    {"type": ["text_delta"], "text": "lost"}])
def test_a_piece_in_no_known_form_is_damage(damage: Any) -> None:
    events = read(start(type="text", text="Hi"), delta(**damage), delta(type="text_delta", text=None), *STOP)
    assert TextDelta("Hi") in events and isinstance(failed := events[-1], Failed)
    assert "may be missing" in str(failed.error)


def test_an_event_may_name_its_type_alone() -> None:
    reader = AnthropicReader("X")
    events = [found for name, data in (
        ("content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}),
        ("content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": "Hi"}}),
    ) for found in reader.event(ServerEvent(json.dumps(data), name))]
    assert events == [TextDelta("Hi")]


def test_what_the_server_said_before_it_gave_up() -> None:
    for said in ("worker died", {"detail": "worker died"}, {"message": "worker died"}):
        *_, last = read(start(type="text", text="Hi"), said)
        assert isinstance(last, Failed) and str(last.error).endswith("X says: worker died.")


@pytest.mark.parametrize(("body", "kind"), [
    ('{"message":"overloaded","type":"overloaded_error"}', "overloaded"), ("gone", "server"), ("{", "server"),
    ('{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}', "overloaded"),
])
def test_an_event_named_error_is_one_whatever_its_body(body: str, kind: str) -> None:
    reader = AnthropicReader("X")
    events = [*reader.event(ServerEvent(json.dumps(start(type="text", text="Hi")))),
              *reader.event(ServerEvent(body, "error")), *reader.end(done=False)]
    assert [event.error.kind for event in events if isinstance(event, Failed)] == [kind]


def test_texts_around_another_block_are_paragraphs() -> None:
    def texts(*blocks: dict[str, Any]) -> str:
        message = {"type": "message", "content": list(blocks), "stop_reason": "end_turn"}
        return "".join(event.text for event in AnthropicReader("X").whole(message) if isinstance(event, TextDelta))

    search = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}
    a, b = {"type": "text", "text": "Let me look."}, {"type": "text", "text": "## Results"}
    assert texts(a, search, {"type": "web_search_tool_result", "content": []}, b) == "Let me look.\n\n## Results"
    assert texts(a, b) == "Let me look.## Results"  # one sentence, cut by its citations
    assert texts(search, a) == "Let me look."
    assert texts({"type": "text", "text": "A\n\n"}, search, b) == "A\n\n## Results"
    assert texts(a, search, {"type": "text", "text": ""}, b) == "Let me look.\n\n## Results"


@pytest.mark.parametrize(("content", "text", "failed"), [
    ([{"type": "web_search_result", "title": "Rain", "url": "https://a/b", "encrypted_content": "x"}],
     "Rain – https://a/b", False),
    ({"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}, "max_uses_exceeded", True),
    ({"type": "web_fetch_result", "url": "https://a/b", "content": {"type": "document", "title": "A", "source": {
        "type": "text", "media_type": "text/plain", "data": "Words."}}}, "https://a/b\nA\nWords.", False),
    ({"type": "web_fetch_result", "url": "https://a/b", "content": {"type": "document", "source": {
        "type": "base64", "data": "JVBERi0"}}}, "https://a/b", False),
    ({"type": "code_execution_result", "stdout": "4\n", "stderr": "warned", "return_code": 0, "content": []},
     "4\n\nwarned", False),
    ({"type": "bash_code_execution_result", "stdout": "", "stderr": "no such file", "return_code": 2},
     "no such file", True),
    ([{"type": "text", "text": "From a server."}], "From a server.", False),
    ({"type": "tool_search_tool_search_result", "tool_references": [{"type": "tool_reference", "tool_name": "look"}]},
     "look", False),
    (None, "", False),
])
def test_what_came_of_a_tool_of_the_servers_own_is_told(content: Any, text: str, failed: bool) -> None:
    use = {"type": "mcp_tool_use", "id": "s", "name": "find", "server_name": "lab", "input": {"q": "Grüße"}}
    blocks = [use, {"type": "mcp_tool_result", "tool_use_id": "s", "content": content}]
    events = list(AnthropicReader("X").whole({"type": "message", "content": blocks, "stop_reason": "end_turn"}))
    calls = [event for event in events if isinstance(event, ToolCallDelta)]
    assert calls == [ToolCallDelta(0, "s", "lab.find", '{"q": "Grüße"}', {BY_SERVER: True})]
    results = [event for event in events if isinstance(event, ToolResultData)]
    assert results == [ToolResultData("s", text, "lab.find", failed, {BY_SERVER: True})]


def test_what_a_server_was_running_when_the_reply_broke_off_is_told() -> None:
    events = read(start(type="server_tool_use", id="s", name="code_execution", input={}),
                  delta(type="input_json_delta", partial_json='{"code": "pri'))
    (call,) = [event for event in events if isinstance(event, ToolCallDelta)]
    assert (call.name, call.arguments, call.extra) == ("code_execution", '{"code": "pri', {BY_SERVER: True})
    assert isinstance(events[-1], Failed)


def test_sources_that_are_no_web_pages() -> None:
    cited = [
        {"type": "char_location", "cited_text": "grass", "document_index": 0, "document_title": "Field guide"},
        {"type": "page_location", "cited_text": "sky", "document_title": "Atlas", "start_page_number": 3},
        {"type": "content_block_location", "cited_text": "The sky  is\nblue.", "document_title": None},
        {"type": "search_result_location", "source": "https://a/b", "title": "A"},
        {"type": "search_result_location", "source": "notes", "title": ""}, {"type": "x"}, None,
    ]
    events = read(start(type="text", text="Hi", citations=cited), *STOP)
    assert [(event.url, event.title) for event in events if isinstance(event, Cited)] == [
        ("", "Field guide"), ("", "Atlas, p. 3"), ("", "The sky is blue."), ("https://a/b", "A"), ("", "notes")]


def test_where_in_the_reply_a_source_is_cited() -> None:
    """Also when the stream breaks off, and where a text after a search is a paragraph of its own."""
    where = {"type": "content_block_location", "cited_text": "It rained.", "document_index": 0, "start_block_index": 2,
             "end_block_index": 3, "document_title": "Diary"}
    blocks = [{"type": "text", "text": "Let me look."}, {"type": "server_tool_use", "id": "s", "name": "search"},
              {"type": "text", "text": "Rain.", "citations": [where]}]
    cited = [Cited("", "Diary", {**where, "start_index": 14, "end_index": 19})]
    whole = list(AnthropicReader("X").whole({"type": "message", "content": blocks, "stop_reason": "end_turn"}))
    assert [event for event in whole if isinstance(event, Cited)] == cited
    broken = read(*(event for at, block in enumerate(blocks) for event in (
        {"type": "content_block_start", "index": at, "content_block": block},)))
    assert [event for event in broken if isinstance(event, Cited)] == cited
    assert isinstance(broken[-1], Failed)


@pytest.mark.parametrize("content", ["Hi", ["Hi"], [{"type": "text", "text": "H"}, "i"]])
def test_a_content_in_the_form_of_relays(content: Any) -> None:
    events = list(AnthropicReader("X").whole({"type": "message", "content": content, "stop_reason": "end_turn"}))
    assert "".join(event.text for event in events if isinstance(event, TextDelta)) == "Hi"


def test_why_a_reply_was_refused_is_kept() -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "No."}
    ending = {"type": "message_delta", "delta": {"stop_reason": "refusal", "stop_details": details}}
    assert ResponseInfo({"stop_details": details}) in read(start(type="text", text=""), ending)


def test_odd_events_do_no_harm() -> None:
    odd = ["", "null", [], {"type": "ping"}, {"type": "content_block_start"}, {"type": "content_block_delta"},
           {"type": "content_block_stop", "index": 9}, {"type": "message_start", "message": 5},
           {"type": "message_delta", "usage": 5, "delta": 5}, delta(type="input_json_delta", partial_json="{"),
           {"type": "content_block_delta", "index": "x", "delta": {"type": "text_delta", "text": 5}}]
    assert [event for event in read(*odd, start(type="text", text="Hi"), *STOP) if isinstance(event, TextDelta)] == [
        TextDelta("Hi")]


def test_a_break_after_the_end_changes_nothing() -> None:
    reader = AnthropicReader("X")
    list(reader.whole({"type": "message", "content": [{"type": "text", "text": "Hi"}], "stop_reason": "end_turn"}))
    assert reader.complete and not reader.empty
    assert list(reader.broken(Interrupted("No.", "interrupted"))) == [Finished("stop")] and not reader.failed


def begin(id: str) -> dict[str, Any]:
    return {"type": "message_start", "message": {"id": id, "model": "c"}}


def parts(*events: Any) -> tuple[Part, ...]:
    assembler = Assembler("m", lambda data, mime, name: Blob("", 0, mime))
    for event in read(*events):
        assembler.feed(event)
    return assembler.message().parts


CALL = start(type="tool_use", id="t", name="f", input={})
HALF = [CALL, delta(type="input_json_delta", partial_json='{"a":"half')]
RIGHT = [CALL, delta(type="input_json_delta", partial_json='{"a":"whole"}'), {"type": "content_block_stop", "index": 0}]


@pytest.mark.parametrize("second", ["m2", "m1"])
def test_a_message_that_starts_again_takes_the_place_of_the_first(second: str) -> None:
    """A relay lost its upstream host and asked again, in the same stream."""
    assert parts(begin("m1"), *HALF, begin(second), *RIGHT, *STOP) == (ToolCall("t", "f", '{"a":"whole"}'),)


def test_all_of_the_first_attempt_goes() -> None:
    thinking = [start(type="thinking", thinking=""), delta(type="thinking_delta", thinking="old"),
                delta(type="signature_delta", signature="s"), {"type": "content_block_stop", "index": 0}]
    text = [start(type="text", text=""), delta(type="text_delta", text="It is"), {"type": "content_block_stop",
                                                                                  "index": 0}]
    again = [start(type="text", text=""), delta(type="text_delta", text="It rains."), {"type": "content_block_stop",
                                                                                       "index": 0}]
    assert parts(begin("m1"), *thinking, *text, *HALF, begin("m2"), *again, *STOP) == (Text("It rains."),)


def test_a_head_that_is_repeated_changes_nothing() -> None:
    """Some gateways send ``message_start`` twice."""
    text = [start(type="text", text=""), delta(type="text_delta", text="Hi"), RIGHT[-1]]
    assert parts(begin("m1"), begin("m1"), *text, *STOP) == (Text("Hi"),)
    assert parts(begin("m1"), *text, begin("m1"), *STOP) == (Text("Hi"),)


def test_blocks_that_are_never_closed() -> None:
    thinking = [start(type="thinking", thinking=""), delta(type="thinking_delta", thinking="hm"),
                delta(type="signature_delta", signature="s")]
    block = {"type": "thinking", "thinking": "hm", "signature": "s"}
    assert parts(begin("m1"), *thinking, {**start(type="text", text="Hi"), "index": 1}, *STOP) == (
        Reasoning("hm", extra={"blocks": [block]}), Text("Hi"))


def test_blocks_of_thinking_stand_apart() -> None:
    def block(index: int, *pieces: str) -> list[Any]:
        return [{**start(type="thinking", thinking=""), "index": index},
                *({**delta(type="thinking_delta", thinking=piece), "index": index} for piece in pieces),
                {"type": "content_block_stop", "index": index}]

    events = read(*block(0, "o", "ne"), *block(1, "t", "wo"), *STOP)
    assert "".join(event.text for event in events if isinstance(event, ReasoningDelta)) == "one\n\ntwo"
    whole = AnthropicReader("X")
    content = [{"type": "thinking", "thinking": words} for words in ("one", "two")]
    told = list(whole.whole({"type": "message", "content": content}))
    assert "".join(event.text for event in told if isinstance(event, ReasoningDelta)) == "one\n\ntwo"
