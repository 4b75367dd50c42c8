"""The recorder: a fold of a reply's events into its request record, beside the assembler."""

from __future__ import annotations

import time
from collections.abc import Mapping

from workbench.core.json_types import Json
from workbench.core.request.tool_secrets import hidden
from workbench.core.text.sinks import for_line

from .events import (
    Event,
    Finished,
    ImageData,
    Logprobs,
    ReasoningDelta,
    Responded,
    ResponseInfo,
    Retrying,
    Sent,
    TextDelta,
    ToolCallDelta,
    UsageReport,
)
from .records import RequestRecord, Retry, TokenLogprob
from .usage import Price, Usage


class Recorder:
    """Collects the record of one reply. Times are taken when an event is fed."""

    def __init__(
        self, model: str, asked: Mapping[str, Json], price: Price | None, template: Mapping[str, Json] | None = None
    ) -> None:
        self._model, self._asked, self._price, self._template = model, hidden(asked), price, template or {}
        self._began, self._started = time.monotonic(), time.time()
        self._sent: Sent | None = None
        self._response = Responded(0)
        self._retries: list[Retry] = []
        self._arrivals: list[float] = []
        self._first_byte: float | None = None
        self._first_token: float | None = None
        self._ended: float | None = None
        self._usage = Usage()
        self._info: dict[str, Json] = {}
        self._finish: dict[int, str] = {}
        self._logprobs: dict[int, list[TokenLogprob]] = {}

    def feed(self, event: Event) -> None:
        now = time.monotonic() - self._began
        match event:
            case Sent():
                self._sent = event
            case Responded():
                self._response = event
                self._first_byte = now
            case Retrying():
                self._retries.append(Retry(event.delay, event.reason))
            case TextDelta() | ReasoningDelta() | ToolCallDelta() | ImageData():
                if self._first_token is None:
                    self._first_token = now
                self._arrivals.append(now)
                self._ended = now
            case Logprobs():
                self._logprobs.setdefault(event.choice, []).extend(event.tokens)
            case UsageReport():
                self._usage = event.usage
            case ResponseInfo():
                self._info.update(event.data)
            case Finished():
                self._finish[event.choice] = for_line(event.reason)
                self._ended = now
            case _:
                pass

    def finish_reason(self, choice: int = 0) -> str:
        return self._finish.get(choice, "")

    def record(self, choice: int = 0) -> RequestRecord:
        """Returns the record so far. Only the first of several choices carries usage and cost, so that sums are
        right."""
        sent = self._sent
        usage = self._usage if choice == 0 else Usage()
        return RequestRecord(
            model=self._model,
            method=sent.method if sent else "POST",
            url=sent.url if sent else "",
            headers=sent.headers if sent else {},
            body=sent.body if sent else {},
            asked=self._asked,
            adjustments=sent.adjustments if sent else (),
            retries=tuple(self._retries),
            status=self._response.status,
            response_headers=self._response.headers,
            started=self._started,
            first_byte=self._first_byte,
            first_token=self._first_token,
            ended=self._ended,
            arrivals=tuple(round(at, 4) for at in self._arrivals),
            usage=usage,
            cost=self._price.cost(usage) if self._price else usage.cost,
            finish_reason=self.finish_reason(choice),
            info=self._info,
            logprobs=tuple(self._logprobs.get(choice, ())),
            template=self._template,
            fallback=str(self._info.get("fallback", "")),
        )
