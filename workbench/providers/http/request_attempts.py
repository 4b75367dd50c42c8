"""Request attempts: one reply over the network, with retries, lessons, time-outs, and the judgement of its end.

They are the same for all protocols. A request is never sent again once any content of its answer has come.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from workbench.core.errors import Interrupted, NotReached, ProviderError, Refused
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.events import (
    Alive,
    AudioData,
    Event,
    Failed,
    Finished,
    ImageData,
    ReasoningDelta,
    Responded,
    Retrying,
    Sent,
    TextDelta,
    ToolCallDelta,
)
from workbench.core.reply.records import Adjustment
from workbench.core.request.models import ModelInfo
from workbench.core.request.requests import Preview, Request
from workbench.core.request.tool_secrets import hidden, values_in
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.limits.conditions import asked_for
from workbench.providers.limits.dialect import rules_for
from workbench.providers.limits.learned_limits import LearnedLimits, holding, protocol_lesson
from workbench.providers.wire.error_bodies import refusal, wants_responses
from workbench.providers.wire.protocol import KeptReader, Outgoing, WireProtocol

from .client import build_request, redirect_error
from .headers import hide_secrets, notable_headers, redact, shown_body, shown_url
from .key_mask import ReplyMask
from .response_decoder import ResponseDecoder
from .retries import delay_before, worth_retrying
from .stream_watchdog import ResponseHead, stream_body

if TYPE_CHECKING:
    import httpx

GRACE = 3.0
"""Seconds to wait for token counts after every choice has its finish reason."""

DRAIN = 0.2
"""Seconds to wait for the end of the body after ``[DONE]``, so that the connection can be used again."""

MOST_LESSONS = 8
"""Refused parameters that one request may teach, each by one more attempt. Refusals are not billed."""

_ERROR_BODY = 2**20  # bytes

CONTENT = (TextDelta, ReasoningDelta, ToolCallDelta, ImageData, AudioData, Finished)


@dataclass
class RequestAttempts:
    """Everything that a request needs. ``headers`` are those of ``request_headers``, with the key.

    ``as_is`` names parameters that are neither dropped nor adapted, because they are being measured.
    """

    endpoint: Endpoint
    protocol: WireProtocol
    client: httpx.AsyncClient
    key: str | None = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    info: ModelInfo
    learned: LearnedLimits
    as_is: frozenset[str] = frozenset()

    def outgoing(self, request: Request, passing: Mapping[str, Json] | None = None) -> Outgoing:
        """Returns the request as the endpoint and the model accept it. ``passing`` are lessons for it alone."""
        kept = holding(self.learned.of(self.endpoint, self.info.ref.model), asked_for(request))
        kept.update(passing or {})
        rules = rules_for(self.endpoint.quirks, self.info, self.endpoint.name, kept)
        rules = {name: rule for name, rule in rules.items()
                 if name not in self.as_is or rule.state == "renamed"}
        return self.protocol.outgoing(self.endpoint, request, self.info, rules)

    def preview(self, request: Request) -> Preview:
        """Returns what the first attempt would send, without the key."""
        out = self.outgoing(request)
        url, headers, body = self.shown(out)
        return Preview("POST", url, headers, body, out.adjustments)

    def shown(self, out: Outgoing) -> tuple[str, dict[str, str], JsonObject]:
        """Returns the address, the headers and the body of a request without secrets, to be shown and stored."""
        config = self.endpoint.config
        return (shown_url(out.url, config.base_url), redact({**self.headers, **out.headers}, self.key, config.headers),
                hidden(shown_body(out.body, config.add_fields)))

    async def events(self, request: Request) -> AsyncGenerator[Event, None]:
        """Yields everything that happens until the reply is complete or has failed."""
        attempt = lessons = retries = 0
        passing: JsonObject = {}
        refusal_of_chat: tuple[Endpoint, ProviderError] | None = None
        while True:
            attempt += 1
            known = self.learned.of(self.endpoint, self.info.ref.model)
            out = self.outgoing(request, passing)
            outcome = _Attempt(self, out)
            async with aclosing(outcome.events(attempt)) as events:
                async for event in events:
                    yield event
            error = outcome.failure
            if outcome.answered and refusal_of_chat is not None:
                await self.learned.learn_protocol(*refusal_of_chat, self.info.ref.model)
                refusal_of_chat = None
            if error is None:
                return
            if lessons < MOST_LESSONS and not outcome.began:
                if self._taught_since(known, error):
                    lessons += 1
                    yield Retrying(0.0, error.sentence, attempt + 1)
                    continue
                chat = self.endpoint
                if (moved := self._moved(error)) is not None:
                    lessons += 1
                    passing, refusal_of_chat = {}, (chat, error)
                    yield Retrying(0.0, moved.reason, attempt + 1, moved)
                    continue
                lesson = await self.learned.learn(self.endpoint, self.info.ref.model, error, out, self.as_is,
                                                  passing)
                if lesson is not None or self._taught_since(known, error):
                    lessons += 1
                    yield Retrying(0.0, error.sentence, attempt + 1, lesson)
                    continue
            if refusal_of_chat is not None and error.kind == "model":
                error = refusal_of_chat[1]  # it is known on neither API: the first one says more
            if (retries >= self.endpoint.network.retries or outcome.is_final
                    or not worth_retrying(error, outcome.headers, self.endpoint.quirks)):
                yield Failed(error)
                return
            retries += 1
            delay = delay_before(retries + 1, error)
            yield Retrying(delay, error.sentence, attempt + 1)
            await asyncio.sleep(delay)

    def _taught_since(self, known: Mapping[str, Json], error: ProviderError) -> bool:
        """Returns whether another request was taught meanwhile what the refused one did not know yet."""
        return error.status in (400, 422) and known != self.learned.of(self.endpoint, self.info.ref.model)

    def _moved(self, error: ProviderError) -> Adjustment | None:
        """Changes to the protocol that the server asks for, if it names another one."""
        if self.endpoint.protocol not in ("openai-chat", "azure") or not wants_responses(error):
            return None
        from workbench.providers.protocols.registry import over_responses

        self.protocol, self.endpoint = over_responses(self.endpoint)
        return protocol_lesson(self.endpoint, error)


class _Attempt:
    """One request and its answer. ``failure`` is set instead of a ``Failed`` event."""

    def __init__(self, attempts: RequestAttempts, out: Outgoing) -> None:
        self._attempts, self._out = attempts, out
        self._who = attempts.endpoint.name
        self.failure: ProviderError | None = None
        self.began = False  # something of a reply has come
        self.answered = False  # with a status that means success
        self.headers: dict[str, str] = {}
        self._status = 0
        self._heard = self._spoke = time.monotonic()

    @property
    def is_final(self) -> bool:
        """Whether something of a reply has come, or an answer that broke off: it may have been billed. An error before
        any of it is none, whatever the status that it came with."""
        return self.answered and (self.began or not isinstance(self.failure, Refused))

    async def events(self, attempt: int) -> AsyncGenerator[Event, None]:
        attempts, out = self._attempts, self._out
        headers = {**attempts.headers, **out.headers}
        url, shown_headers, body = attempts.shown(out)
        yield Sent("POST", url, shown_headers, body, out.adjustments, attempt)
        content = json.dumps(out.body, ensure_ascii=False, separators=(",", ":"))
        request = build_request(attempts.client, attempts.endpoint.network, "POST", out.url, headers,
                           content.encode("utf-8", "replace"))
        answer = ResponseDecoder(attempts.protocol.reader(attempts.endpoint, out), self._who, out.lines)
        self._heard = self._spoke = time.monotonic()
        mask = ReplyMask(attempts.key, attempts.endpoint.config, values_in(out.body))
        arriving = self._arriving(request, headers, answer)
        try:
            async with aclosing(arriving), aclosing(self._read(arriving, answer)) as events:
                async for event in events:
                    if isinstance(event, Failed):
                        self.failure = self._without_secrets(event.error)
                        continue
                    self.began = self.began or isinstance(event, CONTENT)
                    for shown in mask.events(event):
                        yield shown
        except ProviderError as error:
            self.failure = self._without_secrets(error)
        for shown in mask.rest():
            yield shown

    def _arriving(
        self, request: httpx.Request, headers: Mapping[str, str], answer: ResponseDecoder
    ) -> AsyncGenerator[list[ResponseHead | bytes], None]:
        """Returns what comes of a request, over several connections where the server makes the reply by itself."""
        attempts, reader = self._attempts, answer.reader

        def remaining() -> float:
            return self._remaining(answer)

        if self._out.body.get("background") is not True or not isinstance(reader, KeptReader):
            return stream_body(attempts.client, request, self._who, remaining)
        from .resumption import Resumption

        return Resumption(attempts.client, attempts.endpoint.network, self._out.url, headers, self._who, answer, reader,
                          remaining, self._renewed).stream(request)

    def _renewed(self) -> None:
        """Notes that the server is asked to go on, and may take its time again."""
        self._heard = time.monotonic()

    def _without_secrets(self, error: ProviderError) -> ProviderError:
        key, config, own = self._attempts.key, self._attempts.endpoint.config, values_in(self._out.body)
        sentence, body, code, parameter = (hide_secrets(text, key, config, own) for text in (
            error.sentence, error.body, error.code, error.parameter))
        return replace(error, sentence=sentence, body=body, code=code, parameter=parameter)

    async def _read(
        self, arriving: AsyncIterator[list[ResponseHead | bytes]], answer: ResponseDecoder
    ) -> AsyncGenerator[Event, None]:
        try:
            async for items in arriving:
                if not items:
                    yield self._silence()
                for item in items:
                    if isinstance(item, ResponseHead):
                        yield self._head(item)
                        if not self.answered:
                            raise await self._refusal(arriving, items)
                    else:
                        for event in answer.feed(item):
                            yield self._mark_alive(event)
                if answer.finished:
                    for event in answer.end():
                        yield event
                    await _drain(arriving)
                    return
        except TimeoutError:
            if not answer.reader.complete:
                for event in answer.broken(self._too_slow()):
                    yield event
                return
        except ProviderError as error:
            if not self.answered:
                raise
            for event in answer.broken(error):
                yield event
            return
        for event in answer.end():
            yield event

    def _head(self, head: ResponseHead) -> Responded:
        self.headers, self._status = dict(head.headers), head.status
        self.answered = 200 <= head.status < 300
        self._heard = time.monotonic()
        key, config, notable = self._attempts.key, self._attempts.endpoint.config, notable_headers(head.headers)
        return Responded(head.status, {name: hide_secrets(value, key, config) for name, value in notable.items()})

    async def _refusal(
        self, arriving: AsyncIterator[list[ResponseHead | bytes]], items: list[ResponseHead | bytes]
    ) -> ProviderError:
        """Returns what an error status and its body mean."""
        if 300 <= self._status < 400:
            return redirect_error(self._status, self.headers.get("location", ""), self._who, self._out.url,
                                  self._attempts.endpoint.base_url)
        body = b"".join(item for item in items if isinstance(item, bytes))
        try:
            async for more in arriving:
                body += b"".join(item for item in more if isinstance(item, bytes))
                if len(body) > _ERROR_BODY:
                    break
        except (ProviderError, TimeoutError) as error:
            body = body or str(error).encode()  # such as a compression that nobody asked for
        # The first one compiles dozens of patterns, which a window must not feel.
        return await asyncio.to_thread(refusal, self._status, self.headers, body.decode("utf-8", "replace"), self._who)

    def _mark_alive(self, event: Event) -> Event:
        """Notes when an event came: any event is a sign of life."""
        self._heard = time.monotonic()
        if isinstance(event, Alive):
            return replace(event, seconds=round(self._heard - self._spoke, 1))
        self._spoke = self._heard
        return event

    def _silence(self) -> Alive:
        return Alive(round(time.monotonic() - self._spoke, 1))

    def _remaining(self, answer: ResponseDecoder) -> float:
        """Returns the seconds left to wait for the next event."""
        network = self._attempts.endpoint.network
        limit = network.idle_timeout if self.began else network.first_token_timeout
        if answer.reader.complete:
            limit = min(limit, GRACE)
        return limit - (time.monotonic() - self._heard)

    def _too_slow(self) -> ProviderError:
        network = self._attempts.endpoint.network
        if self.began:
            return Interrupted(
                f"{self._who} went silent for {network.idle_timeout:g} s in the middle of the reply. What "
                "came is kept.", "timeout")
        return NotReached(
            f"{self._who} sent nothing for {network.first_token_timeout:g} s. Retry, or allow more time in "
            "Settings › Network.", "timeout")


async def _drain(arriving: AsyncIterator[list[ResponseHead | bytes]]) -> None:
    """Reads the rest of the body, for a moment."""
    try:
        async with asyncio.timeout(DRAIN):
            async for _ in arriving:
                pass
    except (TimeoutError, ProviderError):
        pass
