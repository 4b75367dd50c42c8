"""Streams that break, stall or never end: what came is kept, and nothing is asked twice."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import aclosing

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Cut, Gate, Hang, Pause, Reply, Server, chat, chat_chunks, event, sse
from tests.support.waiting import until
from workbench.core.chat.messages import user
from workbench.core.reply.events import Alive, Failed, TextDelta
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.providers.http import request_attempts, stream_watchdog

PATH = "/v1/chat/completions"
WORDS = [f"word{number} " for number in range(4)]


def complete_events(data: bytes, in_good_order: bool) -> tuple[str, bool]:
    """The text in the events of ``data`` that are closed, and whether they end the reply.

    At an end in good order an event counts without the blank line that closes it, when it is whole.
    """
    text, ended = "", False
    *blocks, rest = data.split(b"\n\n")
    if in_good_order and rest.strip().endswith((b"}", b"[DONE]")) and whole(rest.removeprefix(b"data: ").strip()):
        blocks.append(rest.strip())
    for block in blocks:
        payload = block.removeprefix(b"data: ")
        if payload == b"[DONE]":
            ended = True
            continue
        for choice in json.loads(payload)["choices"]:
            text += choice["delta"].get("content") or ""
            ended = ended or choice["finish_reason"] is not None
    return text, ended


def whole(payload: bytes) -> bool:
    try:
        return payload == b"[DONE]" or isinstance(json.loads(payload), dict)
    except ValueError:
        return False


STREAM = b"".join(event(chunk) for chunk in chat_chunks(*WORDS)) + b"data: [DONE]\n\n"


@pytest.mark.costly
@pytest.mark.parametrize(("how", "first"), [*(("close", first) for first in range(4)), ("length", 0), ("reset", 0)])
def test_cut_at_every_byte(
    server: Server, run: Run, how: str, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All text of whole events is kept. The reply counts as complete only where it had said so itself."""
    monkeypatch.setattr("workbench.providers.http.stream_watchdog._gap", lambda since: 0.0)  # reads are not gathered
    assert STREAM.count(b"data: ") == len(WORDS) + 3  # the role, the end and what closes the stream
    cuts = list(range(first, len(STREAM), 4 if how == "close" else 17))

    def reply(cut: int) -> Reply:
        if how == "length":
            return Reply(headers={"Content-Length": str(len(STREAM))}, body=[STREAM], framing="none", cut_at=cut)
        if how == "reset":
            return Reply(body=[STREAM[:cut], Pause(0.001), Cut(reset=True)], framing="close")
        return Reply(body=[STREAM[:cut]], framing="close")

    server.on("POST", PATH, *(reply(cut) for cut in cuts))
    made = bench(server, retries=0)

    async def all_cuts() -> None:
        for cut in cuts:
            text, failed, finished = "", None, 0
            async with aclosing(made.providers.stream(Request(ModelRef("test", "m"), (user("Hi"),)))) as events:
                async for one in events:
                    match one:
                        case TextDelta():
                            text += one.text
                        case Failed():
                            failed = one.error
                        case _:
                            finished += type(one).__name__ == "Finished"
            expected, ended = complete_events(STREAM[:cut], in_good_order=how != "reset")
            if how != "reset":  # a reset may overtake what was sent before it
                assert text == expected, f"cut at {cut}"
                assert (failed is None) == ended, f"cut at {cut}: {failed}"
            if failed is not None and text:
                assert failed.kind == "interrupted" and not finished
        await made.providers.close()

    run(all_cuts(), timeout=100)
    assert len(server.requests) == len(cuts)


def test_once_text_has_come_there_is_one_request(server: Server, run: Run) -> None:
    server.on("POST", PATH, sse(*chat_chunks("Hel", finish=None), Cut(reset=True), done=False))
    out = run(bench(server, retries=5).reply("test/m"))
    assert out.text == "Hel" and out.failure.kind == "interrupted"
    assert len(server.requests) == 1


def test_nothing_at_all(server: Server, run: Run) -> None:
    server.on("POST", PATH, Reply(body=[], framing="close"))
    out = run(bench(server).reply("test/m"))
    assert str(out.failure) == (
        "test closed the connection without an answer. Try again, or ask another model.")
    assert out.failure.kind == "not_an_answer"


def test_stop_closes_the_connection_at_once(server: Server, run: Run) -> None:
    """The server would never end its answer by itself; that it sees the client go is the iterator's doing."""
    server.on("POST", PATH, sse(*chat_chunks("Hel", finish=None), Hang(), done=False))
    made = bench(server)

    async def stop() -> None:
        events = made.providers.stream(Request(ModelRef("test", "m"), (user("Hi"),)))
        async for one in events:
            if isinstance(one, TextDelta):
                break
        await events.aclose()
        assert await asyncio.to_thread(server.wait_for().cancelled), "before the clients are closed"
        await made.providers.close()

    run(stop())


