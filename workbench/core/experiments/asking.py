"""Asking: one request of an experiment and its answer, and the checks of that answer with their judges."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Blob, owes_result
from workbench.core.errors import WorkbenchError
from workbench.core.ports.check_worker import CheckNotMade, CheckWorker
from workbench.core.ports.providers import Providers
from workbench.core.reply.assembler import Assembler
from workbench.core.reply.events import Event, Failed
from workbench.core.reply.recorder import Recorder
from workbench.core.reply.records import RequestRecord
from workbench.core.request.requests import Request

from .check_kinds.judge import LIKE, PAIRWISE
from .check_kinds.transforms import transformed
from .checks import Call, Check, CheckResult, Reply, not_made, run_check
from .judging import comparison_messages, judge_messages, judge_params, preferred, scored
from .text_measures import cosine

OnEvent = Callable[[Request, Event], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one request; ``error`` is a sentence, ``""`` when there is an answer."""

    text: str
    record: RequestRecord
    error: str
    calls: tuple[Call, ...] = ()
    message: Message = field(default_factory=lambda: Message("assistant"))


@dataclass(frozen=True, slots=True)
class Checked:
    """A check that was made. ``cost`` is what its judge took in US dollars, None where unknown or without one;
    ``problem`` says why the judge could not be asked."""

    result: CheckResult
    cost: float | None = None
    problem: str = ""


async def ask(providers: Providers, request: Request, on_event: OnEvent | None = None) -> Answer:
    """Sends a request and returns its answer. ``on_event`` is told each event as it comes."""
    model = str(request.model)
    recorder = Recorder(model, request.params, providers.info(request.model).price)
    assembler = Assembler(model, lambda data, mime, name: Blob("", len(data), mime, name))
    error = ""
    async with aclosing(providers.stream(request)) as events:
        async for event in events:
            recorder.feed(event)
            if getattr(event, "choice", 0) == 0:
                assembler.feed(event)
            if isinstance(event, Failed):
                error = event.error.sentence
            if on_event is not None:
                on_event(request, event)
    message = assembler.message()
    calls = tuple(Call(part.name, part.arguments) for part in message.parts if owes_result(part))
    return Answer(message.text, recorder.record(), error, calls, message)


class Checker:
    """Makes checks one at a time, so that they hold one thread and not all; judges are asked side by side."""

    def __init__(self, providers: Providers, worker: CheckWorker, on_event: OnEvent | None = None) -> None:
        self._providers, self._worker, self._on_event = providers, worker, on_event
        self._turn = asyncio.Lock()

    async def check(self, check: Check, before: Sequence[Message], reply: Reply) -> Checked:
        """Makes a check of a reply to the messages ``before`` it."""
        if not check.is_judge:
            async with self._turn:
                return Checked(await asyncio.to_thread(run_check, check, reply, self._worker))
        if check.kind == PAIRWISE and "text" not in check.fields:
            return Checked(not_made(check, "only a run has the answer to compare it with"))
        reply = replace(reply, text=transformed(reply.text, check.fields.get("transform")))
        if check.kind == "meaning":
            return await self._compared(check, reply)
        if check.kind == "judge":
            asked = [judge_messages(check, before, reply)]
        else:
            asked = [comparison_messages(check, before, reply, answer_first=True),
                     comparison_messages(check, before, reply, answer_first=False)]
        return await self._judged(check, asked)

    async def _compared(self, check: Check, reply: Reply) -> Checked:
        """Compares an answer with the text of its check by their embeddings."""
        least = float(str(check.fields.get("at_least", LIKE)))
        if not reply.text.strip():
            return Checked(CheckResult(check.kind, least <= 0, 0.0, "the answer is empty", weight=check.weight))
        ref = self._providers.resolve(str(check.fields["model"]))
        try:
            found = await self._providers.embed(ref, [str(check.fields["text"]), reply.text])
        except WorkbenchError as error:
            return Checked(not_made(check, str(error)), problem=f"{ref} gave no embeddings: {error}")
        score = min(max(cosine(*found.vectors), 0.0), 1.0)
        note = "" if score >= least else f"{score:.2f} is under {least:g}"
        return Checked(CheckResult(check.kind, score >= least, score, note, weight=check.weight), found.cost)

    async def _judged(self, check: Check, asked: Sequence[tuple[Message, ...]]) -> Checked:
        ref = self._providers.resolve(str(check.fields["model"]))
        params = judge_params(check, self._providers.info(ref))
        texts: list[str] = []
        cost: float | None = None
        for messages in asked:
            verdict = await ask(self._providers, Request(ref, messages, params), self._on_event)
            cost = verdict.record.cost if cost is None else cost + (verdict.record.cost or 0.0)
            if verdict.error:
                problem = f"The judge {ref} gave no verdict: {verdict.error}"
                return Checked(not_made(check, verdict.error), cost, problem)
            texts.append(verdict.text)
        try:
            return Checked(scored(check, texts[0]) if check.kind == "judge" else preferred(check, *texts), cost)
        except CheckNotMade as error:
            return Checked(not_made(check, str(error)), cost)
