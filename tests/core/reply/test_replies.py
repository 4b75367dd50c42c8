"""The reply service over real HTTP and a real store: what comes is told once, kept always, and ends in a status."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.faults.disks import no_file_longer_than
from tests.support.server import Cut, Gate, Hang, Reply, Server, chat, chat_chunks, json_reply, sse
from tests.support.waiting import until
from workbench.app import open_services
from workbench.core.chat.chats import Chat
from workbench.core.chat.context import LEFT_OUT, noted_in
from workbench.core.chat.messages import Message, MessageNode, Status, user
from workbench.core.chat.parts import Failure, Image, Text
from workbench.core.errors import StoreError, StoreFull
from workbench.core.reply import reply_run
from workbench.core.reply.events import Event, Finished, TextDelta
from workbench.core.reply.live_reply import LiveReply
from workbench.core.request.models import ModelRef
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig

PATH = "/v1/chat/completions"
REF = ModelRef("local", "m")


class Noted:
    """Notes what it is told, and what had come of the reply by then."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.seen: list[tuple[Event, Message]] = []
        self.errors: list[StoreError | None] = []
        self.replies: list[LiveReply] = []

    def begun(self, reply: LiveReply) -> None:
        self.told.append("began")
        self.replies.append(reply)

    def event(self, reply: LiveReply, event: Event) -> None:
        self.seen.append((event, reply.message()))

    def unsaved(self, reply: LiveReply, error: StoreError | None) -> None:
        self.errors.append(error)

    def ended(self, reply: LiveReply) -> None:
        self.told.append("ended")


@asynccontextmanager
async def asked(data: Path, server: Server, **request: Any) -> AsyncIterator[tuple[Services, ReplyRequest]]:
    """Services with a provider, and the request to answer a message of a chat."""
    config = ProviderConfig("local", base_url=f"{server.url}/v1", protocol="openai-chat", needs_key=False, retries=0)
    async with open_services(data) as services:
        services.settings.change(providers={"local": config})
        chat_ = await services.store.create_chat(Chat("", "t", "local/m", "Be brief."))
        question = await services.store.add_message(chat_.id, None, user("Well?"))
        yield services, ReplyRequest(chat_, question.id, REF, {}, **request)


async def kept(services: Services, reply: MessageNode) -> MessageNode:
    """The reply as the store has it."""
    return (await services.store.nodes([reply.id]))[0]


def test_each_event_is_in_the_message_when_it_is_told(run: Run, server: Server, isolated: Path) -> None:
    server.on("POST", PATH, chat("Hel", "lo", usage={"prompt_tokens": 3, "completion_tokens": 2}))

    async def work() -> None:
        async with asked(isolated, server) as (services, wanted):
            noted = Noted()
            (reply,) = await services.replies.reply(wanted, noted)
            texts = [message.text for event, message in noted.seen if isinstance(event, TextDelta)]
            assert texts == ["Hel", "Hello"] and noted.told == ["began", "ended"]
            assert noted.replies[0].node is reply and reply == await kept(services, reply)
            assert (reply.message.text, reply.status, reply.message.model) == ("Hello", Status.COMPLETE, "local/m")
            assert reply.record is not None and reply.record.usage.output == 2
            assert (await services.store.chat(wanted.chat.id)).tip == reply.id

    run(work())


class Failing(Noted):
    """Fails at all that it is told, as a terminal does that lacks a letter."""

    def begun(self, reply: LiveReply) -> None:
        raise UnicodeEncodeError("cp1252", "天", 0, 1, "character maps to <undefined>")

    def event(self, reply: LiveReply, event: Event) -> None:
        raise BrokenPipeError

    def ended(self, reply: LiveReply) -> None:
        raise RuntimeError("gone")


def test_a_watcher_that_fails_ends_no_reply(
    run: Run, server: Server, isolated: Path, expect_log: Callable[[str], None]
) -> None:
    server.on("POST", PATH, chat("Hel", "lo", usage={"prompt_tokens": 3, "completion_tokens": 2}))
    expect_log("A watcher of a reply failed")

    async def work() -> None:
        async with asked(isolated, server) as (services, wanted):
            (reply,) = await services.replies.reply(wanted, Failing())
            stored = await kept(services, reply)
            assert (stored.message.text, stored.status) == ("Hello", Status.COMPLETE)
            assert stored.record is not None and stored.record.usage.output == 2

    run(work())


