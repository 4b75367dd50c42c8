"""The tool loop: asks a model, has the calls of its reply approved and run, tells it what came of them, and asks again.

Each step is a message of the chat. The message with the results is stored before the first call runs, and says of each
that it is not known whether it ran: whenever the program ends, no call is without a result, which servers would refuse.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from workbench.core.chat.messages import Message, MessageNode, Status
from workbench.core.chat.parts import Image
from workbench.core.errors import StoreError
from workbench.core.json_types import JsonObject
from workbench.core.reply.reply_run import ReplyWatcher
from workbench.core.request.reply_request import ReplyRequest
from workbench.core.request.schema_check import ValidateSchema

from .tool import Outcome, Tool
from .turn import (
    NOT_BEGUN,
    STOPPED,
    WAITING,
    Decision,
    Offer,
    OpenCall,
    Spent,
    ToolLimits,
    open_calls,
    results_message,
    settled,
    with_edit,
)

if TYPE_CHECKING:
    from workbench.core.ports.store import Store
    from workbench.core.ports.tools import Tools
    from workbench.core.reply.replies import ReplyService

ORIGIN = "tools"
"""The ``origin`` of a message with results."""

Approve = Callable[[Sequence[OpenCall]], Awaitable[Sequence[Decision]]]
"""Decides on calls that can run, in their order."""


class LoopWatcher(ReplyWatcher, Protocol):
    """A watcher of the replies of a turn, and of the calls between them."""

    def running(self, node: MessageNode, calls: Sequence[OpenCall]) -> None:
        """Tells that calls run now; ``node`` will hold their results."""
        ...

    def progress(self, call: OpenCall, text: str) -> None:
        """Tells what a running call says of itself."""
        ...

    def result(self, call: OpenCall, outcome: Outcome) -> None:
        """Tells what came of a call, also of one that did not run."""
        ...


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn that has ended: its replies and results in order. ``limit`` says which limit ended it, ``""`` if none
    did."""

    steps: Sequence[MessageNode]
    spent: Spent
    limit: str = ""

    @property
    def reply(self) -> MessageNode:
        """The last reply of the model."""
        return next(node for node in reversed(self.steps) if node.message.role == "assistant")


@dataclass
class _Round:
    """The calls of one reply while they run."""

    calls: Sequence[OpenCall]
    outcomes: dict[int, Outcome]
    edits: dict[int, JsonObject]
    pictures: dict[int, list[Image]] = field(default_factory=dict)

    def message(self) -> Message:
        """Returns the message with all that came so far."""
        pictures = [picture for _, found in sorted(self.pictures.items()) for picture in found]
        return results_message(self.calls, self.outcomes, self.edits, pictures)


