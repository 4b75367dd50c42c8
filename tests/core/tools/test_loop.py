"""The tool loop with real stores, real HTTP and real tools, on each protocol: whatever happens, nothing is lost and the
history is one that the server takes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run
from tests.support.server import Gate, Reply, Server
from tests.support.tool_models import PROTOCOLS, ToolModel
from tests.support.waiting import until
from workbench.app import open_services
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import MessageNode, Status, user
from workbench.core.chat.parts import ToolResult
from workbench.core.errors import BadInput
from workbench.core.json_types import JsonObject
from workbench.core.reply.events import Event
from workbench.core.reply.live_reply import LiveReply
from workbench.core.request.models import ModelRef
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.services import Services
from workbench.core.settings import ProviderConfig
from workbench.core.tools.loop import Approve, ToolLoop, Turn
from workbench.core.tools.tool import Outcome
from workbench.core.tools.turn import ARGUMENTS, OUTCOME, Decision, OpenCall, ToolLimits

each = pytest.mark.parametrize("model", PROTOCOLS, ids=lambda model: model.protocol)
SUM = ("c1", "calculate", {"expression": "6*7"})
TIME = ("c2", "time", {"zone": "UTC"})


class Watched:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.running_: list[MessageNode] = []
        self.outcomes: list[Outcome] = []

    def begun(self, reply: LiveReply) -> None: ...
    def event(self, reply: LiveReply, event: Event) -> None: ...
    def unsaved(self, reply: LiveReply, error: object) -> None: ...
    def ended(self, reply: LiveReply) -> None: ...
    def progress(self, call: OpenCall, text: str) -> None: ...

    def running(self, node: MessageNode, calls: Sequence[OpenCall]) -> None:
        self.running_.append(node)

    def result(self, call: OpenCall, outcome: Outcome) -> None:
        self.outcomes.append(outcome)


async def allow(calls: Sequence[OpenCall]) -> Sequence[Decision]:
    return [Decision(True)] * len(calls)


class Scene:
    """A chat with a question, for a model that is scripted."""

    def __init__(self, services: Services, server: Server, model: ToolModel, wanted: ReplyRequest) -> None:
        self.services, self.server, self.model, self.wanted = services, server, model, wanted
        self.watched = Watched()

    async def turn(self, approve: Approve = allow, *, limits: ToolLimits | None = None,
                   tools: Sequence[str] = ("calculate", "time", "fetch_page")) -> Turn:
        loop = ToolLoop(self.services.store, self.services.replies, self.services.tools(),
                        self.services.validate_schema, limits)
        return await loop.run(self.wanted, await self.services.tools().find(tools), approve, self.watched)

    async def path(self) -> Sequence[MessageNode]:
        headers = await self.services.store.path(self.wanted.chat.id)
        return await self.services.store.nodes([header.id for header in headers])

    async def results(self) -> list[ToolResult]:
        return [part for node in await self.path() for part in node.message.parts if isinstance(part, ToolResult)]

    async def goes_on(self) -> list[tuple[str, str]]:
        """Asks one more question, and returns the results in what was sent. Fails where the server would refuse it."""
        self.server.on("POST", self.model.path, self.model.saying("On it goes."))
        tip = (await self.services.store.chat(self.wanted.chat.id)).tip
        asked = await self.services.store.add_message(self.wanted.chat.id, tip, user("And now?"))
        self.wanted = replace(self.wanted, parent_id=asked.id)
        turn = await self.turn()
        assert turn.reply.message.text == "On it goes." and turn.reply.status is Status.COMPLETE
        return self.model.results(self.server.requests[-1].json)


@asynccontextmanager
async def scene(server: Server, model: ToolModel, *answers: Reply | Callable[..., Reply], **params: Any,
                ) -> AsyncIterator[Scene]:
    if answers:
        server.on("POST", model.path, *answers)
    config = ProviderConfig("m", base_url=model.base_url(server.url), protocol=model.protocol, needs_key=False,
                            retries=0)
    async with open_services(None) as services:
        services.settings.change(providers={"m": config}, built_in_tools=["calculate", "time", "fetch_page"],
                                 private_pages=True)
        chat = await services.store.create_chat(Chat("", "t", "m/m", "Be brief."))
        question = await services.store.add_message(chat.id, None, user("Well?"))
        yield Scene(services, server, model, ReplyRequest(chat, question.id, ModelRef("m", "m"), params))


@each
def test_two_calls_at_once(run: Run, server: Server, model: ToolModel) -> None:
    async def play() -> None:
        async with scene(server, model, model.calling(SUM, TIME, text="Let me see."), model.saying("42.")) as play:
            turn = await play.turn()
            assert turn.reply.message.text == "42." and turn.limit == "" and turn.spent.calls == 2
            first, second = server.requests
            assert model.offered(first.json) == model.offered(second.json) == ["calculate", "time", "fetch_page"]
            results = model.results(second.json)
            assert [id for id, _ in results] == ["c1", "c2"] and results[0][1] == "42" and "+00:00" in results[1][1]
            path = await play.path()
            assert [node.message.role for node in path] == ["user", "assistant", "tool", "assistant"]
            assert all(node.status is Status.COMPLETE for node in path) and path[2].origin == "tools"
            assert path[1].record is not None and path[3].record is not None
            assert {part.extra[OUTCOME] for part in await play.results()} == {"ok"}
            assert len(await play.goes_on()) == 2

    run(play())


@each
def test_a_denied_an_edited_and_a_wrong_call(run: Run, server: Server, model: ToolModel) -> None:
    calls = (SUM, ("c2", "calculate", {"expression": "1/0"}), ("c3", "calculate", {"expresion": "1"}),
             ("c4", "nothing", {}), ("c5", "time", {}), ("c6", "time", "{broken"))

    async def approve(open_: Sequence[OpenCall]) -> Sequence[Decision]:
        assert [call.call.id for call in open_] == ["c1", "c2", "c5"], "what cannot run is not asked about"
        return [Decision(True, {"expression": "2+2"}), Decision(True), Decision(False, reason="Not now.")]

    async def play() -> None:
        async with scene(server, model, model.calling(*calls), model.saying("4.")) as play:
            await play.turn(approve)
            sent = dict(model.results(server.requests[1].json))
            assert sent["c1"] == '[The user changed the arguments to {"expression": "2+2"}]\n4'
            assert sent["c2"] == "It divides by zero." and sent["c5"] == "The user did not allow this call. Not now."
            assert "'expression' is a required property" in sent["c3"] and "not JSON" in sent["c6"]
            assert sent["c4"] == "There is no tool nothing. There are calculate, time, fetch_page."
            kept = {part.call_id: part for part in await play.results()}
            kinds = ["ok", "error", "invalid", "invalid", "denied", "invalid"]
            assert [kept[id].extra[OUTCOME] for id in sent] == kinds
            assert kept["c1"].extra[ARGUMENTS] == {"expression": "2+2"} and kept["c5"].is_error
            assert len(await play.goes_on()) == 6

    run(play())


@each
def test_ten_rounds(run: Run, server: Server, model: ToolModel) -> None:
    rounds = [model.calling((f"r{n}", "calculate", {"expression": f"{n}*{n}"})) for n in range(10)]

    async def play() -> None:
        async with scene(server, model, *rounds, model.saying("Done.")) as play:
            turn = await play.turn()
            assert turn.spent.rounds == 11 and len(await play.path()) == 22
            assert [text for _, text in model.results(server.requests[-1].json)] == [str(n * n) for n in range(10)]
            assert len(await play.goes_on()) == 10

    run(play())


def test_ids_that_a_server_uses_again(run: Run, server: Server) -> None:
    """Some number the calls of each reply anew."""
    model = PROTOCOLS[0]

    async def play() -> None:
        again = ("call_0", "time", {})
        async with scene(server, model, model.calling(("call_0", "calculate", {"expression": "1"})),
                         model.calling(again), model.saying("x")) as play:
            await play.turn()
            ids = [id for id, _ in model.results(server.requests[-1].json)]
            assert ids[0] == "call_0" and len(set(ids)) == 2

    run(play())


@each
def test_a_stop_in_the_middle(run: Run, server: Server, model: ToolModel) -> None:
    gate = Gate()
    server.on("GET", "/slow", Reply(before=[gate], body=["late"]))
    slow = ("c2", "fetch_page", {"url": f"{server.url}/slow"})

    async def play() -> None:
        async with scene(server, model, model.calling(SUM, slow)) as play:
            turn = asyncio.ensure_future(play.turn())
            await until(lambda: any(one.path == "/slow" for one in server.requests) and play.watched.outcomes)
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            gate.open()
            *_, node = await play.path()
            assert node.message.role == "tool" and node.status is Status.STOPPED
            one, other = await play.results()
            assert (one.text, one.extra[OUTCOME]) == ("42", "ok") and other.extra[OUTCOME] == "stopped"
            assert dict(await play.goes_on())["c2"] == "The user stopped this call. It may have run in part."

    run(play())


@each
def test_a_stop_while_the_user_is_asked(run: Run, server: Server, model: ToolModel) -> None:
    asked = asyncio.Event()

    async def never(calls: Sequence[OpenCall]) -> Sequence[Decision]:
        asked.set()
        await asyncio.Event().wait()
        return []

    async def play() -> None:
        async with scene(server, model, model.calling(SUM)) as play:
            turn = asyncio.ensure_future(play.turn(never))
            await asked.wait()
            turn.cancel()
            with pytest.raises(asyncio.CancelledError):
                await turn
            assert await play.goes_on() == [("c1", "The user stopped before this call was run.")]

    run(play())


@each
def test_the_program_dies_in_the_middle(run: Run, server: Server, model: ToolModel, isolated: Path) -> None:
    """The store as a kill leaves it: what was written when the calls began to run."""
    gate = Gate()
    server.on("GET", "/slow", Reply(before=[gate], body=["late"]))

    async def first() -> bytes:
        slow = ("c2", "fetch_page", {"url": f"{server.url}/slow"})
        async with scene(server, model, model.calling(SUM, slow)) as play:
            turn = asyncio.ensure_future(play.turn())
            await until(lambda: any(one.path == "/slow" for one in server.requests) and play.watched.outcomes)
            changed = asyncio.Event()
            play.services.store.changed(lambda what, id: changed.set())
            while (await play.results())[0].text != "42":
                await changed.wait()
                changed.clear()
            await play.services.store.backup(isolated.parent / "killed.db")
            turn.cancel()
            await asyncio.wait([turn])
            gate.open()
            return (isolated.parent / "killed.db").read_bytes()

    async def later() -> None:
        async with scene(server, model) as play:
            (killed,) = [chat for chat in await play.services.store.chats(query())
                         if chat.id != play.wanted.chat.id]
            play.wanted = replace(play.wanted, chat=killed)
            *_, node = await play.path()
            assert node.status is Status.INTERRUPTED
            one, other = await play.results()
            assert one.text == "42" and other.extra[OUTCOME] == "unknown"
            assert "not known whether this call ran" in dict(await play.goes_on())["c2"]

    data = run(first())
    for path in isolated.glob("workbench.db*"):
        path.unlink()
    (isolated / "workbench.db").write_bytes(data)
    run(later())


def query() -> Any:
    from workbench.core.chat.chats import ChatQuery

    return ChatQuery()


@each
def test_limits(run: Run, server: Server, model: ToolModel) -> None:
    async def play() -> None:
        async with scene(server, model, *[model.calling((f"r{n}", "time", {})) for n in range(9)]) as play:
            turn = await play.turn(limits=ToolLimits(rounds=2))
            assert turn.limit == "The model has called tools 2 times in this turn, which is the limit."
            assert len(server.requests) == 3
            assert [part.extra[OUTCOME] for part in await play.results()] == ["ok", "ok", "limit"]
            assert len(await play.goes_on()) == 3

    run(play())


def test_limits_of_calls_and_time(run: Run, server: Server) -> None:
    model = PROTOCOLS[0]

    async def play() -> None:
        async with scene(server, model, model.calling(SUM, TIME)) as play:
            assert "asked for 2 calls" in (await play.turn(limits=ToolLimits(calls=1))).limit
            assert "has taken" in (await play.turn(limits=ToolLimits(seconds=0.0))).limit
            assert not play.watched.running_ and {outcome.kind for outcome in play.watched.outcomes} == {"limit"}

    run(play())


@each
def test_a_forced_call_is_forced_once(run: Run, server: Server, model: ToolModel) -> None:
    choice = {"type": "function", "function": {"name": "calculate"}}

    async def play() -> None:
        async with scene(server, model, model.calling(SUM), model.saying("42."), tool_choice=choice) as play:
            await play.turn()
            first, second = (request.json.get("tool_choice") for request in server.requests)
            assert "calculate" in json.dumps(first) and second is None

    run(play())


def test_parameters_that_do_not_go_with_tools(run: Run, server: Server) -> None:
    async def play() -> None:
        for params in ({"n": 2}, {"tools": [{"type": "function", "function": {"name": "x"}}]}):
            async with scene(server, PROTOCOLS[0], **params) as play:
                with pytest.raises(BadInput):
                    await play.turn()

    run(play())
    assert not server.requests


def test_arguments_that_were_cut_off_do_not_run(run: Run, server: Server) -> None:
    model = PROTOCOLS[0]
    cut = {"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "id": "c", "function": {
        "name": "calculate", "arguments": '{"expression": "1"}'}}]}, "finish_reason": "length"}]}

    async def play() -> None:
        from tests.support.server import sse

        async with scene(server, model, sse(cut)) as play:
            turn = await play.turn()
            assert turn.reply.message.role == "assistant" and not play.watched.outcomes
            assert await play.goes_on() == [("c", "This tool call was not run.")]

    run(play())


def test_what_a_model_is_told_of_a_tool(run: Run, server: Server) -> None:
    model = PROTOCOLS[0]

    async def play() -> None:
        async with scene(server, model, model.saying("Hi.")) as play:
            await play.turn(tools=["calculate"])
            (tool,) = server.requests[0].json["tools"]
            found: JsonObject = tool["function"]
            assert found["name"] == "calculate" and "$schema" not in found["parameters"]

    run(play())
