"""Answers of every kind: streams, JSON, pages, and what is none of these."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Run
from tests.providers.support import bench
from tests.support.server import Reply, Server, text_reply
from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Blob
from workbench.core.reply.assembler import Assembler
from workbench.core.reply.events import Failed
from workbench.providers.http.response_decoder import ResponseDecoder
from workbench.providers.protocols.anthropic_reader import AnthropicReader
from workbench.providers.protocols.chat_reader import ChatReader

PATH = "/v1/chat/completions"


def test_a_web_page_in_place_of_a_reply(server: Server, run: Run) -> None:
    server.on("POST", PATH, text_reply("<!doctype html><title>Log in</title>", content_type="text/html"))
    out = run(bench(server).reply("test/m"))
    assert str(out.failure) == ("test answered with a web page: “Log in” instead of a reply. Check the base URL "
                                "in Settings › Providers. If this network has a page to sign in on, open any page in "
                                "a web browser, sign in there, then retry.")
    assert "<title>" in out.failure.body


@pytest.mark.parametrize("text", ["Ollama is running", "", "null", "[]", "{}", '"hello"', '{"id": 3'])
def test_answers_that_are_not_replies(server: Server, run: Run, text: str) -> None:
    server.on("POST", PATH, text_reply(text))
    out = run(bench(server).reply("test/m"))
    assert out.failure is not None and out.failure.kind in ("not_an_answer", "interrupted")
    assert out.failure.body == text


def test_blank_lines_before_json(server: Server, run: Run) -> None:
    body = '\n\n\r\n {"choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"}]}'
    server.on("POST", PATH, text_reply(body))
    out = run(bench(server).reply("test/m", params={"stream": False}))
    assert out.text == "Hello" and server.requests[0].json.get("stream") is None


@pytest.mark.parametrize("text", [
    '{"response":"hello"}', '{"output":[{"type":"message"}]}', 'data: {"response":"hello"}\n\n', "Ollama is running",
])
def test_what_is_no_chat_reply_is_quoted(server: Server, run: Run, text: str) -> None:
    server.on("POST", PATH, text_reply(text))
    out = run(bench(server).reply("test/m"))
    assert "is no chat reply" in str(out.failure) and str(out.failure).endswith(text.strip())


@pytest.mark.parametrize("text", ['{"response":"hello"}', 'data: {"response":"hello"}\n\n', "Ollama is running"])
def test_what_is_no_message_is_quoted(server: Server, run: Run, text: str) -> None:
    server.on("POST", "/v1/messages", text_reply(text))
    out = run(bench(server, protocol="anthropic-messages", needs_key=False).reply("test/m"))
    assert out.failure is not None and str(out.failure).endswith(text.strip())


@pytest.mark.parametrize("end", ["", "\n"])
def test_the_last_event_of_an_end_in_good_order_counts(server: Server, run: Run, end: str) -> None:
    last = '{"choices":[{"index":0,"delta":{"content":"last words."},"finish_reason":"stop"}]}'
    server.on("POST", PATH, text_reply(f"data: {last}{end}"))
    out = run(bench(server).reply("test/m"))
    assert out.text == "last words." and out.failure is None


@pytest.mark.parametrize("line", [
    'error: {"code":500,"message":"slot lost"}', '{"error":{"message":"slot lost"}}', "event: error\ndata: slot lost",
])
def test_errors_outside_the_format_are_shown(server: Server, run: Run, line: str) -> None:
    hi = '{"choices":[{"index":0,"delta":{"content":"Hi"}}]}'
    server.on("POST", PATH, text_reply(f"data: {hi}\n\n{line}\n\n"))
    out = run(bench(server).reply("test/m"))
    assert out.text == "Hi" and "slot lost" in str(out.failure)


def message_of(pieces: Iterable[bytes], anthropic: bool) -> tuple[Message, list[str]]:
    """The message that an answer in these pieces gives, and its failures."""
    reader = AnthropicReader("X") if anthropic else ChatReader({"think_tags": True}, "X")
    decoder = ResponseDecoder(reader, "X")
    assembler = Assembler("m", lambda data, mime, name: Blob("", len(data), mime, name))
    failures = []
    for event in [*(event for piece in pieces for event in decoder.feed(piece)), *decoder.end()]:
        assembler.feed(event)
        if isinstance(event, Failed):
            failures.append(event.error.sentence)
    return assembler.message(), failures


def sent(*events: Any) -> bytes:
    texts = (event if isinstance(event, str) else json.dumps(event, ensure_ascii=False) for event in events)
    return "".join(f"data: {text}\n\n" for text in texts).encode()


def deltas(*found: dict[str, Any], reason: str = "stop") -> list[Any]:
    return [*({"choices": [{"index": 0, "delta": delta}]} for delta in found),
            {"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]}]


CALL = {"id": "c", "function": {"name": "f", "arguments": '{"x"'}}
BLOCKS = [
    {"type": "message_start", "message": {"id": "m"}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": "Sieh"}},
    {"type": "content_block_stop", "index": 0},
    {"type": "content_block_start", "index": 1, "content_block": {"type": "server_tool_use", "id": "s"}},
    {"type": "content_block_start", "index": 2, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 2, "delta": {"type": "text_delta", "text": "天空 😀"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}, {"type": "message_stop"},
]
ANSWERS: list[tuple[bytes, bool]] = [
    (sent(*deltas({"content": "<think>hm</think>Grü"}, {"content": "ße 😀"}), "[DONE]"), False),
    (sent(*deltas({"reasoning": "hm"}, {"content": "<think>hm</think>Hi"})), False),
    (sent(*deltas({"tool_calls": [{"index": 0, **CALL}]}, {"tool_calls": [{"index": 1, "function": {
        "arguments": ":1}"}}]}, reason="tool_calls")).rstrip(), False),
    (sent({"choices": [{"delta": {"content": "Hi"}}]}, '{"cho', *deltas({"content": "!"})), False),
    (sent({"choices": [{"delta": {"content": "Hi"}}]}, "Internal Server Error"), False),
    (b'{"choices":[{"message":{"content":"Hi"},"delta":{"content":""},"finish_reason":"stop"}]}', False),
    (b'error: {"code":500,"message":"lost"}\r\n\r\n', False), (b'{"response":"hello"}', False),
    (sent(*BLOCKS), True), (sent(*BLOCKS[:4], "{", *BLOCKS[4:]), True), (sent(*BLOCKS[:-2]), True),
]


@given(st.sampled_from(ANSWERS), st.lists(st.integers(0, 2000), max_size=12))
def test_any_pieces_give_the_same_message_as_the_whole(answer: tuple[bytes, bool], cuts: list[int]) -> None:
    data, anthropic = answer
    places = [0, *sorted(cuts), len(data)]
    whole = message_of([data], anthropic)
    assert message_of([data[a:b] for a, b in pairwise(places)], anthropic) == whole
    assert message_of([bytes([byte]) for byte in data], anthropic) == whole
    assert whole[0].parts or whole[1]


BAD = b"\xc3\x28"


@pytest.mark.parametrize(("data", "anthropic"), [
    (sent(*deltas({"content": "Gr##e"}), "[DONE]").replace(b"##", BAD), False),
    (b'{"choices":[{"message":{"content":"Gr##e"},"finish_reason":"stop"}]}'.replace(b"##", BAD), False),
    (sent(*BLOCKS).replace(b"Sieh", b"Gr" + BAD + b"e"), True),
])
def test_bytes_that_are_no_text_are_marked(data: bytes, anthropic: bool) -> None:
    message, failures = message_of([data], anthropic)
    assert "Gr\ufffd(e" in message.text and ["no text (UTF-8)" in failure for failure in failures] == [True]
    assert message_of([data[at : at + 1] for at in range(len(data))], anthropic) == (message, failures)


@pytest.mark.parametrize("body", [
    '{"choices":[{"message":{"content":"Hello"},"finish_reason":"stop"}]}',
    '{"choices":[{"message":{"content":"Hello"}}]}',
    'data: {"choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n',
    'data: {"choices":[{"index":0,"delta":{"content":"Hello"}}]}\n\ndata: [DONE]',
])
def test_an_answer_shorter_than_it_said_is_whole_all_the_same(server: Server, run: Run, body: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body) + 50}\r\nConnection: close\r\n\r\n"
    server.on("POST", PATH, Reply(raw=f"{head}{body}".encode()))
    out = run(bench(server).reply("test/m"))
    assert (out.text, out.failure) == ("Hello", None)


def test_what_came_of_a_cut_answer_is_kept_for_the_details(server: Server, run: Run) -> None:
    body = '{"choices":[{"message":{"content":"Half an'
    server.on("POST", PATH, Reply(raw=f"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{body}".encode()))
    out = run(bench(server).reply("test/m"))
    assert out.failure.kind == "interrupted" and body in out.failure.body
