"""The turn of a model that calls tools, as values: what is offered, what was called, what may run, and what it is told.

Nothing here waits or stores anything; ``loop.py`` does, step by step.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from workbench.core.chat.context import text_tokens
from workbench.core.chat.messages import Message, MessageNode, Status
from workbench.core.chat.parts import Image, Part, ToolCall, ToolResult, asks_approval, owes_result
from workbench.core.errors import BadInput
from workbench.core.json_types import Json, JsonObject
from workbench.core.request.schema_check import ValidateSchema
from workbench.core.text.formatting import counted

from .tool import BUILT_IN, SIMULATED, Outcome, Tool

MOST_NAME = 64
"""Letters of a tool's name that most APIs take, of a-z, A-Z, 0-9, _ and -."""

OUTCOME, TOOL, SECONDS, ARGUMENTS = "outcome", "tool", "seconds", "arguments"
"""Names in the ``extra`` of a result: its ``OutcomeKind``, the tool's full name, how long it ran, and the arguments
that it ran with when the user had changed them."""


class Offer:
    """The tools of one turn under the names that the model calls them by."""

    def __init__(self, tools: Sequence[Tool]) -> None:
        self.tools: dict[str, Tool] = {}
        for tool in tools:
            self.tools[_wire_name(tool, self.tools)] = tool

    @property
    def tokens(self) -> int:
        """About how many tokens the tools take in each request."""
        return text_tokens(json.dumps([_definition(name, tool) for name, tool in self.tools.items()]))

    def params(self, params: Mapping[str, Json], *, first: bool) -> dict[str, Json]:
        """Returns a request's parameters with the tools. What forces a call holds for the first request only: it would
        never come to an end. Raises ``BadInput`` for parameters that do not go with tools."""
        if params.get("tools"):
            raise BadInput("The parameter tools offers functions that nothing here runs. Take it out, or offer no "
                           "tools beside it.")
        if params.get("n") not in (None, 1):
            raise BadInput("With tools, a model gives one reply at a time: leave out n.")
        rest = {name: value for name, value in params.items() if first or name != "tool_choice"
                or value in ("auto", "none")}
        return {**rest, "tools": [_definition(name, tool) for name, tool in self.tools.items()]}


def _wire_name(tool: Tool, taken: Mapping[str, Tool]) -> str:
    """Returns the name of a tool for the wire: with its server's name before it, so that no server can pass its tools
    off as another's."""
    whole = tool.name if tool.source in (BUILT_IN, SIMULATED) else f"{tool.source}__{tool.name}"
    name = re.sub(r"[^a-zA-Z0-9_-]", "_", whole)
    if len(name) > MOST_NAME or name != whole or name in taken:
        mark = hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()[:8]
        name = f"{name[: MOST_NAME - 9]}_{mark}"
    return name


def _definition(name: str, tool: Tool) -> JsonObject:
    schema = {key: value for key, value in tool.schema.items() if key != "$schema"}  # some servers refuse it
    schema.setdefault("type", "object")
    if schema["type"] == "object":
        schema.setdefault("properties", {})
    return {"type": "function", "function": {"name": name, "description": tool.description, "parameters": schema}}


