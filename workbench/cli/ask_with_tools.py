"""``workbench ask --tools``: a turn in which the model calls tools, each of which is approved as ``--allow`` says."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from workbench.core.chat.messages import MessageNode
from workbench.core.chat.parts import ToolResult, owes_result, plain_text
from workbench.core.errors import BadInput, StoreError
from workbench.core.json_types import Json
from workbench.core.reply.events import Event
from workbench.core.reply.live_reply import LiveReply
from workbench.core.reply.reply_run import ReplyWatcher
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.services import Services
from workbench.core.text.sinks import for_line
from workbench.core.tools.loop import ToolLoop
from workbench.core.tools.tool import Outcome, Tool
from workbench.core.tools.turn import ARGUMENTS, OUTCOME, SECONDS, TOOL, Decision, Offer, OpenCall, ToolLimits

from .approvals import in_terminal, typed_line
from .output import say

MOST_ROUNDS = 1000


class Printer(ReplyWatcher, Protocol):
    """What of the printer of replies is needed here."""

    runs_calls: bool

    def go_on(self) -> None: ...


class ToolAsker:
    """Asks for replies with tools, and tells what runs. A ``LoopWatcher``."""

    def __init__(
        self, services: Services, printer: Printer, tools: Sequence[Tool], allow: str, limits: ToolLimits
    ) -> None:
        self._printer, self._tools, self._allow = printer, tools, allow
        self._loop = ToolLoop(services.store, services.replies, services.tools(), services.validate_schema, limits)
        self._always: set[tuple[str, str]] = set()
        self._steps: list[MessageNode] = []
        self._limit, self._began = "", False
        printer.runs_calls = True

    @classmethod
    async def made(
        cls, args: argparse.Namespace, services: Services, printer: Printer, params: Mapping[str, Json]
    ) -> ToolAsker:
        """Returns one for the options of the command. Raises ``BadInput`` and ``ToolServerError``."""
        names = [name.strip() for name in args.tools.split(",") if name.strip()]
        if not names:
            raise BadInput("--tools names no tools. Write SERVER, SERVER/TOOL or the name of a built-in tool.")
        if not 1 <= args.rounds <= MOST_ROUNDS:
            raise BadInput(f"--rounds must be between 1 and {MOST_ROUNDS}, not {args.rounds}.")
        allow = args.allow or ("ask" if in_terminal() else "never")
        if allow == "ask" and not in_terminal():
            raise BadInput("--allow ask needs a terminal. Write --allow always if all calls may run.")
        tools = await services.tools().find(names)
        Offer(tools).params(params, first=True)
        if not args.continue_id or args.model:
            ref = services.providers.resolve(args.model or services.providers.default_model())
            if services.providers.info(ref).tool_call is False:
                say(f"{ref} takes no tools, as far as is known: it may refuse the request, or write calls as text.")
        return cls(services, printer, tools, allow, ToolLimits(rounds=args.rounds))

    async def reply(self, wanted: ReplyRequest) -> Sequence[MessageNode]:
        """Returns the last reply of a turn."""
        turn = await self._loop.run(wanted, self._tools, self._approve, self)
        self._steps += turn.steps
        self._limit = turn.limit
        if turn.limit:
            say(f"{turn.limit} The turn ends here; --rounds allows more.")
        return [turn.reply]

    def facts(self) -> Mapping[str, Any]:
        """Returns what programs are told besides: every step, and the limit that ended the turn."""
        return {"steps": [_step(node) for node in self._steps], "limit": self._limit or None}

    async def _approve(self, calls: Sequence[OpenCall]) -> Sequence[Decision]:
        return [await self._decide(call) for call in calls]

    async def _decide(self, call: OpenCall) -> Decision:
        assert call.tool is not None
        if self._allow == "always" or (call.tool.source, call.tool.digest) in self._always:
            return Decision(True)
        if self._allow == "never":
            return Decision(False, reason="Nobody can be asked here. Answer without it.")
        say(f"The model wants to call {call.tool.full_name} with\n{json.dumps(call.arguments, ensure_ascii=False)}")
        say("Run it? [y]es, [a]lways this tool, [N]o:")
        answer = (await typed_line()).strip().casefold()
        if answer in ("a", "always"):
            self._always.add((call.tool.source, call.tool.digest))
        return Decision(answer in ("y", "yes", "a", "always"))

    # As a LoopWatcher

    def begun(self, reply: LiveReply) -> None:
        if self._began:
            self._printer.go_on()
        self._began = True
        self._printer.begun(reply)

    def event(self, reply: LiveReply, event: Event) -> None:
        self._printer.event(reply, event)

    def unsaved(self, reply: LiveReply, error: StoreError | None) -> None:
        self._printer.unsaved(reply, error)

    def ended(self, reply: LiveReply) -> None:
        self._printer.ended(reply)

    def running(self, node: MessageNode, calls: Sequence[OpenCall]) -> None:
        for call in calls:
            say(f"{_name(call)} runs with {for_line(json.dumps(call.arguments, ensure_ascii=False))}")

    def progress(self, call: OpenCall, text: str) -> None:
        say(f"{_name(call)}: {for_line(text)}")

    def result(self, call: OpenCall, outcome: Outcome) -> None:
        if outcome.kind == "ok":
            say(f"{_name(call)} is done ({outcome.seconds:.1f} s).")
        else:
            say(f"{_name(call)}: {for_line(outcome.text)}")


def _name(call: OpenCall) -> str:
    return call.tool.full_name if call.tool is not None else for_line(call.call.name)


def _step(node: MessageNode) -> dict[str, Any]:
    parts = node.message.parts
    if node.message.role == "tool":
        return {"message": node.id, "role": "tool", "results": [
            {"id": part.call_id, "tool": part.extra.get(TOOL), "outcome": part.extra.get(OUTCOME), "text": part.text,
             "seconds": part.extra.get(SECONDS), "arguments": part.extra.get(ARGUMENTS)}
            for part in parts if isinstance(part, ToolResult)]}
    record = node.record
    return {"message": node.id, "role": "assistant", "text": plain_text(parts), "tool_calls": [
        {"id": part.id, "name": part.name, "arguments": part.arguments} for part in parts if owes_result(part)],
        "finish_reason": (record.finish_reason or None) if record else None, "cost": record.cost if record else None,
        "usage": record.usage.to_json() if record else {}}