class ToolLoop:
    """Runs turns with tools. Keeps nothing between them."""

    def __init__(
        self, store: Store, replies: ReplyService, tools: Tools, validate: ValidateSchema | None = None,
        limits: ToolLimits | None = None,
    ) -> None:
        self._store, self._replies, self._tools, self._validate = store, replies, tools, validate
        self._limits = limits or ToolLimits()

    async def run(self, wanted: ReplyRequest, tools: Sequence[Tool], approve: Approve, watcher: LoopWatcher) -> Turn:
        """Runs a turn to its end: a reply without calls, a limit, or a reply that failed.

        Never raises for what the provider or a tool did. When cancelled, what came is kept, each open call is told to
        be stopped, and ``CancelledError`` is raised. Raises ``BadInput`` for parameters that do not go with tools, and
        ``StoreError``.
        """
        offer, began, spent = Offer(tools), time.monotonic(), Spent()
        steps: list[MessageNode] = []
        asked = replace(wanted, params=offer.params(wanted.params, first=True))
        while True:
            nodes = await self._replies.reply(asked, watcher)
            reply = nodes[0]
            steps += nodes
            calls = await asyncio.to_thread(open_calls, reply, offer, self._validate)
            spent = spent.after(reply, len(calls), time.monotonic() - began)
            if not calls:
                return Turn(steps, spent)
            over = spent.over(self._limits)
            results = await self._answer(asked, reply, calls, over, approve, watcher)
            steps.append(results)
            if over:
                return Turn(steps, spent, over)
            asked = replace(wanted, parent_id=results.id, params=offer.params(wanted.params, first=False),
                            prefix="", prefix_extra={})

    async def _answer(
        self, asked: ReplyRequest, reply: MessageNode, calls: Sequence[OpenCall], over: str, approve: Approve,
        watcher: LoopWatcher,
    ) -> MessageNode:
        """Has calls approved and run, and returns the stored message with what came of them."""
        round_ = _Round(calls, {}, {})
        try:
            await self._decide(round_, over, approve)
        except asyncio.CancelledError:
            round_.outcomes = dict.fromkeys(range(len(calls)), NOT_BEGUN)
            await asyncio.shield(asyncio.ensure_future(self._add(asked, reply, round_, Status.STOPPED)))
            raise
        waiting = [number for number in range(len(calls)) if number not in round_.outcomes]
        for number, outcome in round_.outcomes.items():
            watcher.result(calls[number], outcome)
        round_.outcomes |= dict.fromkeys(waiting, WAITING)
        node = await self._add(asked, reply, round_, Status.STREAMING if waiting else Status.COMPLETE)
        return await self._run(node, round_, waiting, watcher) if waiting else node

    async def _decide(self, round_: _Round, over: str, approve: Approve) -> None:
        """Settles what does not run, and takes over the arguments that the user changed."""
        able = [number for number, call in enumerate(round_.calls) if not call.problem and not over]
        decisions = dict(zip(able, await approve([round_.calls[number] for number in able]) if able else (),
                             strict=True))
        calls = list(round_.calls)
        for number, call in enumerate(calls):
            decision = decisions.get(number, Decision(False))
            if (outcome := settled(call, decision, over)) is not None:
                round_.outcomes[number] = outcome
            elif decision.arguments is not None and decision.arguments != call.arguments:
                round_.edits[number] = decision.arguments
                calls[number] = with_edit(call, decision)
        round_.calls = calls

    async def _add(self, asked: ReplyRequest, reply: MessageNode, round_: _Round, status: Status) -> MessageNode:
        return await self._store.add_message(asked.chat.id, reply.id, round_.message(), status=status, origin=ORIGIN,
                                             move_tip=asked.move_tip)

    async def _run(
        self, node: MessageNode, round_: _Round, waiting: Sequence[int], watcher: LoopWatcher
    ) -> MessageNode:
        """Runs the calls that wait side by side, and stores what came of each as it comes."""
        watcher.running(node, [round_.calls[number] for number in waiting])
        status = Status.COMPLETE
        try:
            async with asyncio.TaskGroup() as group:
                for number in waiting:
                    group.create_task(self._run_one(node, round_, number, watcher))
        except asyncio.CancelledError:
            status = Status.STOPPED
            raise
        finally:
            for number in waiting:
                if round_.outcomes[number] is WAITING:
                    round_.outcomes[number] = STOPPED
            ending = asyncio.ensure_future(self._store.finish(node.id, round_.message(), status, None))
            node = await asyncio.shield(ending)
        return node

    async def _run_one(self, node: MessageNode, round_: _Round, number: int, watcher: LoopWatcher) -> None:
        call = round_.calls[number]
        assert call.tool is not None
        outcome = await self._tools.call(call.tool, dict(call.arguments), lambda text: watcher.progress(call, text))
        round_.outcomes[number] = outcome
        watcher.result(call, outcome)
        with suppress(StoreError):  # the end writes all of it once more, and says what is wrong
            round_.pictures[number] = [Image(await self._store.put_blob(data, mime)) for data, mime in outcome.media
                                       if mime.startswith("image/")]
            await self._store.journal(node.id, round_.message())
