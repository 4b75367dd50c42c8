"""Replies with a fallback."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, Bench, bench
from tests.support.server import Cut, Reply, Server, chat, chat_chunks, json_reply, sse
from workbench.core.reply.events import ResponseInfo, Sent
from workbench.core.reply.usage import Usage
from workbench.core.settings import ProviderConfig

PATH = "/v1/chat/completions"


def with_fallback(server: Server, fallback: str, **settings: Any) -> Bench:
    made = bench(server, retries=0, fallback=fallback, settings=settings)
    second = ProviderConfig("second", base_url=f"{server.url}/v2")
    made.settings.change(providers={"test": made.config, "second": second})
    return made


@pytest.mark.parametrize(("fallback", "model"), [("second", "m"), ("second/big", "big")])
def test_the_fallback_answers(server: Server, run: Run, fallback: str, model: str) -> None:
    server.on("POST", PATH, Reply(503, {}, ["busy"]))
    server.on("POST", "/v2/chat/completions", chat("Hello"))
    out = run(with_fallback(server, fallback).reply("test/m"))
    assert out.text == "Hello" and out.failure is None
    (told,) = [event.data for event in out.all(ResponseInfo) if "fallback" in event.data]
    assert told["fallback"] == "test" and told["fallback_model"] == f"second/{model}"
    assert "overloaded" in str(told["fallback_reason"])
    assert server.requests[-1].json["model"] == model and len(out.all(Sent)) == 2


def test_the_fallback_of_an_alias(server: Server, run: Run) -> None:
    server.on("POST", PATH, Reply(503, {}, ["busy"]))
    server.on("POST", "/v2/chat/completions", chat("Hello"))
    out = run(with_fallback(server, "", aliases={"fast": "test/m, second/other"}).reply("test/m"))
    assert out.text == "Hello" and server.requests[-1].json["model"] == "other"


def test_no_fallback_once_text_has_come(server: Server, run: Run) -> None:
    server.on("POST", PATH, sse(*chat_chunks("Hel", finish=None), Cut(), done=False))
    out = run(with_fallback(server, "second").reply("test/m"))
    assert out.text == "Hel" and out.failure.kind == "interrupted" and len(server.requests) == 1


def test_both_fail(server: Server, run: Run) -> None:
    server.on("POST", PATH, Reply(503, {}, ["busy"]))
    server.on("POST", "/v2/chat/completions", Reply(401, {}, ["no"]))
    out = run(with_fallback(server, "second").reply("test/m"))
    assert str(out.failure).startswith("The key for second was refused")


def test_a_streamed_reply(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hel", "lo", usage={"prompt_tokens": 3, "completion_tokens": 2}))
    out = run(bench(server, key=KEY).reply("test/some/model", params={"temperature": 0.5}))
    assert out.text == "Hello"
    assert out.finished == {0: "stop"}
    assert out.usage == Usage(3, 2)
    assert server.requests[0].json == {
        "model": "some/model", "messages": [{"role": "user", "content": "Hi"}],
        "stream": True, "stream_options": {"include_usage": True}, "temperature": 0.5,
    }
    assert server.requests[0].header("authorization") == f"Bearer {KEY}"
    assert out.sent.headers["Authorization"] == "Bearer $API_KEY"
    assert KEY not in repr(out)


def test_a_wrong_key(server: Server, run: Run) -> None:
    body = {"error": {"message": "Incorrect API key provided: sk-x.", "type": "invalid_request_error"}}
    server.on("POST", PATH, json_reply(body, 401))
    out = run(bench(server, key=KEY).reply("test/m"))
    assert out.failure.kind == "key" and out.failure.status == 401
    assert str(out.failure).startswith("The key for test was refused (401). Check it in Settings › Providers.")
