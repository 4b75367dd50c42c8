"""The prober: measures what a model accepts, with a handful of tiny requests."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Blob, Image, Text
from workbench.core.errors import ProviderError
from workbench.core.json_types import Json
from workbench.core.ports.providers import ProbeRow
from workbench.core.reply.events import Event, Failed, Sent
from workbench.core.reply.usage import Price, Usage
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Request

from .plan import INPUT_TOKENS, OUTPUT_TOKENS, REQUESTS, ProbeAnswer, Row, rows

Send = Callable[[Request, frozenset[str]], AsyncGenerator[Event, None]]
"""Sends a request with the named parameters unchanged: neither dropped nor adapted by what is known of them. Other
parameters, which only help, may be adapted."""

_PICTURE = base64.b64decode(  # a red square of 32 × 32 pixels, PNG
    "iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAKklEQVR42mO4o6FBU8"
    "QwasGoBaMWjFowasGoBaMWjFowasGoBaMWDBULAIahsD0l4r5QAAAAAElFTkSuQmCC")
_FATAL = ("key", "quota", "network", "tls", "redirect", "model", "not_an_answer")


def estimate(info: ModelInfo) -> tuple[int, int, float | None]:
    """Returns what a probe takes: requests, about how many tokens, and about how many dollars (None: unknown)."""
    usage = Usage(REQUESTS * INPUT_TOKENS, REQUESTS * OUTPUT_TOKENS)
    cost = info.price.cost(usage) if info.price else None
    return REQUESTS, (usage.input or 0) + (usage.output or 0), cost


def probe(ref: ModelRef, send: Send, price: Price | None) -> AsyncGenerator[ProbeRow, None]:
    """Yields rows as they are found. Raises ``ProviderError`` when not even a plain request is answered."""
    return _Prober(ref, send, price).run()


def accepts_of(found: Mapping[str, ProbeRow]) -> dict[str, str]:
    """Returns what of a probe is worth remembering with the model: the certain verdicts."""
    return {name: row.verdict for name, row in found.items() if row.verdict != "unknown"}


class _Prober:
    def __init__(self, ref: ModelRef, send: Send, price: Price | None) -> None:
        self._ref, self._send, self._price = ref, send, price

    async def run(self) -> AsyncGenerator[ProbeRow, None]:
        first = Row("streaming", (), _never)
        plain = await self._answer(first, {"temperature": 0, "seed": 7, "max_tokens": 24})
        if plain.error is not None and plain.error.kind not in _FATAL:  # perhaps it accepts no parameters
            plain = await self._answer(first, {})
        if plain.error is not None:
            raise plain.error
        yield self._row("streaming", "yes" if plain.pieces > 1 else "unknown",
                        f"The answer came in {plain.pieces} pieces.", [plain])
        yield self._row("usage", "yes" if plain.usage else "ignored", _counts(plain.usage), [])
        whole = await self._answer(Row("without streaming", (), _never), {"stream": False, "max_tokens": 8})
        yield self._row("without streaming", *_accepted(whole), [whole])
        called = False
        for row in rows(plain):
            answers = [await self._answer(row, params, row.image and at == 0)
                       for at, params in enumerate(row.requests)]
            refused = next((answer.error for answer in answers if answer.error is not None), None)
            dropped = next((answer.dropped for answer in answers if answer.dropped), "")
            if refused is not None:
                yield self._row(row.name, *_refusal(refused), answers)
            elif dropped:
                yield self._row(row.name, "refused", dropped, answers)
            else:
                verdict, evidence = row.judge(answers, plain)
                called = called or any(answer.calls for answer in answers)
                if row.name == "tools" and verdict == "unknown" and called:
                    verdict, evidence = "yes", "The model called the tool when it had to."
                yield self._row(row.name, verdict, evidence, answers)

    async def _answer(self, row: Row, params: Mapping[str, Json], image: bool = False) -> ProbeAnswer:
        picture = Blob(hashlib.sha256(_PICTURE).hexdigest(), len(_PICTURE), "image/png", "square.png")
        parts = (Image(picture), Text(row.prompt)) if image else (Text(row.prompt),)
        request = Request(self._ref, (Message("user", parts),), dict(params),
                          {picture.sha256: _PICTURE} if image else {})
        answer = ProbeAnswer()
        async with aclosing(self._send(request, row.measured)) as events:
            async for event in events:
                answer.feed(event)
                if isinstance(event, Sent):
                    answer.dropped = _dropped(event, row)
                if isinstance(event, Failed):
                    answer.error = event.error
        return answer

    def _row(self, name: str, verdict: str, evidence: str, answers: list[ProbeAnswer]) -> ProbeRow:
        usages = [answer.usage for answer in answers if answer.usage is not None]
        tokens = sum((usage.input or 0) + (usage.output or 0) for usage in usages)
        costs = [self._price.cost(usage) if self._price else usage.cost for usage in usages]
        known = [cost for cost in costs if cost is not None]
        # What a model or a server says may have line breaks, and tables have rows.
        return ProbeRow(name, verdict, " ".join(evidence.split()), tokens, sum(known) if known else None)


def _dropped(sent: Sent, row: Row) -> str:
    """Returns why the measured parameter was not sent at all."""
    return next((change.reason for change in sent.adjustments
                 if change.action == "dropped" and change.parameter in row.measured), "")


def _never(answers: list[ProbeAnswer], plain: ProbeAnswer) -> tuple[str, str]:
    return "unknown", ""


def _counts(usage: Usage | None) -> str:
    if usage is None:
        return "The answer came without token counts."
    return f"The answer was counted: {usage.input} tokens in, {usage.output} out."


def _accepted(answer: ProbeAnswer) -> tuple[str, str]:
    if answer.error is not None:
        return _refusal(answer.error)
    return "yes", "An answer in one piece came."


def _refusal(error: ProviderError) -> tuple[str, str]:
    said_no = error.status >= 400 and error.kind not in (
        "rate", "timeout", "quota", "key", "overloaded", "server")
    return ("refused" if said_no else "unknown"), error.sentence
