"""Replies that the server makes in the background, over connections that break."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import Bench, bench
from tests.support.server import Cut, Hang, Reply, Server, event, json_reply
from tests.support.waiting import until
from workbench.core.chat.messages import user
from workbench.core.reply.events import TextDelta
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.providers.http import resumption

PATH = "/v1/responses"
BACKGROUND = {"background": True}
SAID = {"type": "message", "id": "msg_1", "content": [{"type": "output_text", "text": "Hello there"}]}
EVENTS: list[dict[str, Any]] = [
    {"type": "response.queued", "response": {"id": "resp_1", "status": "queued"}},
    {"type": "response.output_text.delta", "output_index": 0, "delta": "Hello"},
    {"type": "response.output_text.delta", "output_index": 0, "delta": " there"},
    {"type": "response.completed", "response": {"id": "resp_1", "status": "completed", "output": [SAID]}},
]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resumption, "PAUSE", 0.0)


def part(first: int, last: int, *then: Any) -> Reply:
    """Some of the events, and what the connection does then."""
    numbered = [event({**one, "sequence_number": at}) for at, one in enumerate(EVENTS)]
    return Reply(headers={"Content-Type": "text/event-stream"}, body=[*numbered[first:last], *then])


def made(server: Server, **more: Any) -> Bench:
    return bench(server, id="p", protocol="openai-responses", **more)


@pytest.mark.parametrize("breaks", [(Cut(reset=True),), (), (b'data: {"type":"response.output_te', Cut(reset=True))])
def test_a_reply_goes_on_where_it_broke(server: Server, run: Run, breaks: tuple[Any, ...]) -> None:
    """Whether the connection was reset, closed in good order, or cut within an event."""
    server.on("POST", PATH, part(0, 2, *breaks))
    server.on("GET", f"{PATH}/resp_1", part(2, 3, *breaks), part(3, 4))
    out = run(made(server).reply("p/m", params=BACKGROUND))
    assert out.text == "Hello there" and out.failure is None and out.finished == {0: "stop"}
    assert [received.target for received in server.requests] == [
        PATH, f"{PATH}/resp_1?stream=true&starting_after=1", f"{PATH}/resp_1?stream=true&starting_after=2"]
    assert server.requests[0].json["background"] is True and server.requests[0].json["store"] is True


def test_a_server_that_has_nothing_more_to_tell(server: Server, run: Run) -> None:
    """What came is kept here; the server goes on, and is not told to stop."""
    server.on("POST", PATH, part(0, 2, Cut(reset=True)))
    server.on("GET", f"{PATH}/resp_1", *[json_reply({"error": {"message": "Not found"}}, status=404)] * 9)
    out = run(made(server, retries=0).reply("p/m", params=BACKGROUND))
    assert out.text == "Hello" and out.failure.kind == "interrupted"
    assert len(server.requests) == 1 + resumption.MOST_TRIES


def test_only_what_is_made_in_the_background_goes_on(server: Server, run: Run) -> None:
    server.on("POST", PATH, part(0, 2, Cut(reset=True)))
    out = run(made(server, retries=0).reply("p/m"))
    assert out.text == "Hello" and out.failure.kind == "interrupted" and len(server.requests) == 1


def test_stop_cancels_it_at_the_server(server: Server, run: Run) -> None:
    server.on("POST", PATH, part(0, 2, Hang()))
    server.on("POST", f"{PATH}/resp_1/cancel", json_reply({}))
    bench_ = made(server)

    async def stop() -> None:
        events = bench_.providers.stream(Request(ModelRef("p", "m"), (user("Hi"),), params=BACKGROUND))
        async for one in events:
            if isinstance(one, TextDelta):
                break
        await events.aclose()
        await until(lambda: len(server.requests) == 2)
        await bench_.providers.close()
        await asyncio.sleep(0)

    run(stop())
    assert server.requests[1].target == f"{PATH}/resp_1/cancel"


def test_it_is_streamed_even_when_that_is_off(server: Server, run: Run) -> None:
    server.on("POST", PATH, part(0, 4))
    out = run(made(server).reply("p/m", params={**BACKGROUND, "stream": False}))
    assert out.text == "Hello there" and server.requests[0].json["stream"] is True
    assert "stream" in {note.parameter for note in out.sent.adjustments}


@pytest.mark.parametrize("begins", [True, False])
def test_a_server_that_answers_whole_is_asked_until_it_is_done(server: Server, run: Run, begins: bool) -> None:
    """From the beginning, or after a stream that broke."""
    under_way = json_reply({"id": "resp_1", "object": "response", "status": "in_progress", "output": []})
    server.on("POST", PATH, under_way if begins else part(0, 2, Cut(reset=True)))
    done = json_reply({"id": "resp_1", "object": "response", "status": "completed", "output": [SAID]})
    server.on("GET", f"{PATH}/resp_1", under_way, under_way, done)
    out = run(made(server).reply("p/m", params=BACKGROUND))
    assert out.text == "Hello there" and out.failure is None and out.finished == {0: "stop"}
    assert len(server.requests) == 4 and all("/cancel" not in one.target for one in server.requests)


def test_events_without_numbers_are_asked_for_as_a_whole(server: Server, run: Run) -> None:
    bare = [event(one) for one in EVENTS[:2]]
    server.on("POST", PATH, Reply(headers={"Content-Type": "text/event-stream"}, body=[*bare, Cut(reset=True)]))
    server.on("GET", f"{PATH}/resp_1", json_reply({"id": "resp_1", "status": "completed", "output": [SAID]}))
    out = run(made(server).reply("p/m", params=BACKGROUND))
    assert out.text == "Hello there" and server.requests[1].target == f"{PATH}/resp_1"
