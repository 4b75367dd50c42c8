"""Replies with a fallback."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import Bench, bench
from tests.support.server import Cut, Reply, Server, chat, chat_chunks, sse
from workbench.core.reply.events import ResponseInfo, Sent
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
