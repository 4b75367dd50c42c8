"""The rules of retrying, and retries over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import Outcome, bench
from tests.support.server import Cut, Reply, Server, chat, json_reply
from workbench.core.errors import NotReached, Refused
from workbench.core.reply.events import Retrying, Sent
from workbench.providers.http.retries import delay_before, worth_retrying

PATH = "/v1/chat/completions"


def refused(status: int, kind: Any = "other", after: float | None = None, code: str = "") -> Refused:
    return Refused("No.", kind, status, retry_after=after, code=code)


@pytest.mark.parametrize(("error", "headers", "quirks", "again"), [
    (NotReached("x", "network"), {}, {}, True),
    (NotReached("x", "tls"), {}, {}, False),
    (NotReached("x", "timeout"), {}, {}, False),
    *[(refused(status), {}, {}, True) for status in (408, 409, 429, 500, 502, 503, 504, 529)],
    *[(refused(status), {}, {}, False) for status in (400, 401, 403, 404, 413, 422)],
    *[(refused(500, kind), {}, {}, False) for kind in ("request", "parameter", "context")],
    (refused(429, "quota"), {}, {}, False),
    (refused(429, "rate", after=119), {}, {}, True),
    (refused(429, "rate", after=121), {}, {}, False),
    (refused(429, code="1113"), {}, {"final_codes": ["1113"]}, False),
    (refused(503), {"x-should-retry": "false"}, {}, False),
    (refused(422), {"x-should-retry": "true"}, {}, True),
    (refused(400, "request"), {"x-should-retry": "true"}, {}, True),
    (refused(400, "parameter"), {"x-should-retry": "true"}, {}, True),
    (refused(429, "rate", after=121), {"x-should-retry": "true"}, {}, False),
    (NotReached("x", "network", 407), {}, {}, False),
    (refused(409), {}, {"final_statuses": [409]}, False),
    (refused(498), {}, {"retry_statuses_extra": [498]}, True),
])
def test_what_is_worth_another_attempt(
    error: Any, headers: dict[str, str], quirks: dict[str, Any], again: bool
) -> None:
    assert worth_retrying(error, headers, quirks) is again


def test_delays_are_those_of_the_rule() -> None:
    assert [delay_before(attempt, refused(500), lambda: 0.0) for attempt in range(2, 8)] == [
        0.5, 1, 2, 4, 8, 8]
    assert delay_before(2, refused(500), lambda: 1.0) == 0.375
    assert delay_before(2, refused(429, after=30)) == 30
    assert delay_before(2, refused(429, after=0), lambda: 0.0) == 0.5
    dropped = NotReached("x", "network", code="dropped")
    assert [delay_before(attempt, dropped, lambda: 0.0) for attempt in (2, 3)] == [0.0, 1]


@pytest.mark.parametrize(("first", "requests"), [
    (Reply(503, {"Retry-After": "0.01"}, ["busy"]), 2),
    (Reply(429, {"retry-after-ms": "10"}, ['{"error":{"message":"slow down"}}']), 2),
    (Reply(500, {"retry-after-ms": "5"}, ["<html><title>500</title></html>"]), 2),
    (Reply(raw=b""), 2),
    (Reply(before=[Cut(reset=True)]), 2),
    (Reply(429, {"Retry-After": "300"}, ["later"]), 1),
    (Reply(429, {"retry-after-ms": "5"}, ['{"error":{"code":"insufficient_quota"}}']), 1),
    (Reply(400, {}, ["no"]), 1),
    (Reply(401, {}, ["no"]), 1),
])
def test_over_http(server: Server, run: Run, first: Reply, requests: int) -> None:
    server.on("POST", PATH, first, chat("Hello"))
    out: Outcome = run(bench(server).reply("test/m"))
    assert len(server.requests) == requests
    assert (out.text == "Hello") is (requests == 2)
    if requests == 2:
        assert out.failure is None
        assert len(out.all(Retrying)) == 1
        assert [sent.attempt for sent in out.all(Sent)] == [1, 2]
        before = [type(event) for event in out.events]
        assert before.index(Retrying) < before.index(Sent, 1), "the countdown is told before the wait"


def test_a_long_wait_is_shown_and_not_taken(server: Server, run: Run) -> None:
    server.on("POST", PATH, json_reply({"error": {"message": "later"}}, 429, {"Retry-After": "3600"}))
    out = run(bench(server).reply("test/m"))
    assert out.failure.retry_after == 3600 and out.failure.kind == "rate"
    assert not out.all(Retrying)


def test_attempts_are_counted(server: Server, run: Run) -> None:
    server.on("POST", PATH, Reply(503, {"retry-after-ms": "1"}, ["busy"]))
    out = run(bench(server, retries=3).reply("test/m"))
    assert len(server.requests) == 4 and out.failure.status == 503


def test_a_connection_that_was_closed_meanwhile_costs_no_time(server: Server, run: Run) -> None:
    """A server may close a connection just as the next request goes out on it."""
    server.on("POST", PATH, Reply(raw=b""), chat("Hi"))
    out = run(bench(server).reply("test/m"))
    assert out.text == "Hi" and [event.delay for event in out.all(Retrying)] == [0.0]