def test_cancelling_the_task_closes_it_too(server: Server, run: Run) -> None:
    server.on("POST", PATH, Reply(before=[Hang()]))
    made = bench(server)

    async def cancel() -> None:
        async def read() -> None:
            async for _ in made.providers.stream(Request(ModelRef("test", "m"), (user("Hi"),))):
                pass

        task = asyncio.create_task(read())
        await until(lambda: server.requests)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await made.providers.close()

    run(cancel())
    assert server.wait_for().cancelled()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Silence is told after a fiftieth of a second."""
    monkeypatch.setattr(stream_watchdog, "TICK", 0.02)
    monkeypatch.setattr(request_attempts, "GRACE", 0.1)


def test_silence_before_the_first_token(server: Server, run: Run, quick: None) -> None:
    server.on("POST", PATH, Reply(before=[Hang()]))
    out = run(bench(server, first_token_timeout=0.15).reply("test/m"))
    assert str(out.failure) == ("test sent nothing for 0.15 s. Retry, or allow more time in Settings › Network.")
    assert out.failure.kind == "timeout" and len(server.requests) == 1
    seconds = [one.seconds for one in out.all(Alive)]
    assert len(seconds) >= 3 and seconds == sorted(seconds)


def test_comments_are_signs_of_life(server: Server, run: Run, quick: None) -> None:
    pings = [step for _ in range(30) for step in (": OPENROUTER PROCESSING\n\n", Pause(0.03))]
    server.on("POST", PATH, sse(*pings, *chat_chunks("Hello")))
    out = run(bench(server, first_token_timeout=0.6).reply("test/m"))
    assert out.text == "Hello" and out.failure is None
    assert any(one.note == "OPENROUTER PROCESSING" and one.seconds > 0.6 for one in out.all(Alive))


def test_silence_in_the_middle(server: Server, run: Run, quick: None) -> None:
    server.on("POST", PATH, sse(*chat_chunks("Hel", finish=None), Hang(), done=False))
    out = run(bench(server, idle_timeout=0.1).reply("test/m"))
    assert out.text == "Hel" and out.failure.kind == "timeout"
    assert "went silent for 0.1 s" in str(out.failure)


def test_single_bytes_are_no_signs_of_life(server: Server, run: Run, quick: None) -> None:
    loris = [step for _ in range(100) for step in ("x", Pause(0.02))]
    server.on("POST", PATH, sse(*chat_chunks("Hel", finish=None), *loris, done=False))
    out = run(bench(server, idle_timeout=0.15).reply("test/m"))
    assert out.failure.kind == "timeout" and out.text == "Hel"


def test_a_server_that_never_closes_after_the_end(server: Server, run: Run, quick: None) -> None:
    server.on("POST", PATH, sse(*chat_chunks("Hello"), Hang(), done=False))
    out = run(bench(server).reply("test/m"))
    assert out.text == "Hello" and out.finished == {0: "stop"} and out.failure is None


def test_the_connection_is_used_again(server: Server, run: Run) -> None:
    gate = Gate()
    gate.open()
    server.on("POST", PATH, chat("a"))
    made = bench(server)

    async def twice() -> None:
        for _ in range(2):
            async for _ in made.providers.stream(Request(ModelRef("test", "m"), (user("Hi"),))):
                pass
        await made.providers.close()

    run(twice())
    assert len({request.peer for request in server.requests}) == 1


def test_an_endless_line_is_cut_off(server: Server, run: Run) -> None:
    server.on("POST", PATH, sse(*chat_chunks("Hel", finish=None), *([b"x" * 2**20] * 40), done=False))
    out = run(bench(server).reply("test/m"))
    assert out.text == "Hel" and out.failure.kind == "size" and "16 MiB" in str(out.failure)


@pytest.fixture
def other() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_carry_nothing(server: Server, other: Server, run: Run, status: int) -> None:
    server.on("POST", PATH, Reply(status, {"Location": f"{other.url}/v1/chat/completions?x=1"}, []))
    out = run(bench(server, key=KEY, headers={"x-api-key": "also"}).reply("test/m"))
    assert other.requests == [] and len(server.requests) == 1
    assert out.failure.kind == "redirect" and out.failure.status == status
    assert other.url in str(out.failure) and "Redirects are not followed" in str(out.failure)
