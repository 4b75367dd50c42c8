"""What the table of vendors does not show: odd chunks, several choices, tools, media, errors inside a 200."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from workbench.core.chat.parts import Blob, Citation, Reasoning, Text, ToolCall
from workbench.core.reply.assembler import Assembler
from workbench.core.reply.events import (
    AudioData,
    Cited,
    Failed,
    Finished,
    ImageData,
    MessageExtra,
    StartedAgain,
    TextDelta,
    UsageReport,
)
from workbench.core.reply.usage import Usage
from workbench.providers.protocols.chat_reader import ChatReader
from workbench.providers.wire.sse import ServerEvent


def chunk(delta: Any = None, finish: Any = None, index: int = 0, **more: Any) -> dict[str, Any]:
    choice = {"index": index, "delta": delta or {}, "finish_reason": finish, **more.pop("choice", {})}
    return {"choices": [choice], **more}


def read(*chunks: Any, done: bool = True, **quirks: Any) -> list[Any]:
    reader = ChatReader(quirks, "X")
    events = [event for one in chunks for event in reader.whole(one)]
    return events + list(reader.end(done))


def message(events: list[Any], choice: int = 0) -> Any:
    assembler = Assembler("m", lambda data, mime, name: Blob("sha", len(data), mime, name))
    for event in events:
        if getattr(event, "choice", 0) == choice:
            assembler.feed(event)
    return assembler.message()


@pytest.mark.parametrize("odd", [
    {}, {"choices": None}, {"choices": []}, {"choices": [None]}, {"choices": [{}]}, [],
    {"choices": [{"delta": None}]}, {"choices": [{"delta": {"content": None, "tool_calls": None}}]},
    {"choices": [{"delta": {"content": False, "tool_calls": [None], "images": [None], "annotations": [1]}}]},
    {"usage": None}, {"usage": {"prompt_tokens": "3"}}, {"x_groq": None}, {"error": None},
    {"choices": [{"index": "a", "logprobs": {"content": None}}]}, {"citations": [None, 3], "search_results": 1},
])
def test_odd_chunks_do_no_harm(odd: Any) -> None:
    events = read(odd, chunk({"content": "Hi"}), odd, chunk({}, "stop"), odd)
    assert message(events).text == "Hi" and events[-1] == Finished("stop")


@pytest.mark.parametrize("odd", [None, "x", 7, ["x"], True])
def test_json_that_is_no_object_is_damage(odd: Any) -> None:
    events = read(chunk({"content": "Hi"}), odd, chunk({}, "stop"))
    assert message(events).text == "Hi" and isinstance(failed := events[-1], Failed)
    assert "may be missing" in str(failed.error)


@pytest.mark.parametrize("odd", [
    {"choices": ["lost"]}, {"choices": {"index": 0, "delta": {"content": "lost"}}}, {"choices": [{"delta": "lost"}]},
    {"choices": [{"message": ["lost"]}]}, {"choices": [{"delta": {"tool_calls": "lost"}}]},
    {"choices": [{"delta": {"tool_calls": ["lost"]}}]},
])
def test_a_piece_in_no_known_form_is_damage(odd: Any) -> None:
    events = read(chunk({"content": "Hi"}), odd, chunk({}, "stop"))
    assert message(events).text == "Hi" and isinstance(failed := events[-1], Failed)
    assert "may be missing" in str(failed.error) and "lost" in failed.error.body


@pytest.mark.parametrize("end", [[], [chunk({}, "stop")]])
@pytest.mark.parametrize("said", [
    {"detail": "CUDA out of memory"}, {"message": "worker crashed"}, {"detail": [{"msg": "CUDA out of memory"}]}])
def test_a_failure_in_the_stream_is_no_success(said: Any, end: list[Any]) -> None:
    events = read(chunk({"content": "Hi"}), said, *end)
    assert message(events).text == "Hi" and isinstance(failed := events[-1], Failed)
    assert "memory" in str(failed.error) or "crashed" in str(failed.error)
    assert read(chunk({"content": "Hi"}, "stop"), said)[-1] == Finished("stop"), "it was complete before"
    assert read(chunk({"content": "Hi"}), {"message": "processing"}, chunk({}, "stop"))[-1] == Finished("stop")


def test_an_error_within_a_choice() -> None:
    error = {"code": 502, "message": "Upstream died"}
    for finish in (None, "error", "stop"):
        events = read(chunk({"content": "Hi"}), chunk({}, finish, choice={"error": error}))
        assert message(events).text == "Hi" and isinstance(failed := events[-1], Failed)
        assert "Upstream died" in str(failed.error)


def test_choices_without_numbers_count_by_their_places() -> None:
    for index in ({}, {"index": 0}, {"index": None}):
        body = {"choices": [{**index, "message": {"content": text}, "finish_reason": "stop"}
                            for text in ("first", "second")]}
        events = read(body)
        assert [message(events, choice).text for choice in (0, 1)] == ["first", "second"]


def test_several_choices_interleaved() -> None:
    events = read(chunk({"content": "a"}), chunk({"content": "x"}, index=1), chunk({"content": "b"}, "stop"),
                  chunk({"content": "y"}, index=1), chunk({}, "length", index=1))
    assert [message(events, choice).text for choice in (0, 1)] == ["ab", "xy"]
    assert events[-2:] == [Finished("stop", 0), Finished("length", 1)]


def test_one_of_several_is_cut() -> None:
    events = read(chunk({"content": "a"}, "stop"), chunk({"content": "x"}, index=1), done=False)
    assert Finished("stop", 0) in events and isinstance(events[-1], Failed)
    assert Finished("stop", 1) not in events


def test_an_emoji_cut_between_two_chunks() -> None:
    reader = ChatReader({}, "X")
    events = [event for text in ('{"choices":[{"delta":{"content":"a\\ud83d"}}]}',
                                 '{"choices":[{"delta":{"content":"\\ude00b"},"finish_reason":"stop"}]}')
              for event in reader.event(ServerEvent(text))]
    assert message(events).text == "a😀b"


def test_reasoning_in_two_fields_is_shown_once() -> None:
    both = {"reasoning": "hm", "reasoning_content": "hm"}
    assert message(read(chunk(both), chunk(both), chunk({"content": "a"}, "stop"))).parts == (
        Reasoning("hmhm"), Text("a"))


def test_reasoning_only_in_details() -> None:
    details = [{"type": "reasoning.text", "text": "hm", "signature": "s"}]
    made = message(read(chunk({"reasoning_details": details}), chunk({"content": "a"}, "stop"),
                        reasoning_fields=["reasoning_details"]))
    assert made.parts[0] == Reasoning("hm", extra={"reasoning_details": details})


def test_a_field_switches_tags_off() -> None:
    events = read(chunk({"reasoning": "hm"}), chunk({"content": "Use <think> or </think>"}, "stop"),
                  think_tags=True)
    assert message(events).text == "Use <think> or </think>"


def test_a_whole_answer() -> None:
    body = {"id": "c", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "<think>hm</think>Hi", "refusal": None,
                                 "annotations": [{"type": "url_citation", "url_citation": {
                                     "url": "https://a.example", "title": "A", "start_index": 0}}]},
         "finish_reason": "stop"}], "usage": {"prompt_tokens": 1, "completion_tokens": 2}}
    events = read(body, done=True, think_tags=True)
    assert message(events).parts == (Reasoning("hm"), Text("Hi"), Citation("https://a.example", "A", {
        "passages": [{"type": "url_citation", "start_index": 0}]}))
    assert UsageReport(Usage(1, 2)) in events


@pytest.mark.parametrize(("content", "text"), [
    ({"text": "Hi"}, "Hi"), ({"type": "text", "text": "Hi"}, "Hi"), ({"text": {"value": "Hi"}}, "Hi"),
    ({"parts": [{"text": "H"}, {"text": "i"}]}, "Hi"), ({"type": "output_text", "text": ["H", {"text": "i"}]}, "Hi"),
    ({"answer": 42}, '{"answer": 42}'), ([{"type": "text", "text": {"value": "Hi"}}], "Hi"), ({"type": "x"}, ""),
    (42, "42"), (True, "true"),
])
def test_a_content_that_is_an_object(content: Any, text: str) -> None:
    """One part, or JSON that the server has read for us already."""
    for name in ("message", "delta"):
        events = read({"choices": [{"index": 0, name: {"content": content}, "finish_reason": "stop"}]})
        assert message(events).text == text


def test_nesting_without_end() -> None:
    deep: Any = "x"
    for _ in range(400):
        deep = [{"text": {"value": deep}}]
    assert message(read({"choices": [{"index": 0, "message": {"content": deep}, "finish_reason": "stop"}]})).text == ""


@pytest.mark.parametrize("body", [
    {"choices": None, "error": None}, {"choices": []}, {"choices": {}, "usage": {"prompt_tokens": 1}}])
def test_an_answer_without_choices_is_no_closed_connection(body: Any) -> None:
    (failed,) = [event for event in read(body) if isinstance(event, Failed)]
    assert failed.error.sentence.startswith("X answered without a reply: there are no choices in its answer.")


def test_a_message_that_grows() -> None:
    """A stream without deltas, whose message repeats all so far."""
    events = read(*({"choices": [{"index": 0, "message": {"content": text}, "finish_reason": end}]}
                    for text, end in (("He", None), ("Hello", None), ("Hello!", "stop"))))
    assert message(events).text == "Hello!"


def test_tools_with_an_empty_or_wrong_reason() -> None:
    call = {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "f", "arguments": "{}"}}]}
    assert read(chunk(call), chunk({}, ""))[-1] == Finished("tool_calls")
    assert read(chunk(call), chunk({}, "stop"))[-1] == Finished("stop")
    legacy = {"function_call": {"name": "f", "arguments": "{}"}}
    assert message(read(chunk(legacy, "function_call"))).parts == (ToolCall("call_0", "f", "{}"),)


def test_images() -> None:
    url = "data:image/png;base64," + base64.b64encode(b"PNG").decode()
    image = {"type": "image_url", "image_url": {"url": url}}
    events = read(chunk({"images": [image]}), chunk({"images": [image]}),
                  chunk({"images": [{"image_url": {"url": "https://a.example/x.png"}}]}, "stop"))
    images = [event for event in events if isinstance(event, ImageData)]
    assert images == [ImageData(b"PNG", "image/png"), ImageData(url="https://a.example/x.png")]


def test_audio_comes_as_one() -> None:
    pieces = [base64.b64encode(b"abc").decode(), base64.b64encode(b"def").decode()]
    events = read(chunk({"audio": {"id": "au", "transcript": "Hel"}}),
                  chunk({"audio": {"data": pieces[0], "transcript": "lo"}}),
                  chunk({"audio": {"data": pieces[1]}}, "stop"))
    assert [event for event in events if isinstance(event, AudioData)] == [
        AudioData(b"abcdef", "Hello", "wav", {"id": "au"})]


def test_sources_are_named_once() -> None:
    events = read({"citations": ["https://a.example", "https://b.example"],
                   "search_results": [{"url": "https://a.example", "title": "A"}], **chunk({"content": "x"})},
                  {"citations": ["https://a.example", "https://b.example"], **chunk({}, "stop")})
    assert [event for event in events if isinstance(event, Cited)] == [
        Cited("https://a.example", "A"), Cited("https://b.example")]


def test_sources_are_numbered_as_the_text_numbers_them() -> None:
    events = read({"citations": ["https://b.example", "https://a.example"],
                   "search_results": [{"url": "https://a.example", "title": "A"},
                                      {"url": "https://b.example", "title": "B"}], **chunk({"content": "x"}, "stop")})
    assert [event for event in events if isinstance(event, Cited)] == [
        Cited("https://b.example", "B"), Cited("https://a.example", "A")]


def test_a_refusal_is_the_answer() -> None:
    assert message(read(chunk({"refusal": "I can't."}, "stop"))).text == "I can't."


def test_what_must_come_back_is_kept() -> None:
    blocks = [{"type": "thinking", "signature": "s"}]
    assert MessageExtra({"thinking_blocks": blocks}) in read(chunk({"thinking_blocks": blocks}, "stop"))


@pytest.mark.parametrize(("bad", "kind", "words"), [
    ({"error": {"message": "Overloaded", "code": 502}, **chunk({"content": ""}, "error")}, "overloaded",
     "Overloaded"),
    ({"error": {"message": "Boom", "type": "server_error", "code": None}}, "server", "Boom"),
    ({"error": "Boom"}, "server", "Boom"),
    ({"x_groq": {"id": "r", "error": "Boom"}}, "server", "Boom"),
    ({"error": {"message": "Boom"}, "status_code": 500}, "server", "Boom"),
    ({"base_resp": {"status_code": 1008, "status_msg": "insufficient balance"}}, "quota", "insufficient"),
    ({"object": "error", "message": "Boom", "code": 400}, "request", "Boom"),
    ({"code": "InvalidApiKey", "message": "Boom", "request_id": "r"}, "key", "Boom"),
    ([{"error": {"code": 503, "message": "Boom", "status": "UNAVAILABLE"}}], "overloaded", "Boom"),
    (chunk({}, "network_error"), "interrupted", "lost its connection"),
    (chunk({}, "sensitive"), "content", "content rules"),
    (chunk({}, "insufficient_system_resource"), "interrupted", "capacity"),
    (chunk({}, "error"), "interrupted", "reported an error"),
])
def test_a_200_can_be_an_error(bad: Any, kind: str, words: str) -> None:
    events = read(chunk({"content": "Hel"}), bad, chunk({"content": "never"}, "stop"))
    assert message(events).text == "Hel"
    assert isinstance(events[-1], Failed) and not any(isinstance(event, Finished) for event in events)
    assert events[-1].error.kind == kind and words in str(events[-1].error)


def test_unknown_named_events_are_no_chunks() -> None:
    reader = ChatReader({}, "X")
    tool = ServerEvent(json.dumps({"content": "x"}), "agentic_tool_call_progress")
    named = ServerEvent(json.dumps(chunk({"content": "Hi"}, "stop")), "chat.completion.chunk")
    events = [event for one in (tool, named) for event in reader.event(one)]
    assert events == [TextDelta("Hi")]


def streamed(*texts: str, event: str = "message", done: bool = True) -> list[Any]:
    reader = ChatReader({}, "X")
    return [one for text in texts for one in reader.event(ServerEvent(text, event))] + list(reader.end(done))


HI, LAST = '{"choices":[{"delta":{"content":"Hi"}}]}', '{"choices":[{"delta":{"content":"!"},"finish_reason":"stop"}]}'


@pytest.mark.parametrize("damage", ['{"choices":[{"del', '[1', '"content":"x"}}]}'])
def test_a_damaged_chunk_marks_the_reply_and_loses_nothing_else(damage: str) -> None:
    events = streamed(HI, damage, LAST)
    assert message(events).text == "Hi!"
    assert isinstance(events[-1], Failed) and events[-1].error.kind == "interrupted"
    assert "something may be missing" in str(events[-1].error) and events[-1].error.body == damage


def test_words_between_chunks_do_no_harm() -> None:
    assert streamed(HI, "keep-alive", LAST) == [TextDelta("Hi"), TextDelta("!"), Finished("stop")]


@pytest.mark.parametrize(("said", "words"), [
    ("Internal Server Error", "Internal Server Error"),
    ('{"detail":"CUDA out of memory"}', "CUDA out of memory"),
    ('{"message":"Internal server error"}', "Internal server error"),
    ('"worker died"', "worker died"),
])
def test_what_the_server_said_before_it_gave_up(said: str, words: str) -> None:
    *_, last = streamed(HI, said, done=False)
    assert isinstance(last, Failed) and last.error.kind == "interrupted"
    assert str(last.error).endswith(f"X says: {words}.")


@pytest.mark.parametrize(("body", "kind", "words"), [
    ('{"message":"overloaded","type":"overloaded_error"}', "overloaded", "overloaded"),
    ("out of memory", "server", "out of memory"), ('"no"', "server", "no"), ("{", "server", "{"), ("", "server", ""),
    ('{"error":{"message":"rate limit"}}', "rate", "rate limit"),
])
def test_an_event_named_error_is_one_whatever_its_body(body: str, kind: str, words: str) -> None:
    events = streamed(body, event="error")
    assert [event.error.kind for event in events] == [kind] and words in str(events[0].error)


def test_text_after_done_is_ignored() -> None:
    reader = ChatReader({}, "X")
    list(reader.event(ServerEvent("[DONE] bye")))
    assert reader.done


def test_another_reply_in_a_stream_takes_the_place_of_the_first() -> None:
    first = [chunk({"role": "assistant", "content": ""}, id="a"), chunk({"content": "Half an"}, id="a")]
    again = [chunk({"role": "assistant", "content": "Whole"}, id="b"), chunk({"content": "."}, "stop", id="b")]
    events = stream(*first, *again)
    assert message(events).text == "Whole." and StartedAgain() in events and events[-1] == Finished("stop")
    each = [chunk({"role": "assistant", "content": words}, id=words) for words in ("one ", "two ", "three")]
    assert message(stream(*each, chunk({}, "stop", id="x"))).text == "one two three"
    late = [*first, chunk({"content": " egg"}, id="b"), chunk({}, "stop", id="b")]
    assert message(stream(*late)).text == "Half an egg", "no role: the same reply"


def stream(*chunks: Any) -> list[Any]:
    reader = ChatReader({}, "X")
    events = [event for one in chunks for event in reader.event(ServerEvent(json.dumps(one)))]
    return events + list(reader.end(done=True))


def test_the_only_choice_is_the_first_whatever_its_index() -> None:
    events = read(chunk({"content": "Hi"}, index=1), chunk({}, "stop", index=1))
    assert message(events).text == "Hi" and events[-1] == Finished("stop")
    two = ChatReader({}, "X", several=True)
    chunks = [chunk({"content": f"{at}"}, "stop", index=at) for at in (1, 0)]
    pieces = [event for one in chunks for event in two.whole(one, streamed=True)]
    assert [event.choice for event in pieces if isinstance(event, TextDelta)] == [1, 0]


def test_sources_beside_the_choices() -> None:
    grounding = {"vertex_ai_grounding_metadata": [{"groundingChunks": [{"web": {"uri": "https://a", "title": "A"}}]}]}
    assert Cited("https://a", "A") in read(chunk({"content": "Hi"}, "stop"), grounding)
