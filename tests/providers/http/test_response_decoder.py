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