@dataclass(frozen=True, slots=True)
class OpenCall:
    """A call that waits. ``tool`` is None when there is none of that name; ``problem`` says why it cannot run."""

    call: ToolCall
    tool: Tool | None
    arguments: Mapping[str, Json]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What the user decided on a call: whether it runs, with other ``arguments`` if there are any, and for a denial
    the ``reason`` that the model is told."""

    allowed: bool
    arguments: JsonObject | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ToolLimits:
    """What one turn may take. ``cost`` is in US dollars, ``seconds`` counts from its beginning; None: no limit."""

    rounds: int = 12
    calls: int = 100
    cost: float | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Spent:
    """What a turn has taken so far."""

    rounds: int = 0
    calls: int = 0
    cost: float = 0.0
    seconds: float = 0.0

    def after(self, reply: MessageNode, calls: int, seconds: float) -> Spent:
        """Returns what is spent after one more reply, which asked for so many calls."""
        cost = (reply.record.cost if reply.record else None) or 0.0
        return Spent(self.rounds + 1, self.calls + calls, self.cost + cost, seconds)

    def over(self, limits: ToolLimits) -> str:
        """Returns which limit would be passed if the calls ran, as a sentence; ``""`` for none."""
        if self.rounds > limits.rounds:
            return counted(limits.rounds, "The model has called tools once in this turn, which is the limit.",
                           "The model has called tools {n} times in this turn, which is the limit.")
        if self.calls > limits.calls:
            return f"The model asked for {self.calls} calls in this turn; the limit is {limits.calls}."
        if limits.cost is not None and self.cost >= limits.cost:
            return f"This turn has cost ${self.cost:.4f}; the limit is ${limits.cost:.4f}."
        if limits.seconds is not None and self.seconds >= limits.seconds:
            return f"This turn has taken {self.seconds:.0f} s; the limit is {limits.seconds:.0f} s."
        return ""


def open_calls(reply: MessageNode, offer: Offer, validate: ValidateSchema | None) -> list[OpenCall]:
    """Returns the calls of a reply that wait for a result; none of a reply that is not whole. Checking arguments by
    their schema may take a moment."""
    if reply.status is not Status.COMPLETE or (reply.record and reply.record.finish_reason == "length"):
        return []
    parts = reply.message.parts
    done = {part.call_id for part in parts if isinstance(part, ToolResult)}
    return [_open_call(part, offer, validate) for part in parts
            if owes_result(part) and not asks_approval(part) and part.id not in done]


def _open_call(call: ToolCall, offer: Offer, validate: ValidateSchema | None) -> OpenCall:
    tool = offer.tools.get(call.name)
    if tool is None:
        return OpenCall(call, None, {}, f"There is no tool {call.name}. There are {', '.join(offer.tools)}.")
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError) as error:
        return OpenCall(call, tool, {}, f"The arguments are not JSON: {error}. Call the tool again with valid JSON.")
    if not isinstance(arguments, dict):
        return OpenCall(call, tool, {}, "The arguments are no JSON object. Call the tool again with an object.")
    return OpenCall(call, tool, arguments, fault_of(tool, arguments, validate))


def fault_of(tool: Tool, arguments: Mapping[str, Json], validate: ValidateSchema | None) -> str:
    """Returns what is wrong with arguments by the tool's schema, ``""`` when nothing is, or when the schema itself is
    wrong: then the tool has to judge."""
    fault = validate(dict(arguments), dict(tool.schema)) if validate is not None else ""
    if not fault or fault.startswith("the schema "):
        return ""
    return f"The arguments do not fit: {fault.removeprefix('the answer: ')}."


WAITING = Outcome("It is not known whether this call ran: the program ended meanwhile. Do not take it for done.",
                  "unknown")
STOPPED = Outcome("The user stopped this call. It may have run in part.", "stopped")
NOT_BEGUN = Outcome("The user stopped before this call was run.", "stopped")


def settled(call: OpenCall, decision: Decision, over: str) -> Outcome | None:
    """Returns the outcome of a call that does not run; None for one that does."""
    if call.problem:
        return Outcome(call.problem, "invalid")
    if over:
        return Outcome(f"This call was not run. {over}", "limit")
    if not decision.allowed:
        reason = f" {decision.reason}" if decision.reason else ""
        return Outcome(f"The user did not allow this call.{reason}", "denied")
    return None


def with_edit(call: OpenCall, decision: Decision) -> OpenCall:
    """Returns a call with the arguments that it runs with."""
    return call if decision.arguments is None else replace(call, arguments=decision.arguments)


def results_message(
    calls: Sequence[OpenCall], outcomes: Mapping[int, Outcome], edits: Mapping[int, JsonObject],
    pictures: Sequence[Image] = (),
) -> Message:
    """Returns the message that tells the model what came of its calls, in their order; by their numbers, what came and
    which arguments the user had changed."""
    parts: list[Part] = [_result(call, outcomes[number], edits.get(number)) for number, call in enumerate(calls)]
    return Message("tool", (*parts, *pictures))


def _result(call: OpenCall, outcome: Outcome, edit: JsonObject | None) -> ToolResult:
    extra: dict[str, Json] = {OUTCOME: outcome.kind}
    text = outcome.text
    if call.tool is not None:
        extra[TOOL] = call.tool.full_name
    if outcome.seconds:
        extra[SECONDS] = round(outcome.seconds, 3)
    if edit is not None:
        extra[ARGUMENTS] = edit
        text = f"[The user changed the arguments to {json.dumps(edit, ensure_ascii=False)}]\n{text}"
    return ToolResult(call.call.id, text, call.call.name, outcome.kind != "ok", extra)