def test_several_choices_become_siblings_and_the_tip_is_the_first(run: Run, server: Server, isolated: Path) -> None:
    chunks = [{"id": "c", "choices": [{"index": index, "delta": {"content": text}, "finish_reason": None}]}
              for index, text in ((0, "One"), (1, "Two"), (0, "."))]
    ends = [{"id": "c", "choices": [{"index": index, "delta": {}, "finish_reason": "stop"}]} for index in (1, 0)]
    server.on("POST", PATH, sse(*chunks, *ends))

    async def work() -> None:
        async with asked(isolated, server) as (services, wanted):
            noted = Noted()
            made = await services.replies.reply(wanted, noted)
            assert [node.message.text for node in made] == ["One.", "Two"]
            assert {node.parent_id for node in made} == {wanted.parent_id}
            assert noted.told == ["began", "began", "ended", "ended"]
            assert (await services.store.chat(wanted.chat.id)).tip == made[0].id

    run(work())


def test_a_prefix_begins_the_reply_and_is_sent(run: Run, server: Server, isolated: Path) -> None:
    server.on("POST", PATH, chat(" upon a time"))

    async def work() -> None:
        async with asked(isolated, server, prefix="Once", origin="continue") as (services, wanted):
            (reply,) = await services.replies.reply(wanted, Noted())
            assert (reply.message.text, reply.origin) == ("Once upon a time", "continue")
            preview = await services.replies.request_for(wanted)
            assert preview.messages[-1] == Message("assistant", (Text("Once"),), "local/m")
            assert [message.role for message in preview.messages] == ["system", "user", "assistant"]

    run(work())


def test_choices_of_the_path_hold_on_the_path_of_the_reply(run: Run, server: Server, isolated: Path) -> None:
    server.on("POST", PATH, chat("Yes."))

    async def work() -> None:
        async with asked(isolated, server) as (services, wanted):
            again = await services.store.add_message(wanted.chat.id, wanted.parent_id, user("And now?"))
            second = ReplyRequest(wanted.chat, again.id, REF, choices={wanted.parent_id: LEFT_OUT})
            (reply,) = await services.replies.reply(second, Noted())
            assert [message["content"] for message in server.requests[0].json["messages"]] == ["Be brief.", "And now?"]
            assert noted_in((await kept(services, reply)).message.extra) == {wanted.parent_id: LEFT_OUT}

    run(work())


@pytest.mark.parametrize(("answer", "status", "text", "kind"), [
    (json_reply({"error": {"message": "No such model."}}, status=404), Status.FAILED, "", "model"),
    (chat(finish="stop"), Status.FAILED, "", "not_an_answer"),
    (sse(done=True), Status.FAILED, "", "not_an_answer"),
    (sse(*chat_chunks("Half", finish=None), Cut(), done=False), Status.INTERRUPTED, "Half", "interrupted"),
], ids=["refused", "empty but finished", "nothing", "cut off"])
def test_how_it_ends(
    run: Run, server: Server, isolated: Path, answer: Reply, status: Status, text: str, kind: str
) -> None:
    server.on("POST", PATH, answer)

    async def work() -> None:
        async with asked(isolated, server) as (services, wanted):
            (reply,) = await services.replies.reply(wanted, Noted())
            found = await kept(services, reply)
            failures = [part.about for part in found.message.parts if isinstance(part, Failure)]
            assert (found.status, found.message.text, failures) == (status, text, [kind] if kind else [])

    run(work())


def test_stopping_keeps_what_came(run: Run, server: Server, isolated: Path) -> None:
    server.on("POST", PATH, sse(*chat_chunks("So far", finish=None), Hang(), done=False))

    async def work() -> None:
        async with asked(isolated, server) as (services, wanted):
            noted = Noted()
            task = asyncio.ensure_future(services.replies.reply(wanted, noted))
            await until(lambda: any(isinstance(event, TextDelta) for event, _ in noted.seen), what="a piece of text")
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            found = await kept(services, noted.replies[0].node)
            assert (found.status, found.message.text) == (Status.STOPPED, "So far")
            assert noted.told == ["began", "ended"] and server.requests[0].cancelled()

    run(work())


