"""Any answer, cut into any pieces, is the same reply as in one piece, streamed or whole, in every protocol.

The answers are made of what servers really send: reasoning, text, calls, sources, counts, blank fields, comments, and
all three kinds of line end; and the documented streams of every shipped provider.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.providers.vendor import VENDORS, Vendor
from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Blob
from workbench.core.reply.assembler import Assembler
from workbench.core.reply.events import Event, Failed, Finished, UsageReport
from workbench.core.reply.usage import Usage
from workbench.providers.endpoints.presets import preset
from workbench.providers.http.response_decoder import ResponseDecoder
from workbench.providers.protocols.ace_conversations import AceReader
from workbench.providers.protocols.anthropic_reader import AnthropicReader
from workbench.providers.protocols.chat_reader import ChatReader
from workbench.providers.protocols.responses_reader import ResponsesReader
from workbench.providers.wire.protocol import EventReader

WORDS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, max_size=4)
CUTS = st.lists(st.integers(0, 6000), max_size=12)


@dataclass(frozen=True)
class Outcome:
    """What a user keeps of an answer."""

    message: Message
    finished: dict[int, str]
    usage: Usage | None
    failure: str


def read(reader: EventReader, pieces: Iterable[bytes], lines: bool = False) -> Outcome:
    decoder = ResponseDecoder(reader, "X", lines)
    events: list[Event] = []
    for piece in pieces:
        events += decoder.feed(piece)
        if decoder.finished:
            break
    events += decoder.end()
    assembler = Assembler("p/m", lambda data, mime, name: Blob("", len(data), mime, name))
    for event in events:
        assembler.feed(event)
    return Outcome(
        assembler.message(), {event.choice: event.reason for event in events if isinstance(event, Finished)},
        next((event.usage for event in reversed(events) if isinstance(event, UsageReport)), None),
        next((event.error.sentence for event in events if isinstance(event, Failed)), ""))


def pieces(data: bytes, cuts: Sequence[int]) -> list[bytes]:
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    return [data[a:b] for a, b in pairwise(places)] or [data]


def same_in_any_pieces(
    make: Callable[[], EventReader], data: bytes, cuts: Sequence[int], lines: bool = False
) -> Outcome:
    """Also of what is left when the connection ends within the answer."""
    whole = read(make(), [data], lines)
    assert read(make(), pieces(data, cuts), lines) == whole
    assert read(make(), (data[at:at + 1] for at in range(len(data))), lines) == whole
    for cut in cuts[:3]:
        assert read(make(), pieces(data[:cut], cuts), lines) == read(make(), [data[:cut]], lines)
    return whole


def stream(events: Iterable[tuple[str, Any]], end: str, comment: str, blank: bool = True) -> bytes:
    """Returns events as bytes. Comments come between, as real servers mix them in; some leave out the blank lines."""
    text = ""
    close = end * 2 if blank else end
    for at, (name, data) in enumerate(events):
        body = data if isinstance(data, str) else json.dumps(data, ensure_ascii=at % 2 == 0)
        text += f"{comment}{close}" if comment and at % 3 == 1 else ""
        text += (f"event: {name}{end}" if name else "") + f"data: {body}{close}"
    return text.encode()


ENDS, COMMENTS = st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from(["", ": keep-alive", ":"])


@dataclass(frozen=True)
class Said:
    """What a model says: reasoning and text in pieces, and calls (id, name, arguments)."""

    reasoning: list[str]
    text: list[str]
    calls: list[tuple[str, str, dict[str, str]]]


GIVEN = st.dictionaries(WORDS, WORDS, max_size=2)
CALLS = st.lists(st.tuples(st.sampled_from(["f", "look_up"]), GIVEN), max_size=2).map(
    lambda calls: [(f"call_{at}", name, values) for at, (name, values) in enumerate(calls)])
SAID = st.builds(Said, TEXTS, TEXTS, CALLS)
COUNTS = {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}


def chat_chunks(said: Said, field: str, blanks: bool) -> list[dict[str, Any]]:
    """Returns chunks; ``blanks``: with the empty fields that servers in Go send."""
    empty: dict[str, Any] = {"tool_calls": None, "refusal": None, "audio": {"data": ""}} if blanks else {}

    def chunk(delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        choice = {"index": 0, "delta": {**empty, **delta}, "finish_reason": reason}
        return {"id": "c", "model": "m", "choices": [choice]}

    made = [chunk({"role": "assistant", "content": ""})]
    made += [chunk({field: text}) for text in said.reasoning]
    made += [chunk({"content": text}) for text in said.text]
    for at, (id, name, values) in enumerate(said.calls):
        arguments = json.dumps(values)
        made.append(chunk({"tool_calls": [{"index": at, "id": id, "type": "function", "function": {
            "name": name, "arguments": ""}}]}))
        made += [chunk({"tool_calls": [{"index": at, "function": {"arguments": part}}]})
                 for part in (arguments[:3], arguments[3:]) if part]
    made.append(chunk({}, "tool_calls" if said.calls else "stop"))
    return [*made, {"id": "c", "model": "m", "choices": [], "usage": COUNTS}]


def chat_whole(said: Said, field: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": "".join(said.text)}
    if said.reasoning:
        message[field] = "".join(said.reasoning)
    if said.calls:
        message["tool_calls"] = [{"id": id, "type": "function", "function": {
            "name": name, "arguments": json.dumps(values)}} for id, name, values in said.calls]
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if said.calls else "stop"}
    return {"id": "c", "model": "m", "choices": [choice], "usage": COUNTS}


@given(SAID, st.sampled_from(["reasoning", "reasoning_content"]), st.booleans(), ENDS, COMMENTS, CUTS, st.booleans())
def test_chat_completions(
    said: Said, field: str, blanks: bool, end: str, comment: str, cuts: list[int], blank: bool
) -> None:
    def reader() -> ChatReader:
        return ChatReader(preset("custom").quirks, "X")

    events = [*(("", chunk) for chunk in chat_chunks(said, field, blanks)), ("", "[DONE]")]
    streamed = same_in_any_pieces(reader, stream(events, end, comment, blank), cuts)
    whole = same_in_any_pieces(reader, b"\n\n" + json.dumps(chat_whole(said, field)).encode(), cuts)
    assert streamed == whole and streamed.failure == ""
    assert streamed.message.text == "".join(said.text) and streamed.usage == Usage(3, 2)


def blocks_of(said: Said, searched: bool) -> list[dict[str, Any]]:
    blocks: list[dict[str, Any]] = []
    if said.reasoning:
        blocks.append({"type": "thinking", "thinking": "".join(said.reasoning), "signature": "sig"})
    if searched:
        blocks += [{"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "rain"}},
                   {"type": "web_search_tool_result", "tool_use_id": "s", "content": [{"url": "https://x.example"}]}]
    if said.text:
        blocks.append({"type": "text", "text": "".join(said.text), "citations": [
            {"type": "web_search_result_location", "url": "https://x.example", "title": "X"}]})
    return blocks + [{"type": "tool_use", "id": id, "name": name, "input": values} for id, name, values in said.calls]


def anthropic_events(said: Said, blocks: list[dict[str, Any]], reason: str) -> list[tuple[str, Any]]:
    made: list[dict[str, Any]] = [{"type": "message_start", "message": {
        "id": "m", "model": "c", "usage": {"input_tokens": 3, "output_tokens": 1}}}, {"type": "ping"}]
    for index, block in enumerate(blocks):
        start, deltas = dict(block), list[dict[str, Any]]()
        match block["type"]:
            case "thinking":
                start = {"type": "thinking", "thinking": "", "signature": ""}
                deltas = [{"type": "thinking_delta", "thinking": text} for text in said.reasoning]
                deltas.append({"type": "signature_delta", "signature": "sig"})
            case "text":
                start = {"type": "text", "text": ""}
                deltas = [{"type": "text_delta", "text": text} for text in said.text]
                deltas += [{"type": "citations_delta", "citation": one} for one in block["citations"]]
            case "tool_use" | "server_tool_use":
                start["input"] = {}
                values = json.dumps(block["input"])
                deltas = [{"type": "input_json_delta", "partial_json": part} for part in ("", values[:5], values[5:])]
        made += [{"type": "content_block_start", "index": index, "content_block": start},
                 *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
                 {"type": "content_block_stop", "index": index}]
    made += [{"type": "message_delta", "delta": {"stop_reason": reason}, "usage": {"output_tokens": 2}},
             {"type": "message_stop"}]
    return [(event["type"], event) for event in made]


@given(SAID, st.booleans(), ENDS, COMMENTS, CUTS, st.booleans())
def test_anthropic_messages(
    said: Said, searched: bool, end: str, comment: str, cuts: list[int], blank: bool
) -> None:
    def reader() -> AnthropicReader:
        return AnthropicReader("X", "https://x:443")

    reason = "tool_use" if said.calls else "end_turn"
    blocks = blocks_of(said, searched)
    sent = stream(anthropic_events(said, blocks, reason), end, comment, blank)
    streamed = same_in_any_pieces(reader, sent, cuts)
    message = {"type": "message", "id": "m", "model": "c", "role": "assistant", "content": blocks,
               "stop_reason": reason, "usage": {"input_tokens": 3, "output_tokens": 2}}
    whole = same_in_any_pieces(reader, json.dumps(message).encode(), cuts)
    assert streamed == whole and streamed.failure == "" and streamed.usage == Usage(3, 2)


def items_of(said: Said, searched: bool) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = []
    if said.reasoning:
        items.append({"type": "reasoning", "id": "rs", "encrypted_content": "e", "summary": [
            {"type": "summary_text", "text": "".join(said.reasoning)}]})
    if searched:
        items.append({"type": "web_search_call", "id": "ws", "status": "completed", "action": {"query": "rain"}})
    if said.text:
        items.append({"type": "message", "id": "msg", "role": "assistant", "content": [{
            "type": "output_text", "text": "".join(said.text), "annotations": [
                {"type": "url_citation", "url": "https://x.example", "title": "X"}]}]})
    return items + [{"type": "function_call", "id": f"fc_{id}", "call_id": id, "name": name,
                     "arguments": json.dumps(values)} for id, name, values in said.calls]


def response_events(said: Said, items: list[dict[str, Any]], response: dict[str, Any], numbered: bool) -> list[Any]:
    made: list[dict[str, Any]] = [{"type": "response.created", "response": {**response, "output": []}}]
    for at, item in enumerate(items):
        where = {"output_index": at} if numbered else {}
        place = {**where, "item_id": item["id"]}
        empty = {"content": [], "summary": [], "arguments": ""}
        made.append({"type": "response.output_item.added", **where, "item": {
            name: empty.get(name, value) for name, value in item.items() if name != "encrypted_content"}})
        match item["type"]:
            case "reasoning":
                made += [{"type": "response.reasoning_summary_text.delta", **place, "summary_index": 0, "delta": text}
                         for text in said.reasoning]
            case "message":
                made += [{"type": "response.output_text.delta", **place, "content_index": 0, "delta": text}
                         for text in said.text]
            case "function_call":
                given = item["arguments"]
                made += [{"type": "response.function_call_arguments.delta", **place, "delta": text}
                         for text in (given[:2], given[2:])]
        made.append({"type": "response.output_item.done", **where, "item": item})
    return [(event["type"], event) for event in [*made, {"type": "response.completed", "response": response}]]


@given(SAID, st.booleans(), st.booleans(), ENDS, COMMENTS, CUTS)
def test_openai_responses(
    said: Said, searched: bool, numbered: bool, end: str, comment: str, cuts: list[int]
) -> None:
    def reader() -> ResponsesReader:
        return ResponsesReader("X", "https://x:443")

    items = items_of(said, searched)
    response = {"id": "r", "object": "response", "status": "completed", "model": "m", "output": items,
                "usage": {"input_tokens": 3, "output_tokens": 2}}
    streamed = same_in_any_pieces(reader, stream(response_events(said, items, response, numbered), end, comment), cuts)
    whole = same_in_any_pieces(reader, json.dumps(response).encode(), cuts)
    assert streamed == whole and streamed.failure == "" and streamed.usage == Usage(3, 2)
    assert streamed.message.text == "".join(said.text)


@given(TEXTS.filter(bool), ENDS, CUTS, st.booleans(), st.booleans())
def test_ace_conversations(texts: list[str], end: str, cuts: list[int], typed: bool, blank: bool) -> None:
    def reader() -> AceReader:
        return AceReader("X")

    lines = [{"type": "text_delta", "delta_answer": text, "id": "i"} if typed else
             {"answer": "".join(texts[:at]), "delta_answer": text, "id": "i"} for at, text in enumerate(texts, 1)]
    as_lines = same_in_any_pieces(reader, "".join(json.dumps(line) + end for line in lines).encode(), cuts, lines=True)
    as_events = same_in_any_pieces(reader, stream([("", line) for line in lines], end, "", blank), cuts)
    whole = same_in_any_pieces(reader, json.dumps({"answer": "".join(texts), "id": "i"}).encode(), cuts, lines=True)
    assert as_lines == as_events == whole
    assert whole.message.text == "".join(texts) and whole.finished == {0: "stop"}


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.preset)
@given(cuts=CUTS)
@settings(max_examples=8)
def test_the_documented_stream_of_every_provider(vendor: Vendor, cuts: list[int]) -> None:
    quirks = preset(vendor.preset).quirks
    anthropic = preset(vendor.preset).protocol == "anthropic-messages"

    def reader() -> EventReader:
        return AnthropicReader("X") if anthropic else ChatReader(quirks, "X")

    found = same_in_any_pieces(reader, vendor.reply.data, cuts)
    assert found.failure == "" and found.message.text
