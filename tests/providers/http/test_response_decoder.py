"""Answers of every kind: streams, JSON, pages, and what is none of these."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.providers.support import bench
from tests.support.server import Server, text_reply

PATH = "/v1/chat/completions"


def test_a_web_page_in_place_of_a_reply(server: Server, run: Run) -> None:
    server.on("POST", PATH, text_reply("<!doctype html><title>Log in</title>", content_type="text/html"))
    out = run(bench(server).reply("test/m"))
    assert str(out.failure) == ("test answered with a web page: “Log in” instead of a reply. Check the base URL "
                                "in Settings › Providers.")
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