def test_a_picture_is_named_once_and_kept(
    run: Run, server: Server, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = b"\x89PNG" + b"x" * 1000
    url = f"data:image/png;base64,{base64.b64encode(picture).decode()}"
    delta = {"images": [{"type": "image_url", "image_url": {"url": url}}]}
    server.on("POST", PATH, sse({"id": "c", "choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
                                *chat_chunks("There.")))
    hashed: list[int] = []
    real = hashlib.sha256

    def counted(data: bytes) -> Any:
        hashed.append(len(data))
        return real(data)

    monkeypatch.setattr(reply_run.hashlib, "sha256", counted)

    async def work() -> None:
        async with asked(isolated, server) as (services, wanted):
            (reply,) = await services.replies.reply(wanted, Noted())
            (image,) = [part for part in reply.message.parts if isinstance(part, Image)]
            assert image.blob is not None and await services.store.blob(image.blob.sha256) == picture

    run(work())
    assert hashed.count(len(picture)) <= 2, "once for its name, and once where the store checks it"


def test_a_full_disk_is_told_and_waited_out(
    run: Run, server: Server, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reply_run, "JOURNAL_SECONDS", 0.01)
    gate, long = Gate(), "word " * 400_000
    start, *rest = chat_chunks(long, "end.")
    server.on("POST", PATH, sse(start, rest[0], gate, *rest[1:]))

    async def work() -> None:
        async with asked(isolated, server) as (services, wanted):
            noted = Noted()
            with no_file_longer_than(600_000):
                task = asyncio.ensure_future(services.replies.reply(wanted, noted))
                await until(lambda: noted.errors, what="the disk to be full")
                assert isinstance(noted.errors[0], StoreFull)
                gate.open()
                await until(lambda: any(isinstance(event, Finished) for event, _ in noted.seen), what="the end")
                assert not task.done(), "it is kept in memory until there is room"
            (reply,) = await task
            assert noted.errors[-1] is None and (await kept(services, reply)).message.text == f"{long}end."

    run(work())


@pytest.mark.parametrize("said", [[{"type": "text", "text": "Let me look."}], []])
def test_a_paused_reply_goes_on_with_all_that_the_server_sent(
    run: Run, server: Server, isolated: Path, said: list[dict[str, Any]]
) -> None:
    search = {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {"query": "rain"}}
    found = {"type": "web_search_tool_result", "tool_use_id": "s", "content": []}
    rains = {"type": "text", "text": "It rains."}

    def answer(*blocks: dict[str, Any], reason: str) -> Reply:
        return json_reply({"type": "message", "id": "m", "content": list(blocks), "stop_reason": reason})

    server.on("POST", "/v1/messages", answer(*said, search, reason="pause_turn"),
              answer(found, rains, reason="end_turn"), answer(rains, reason="end_turn"))

    async def work() -> None:
        async with asked(isolated, server) as (services, wanted):
            config = ProviderConfig("local", base_url=server.url, protocol="anthropic-messages", needs_key=False)
            services.settings.change(providers={"local": config})
            (paused,) = await services.replies.reply(wanted, Noted())
            assert paused.status is Status.INTERRUPTED
            (whole,) = await services.replies.reply(replace(
                wanted, prefix=paused.message.text, prefix_extra=paused.message.extra), Noted())
            assert server.requests[1].json["messages"][-1] == {"role": "assistant", "content": [*said, search]}
            assert whole.status is Status.COMPLETE and "It rains." in whole.message.text
            assert whole.message.extra["blocks"] == [*said, search, found, rains]
            asked_again = await services.store.add_message(wanted.chat.id, whole.id, user("And now?"))
            await services.replies.reply(replace(wanted, parent_id=asked_again.id), Noted())
            assert server.requests[2].json["messages"][1]["content"] == [*said, search, found, rains]

    run(work())
