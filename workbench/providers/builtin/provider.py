"""The built-in provider as the window uses it: in process, with the same events as any other."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from workbench.core.events import Adjustment, Event, Failed, Responded, Sent
from workbench.core.json_types import Json, JsonObject
from workbench.core.models import ModelInfo, ModelRef
from workbench.core.parameters import by_name
from workbench.core.ports import Limit
from workbench.core.requests import Preview, Request
from workbench.core.usage import Price

from ..chat_chunks import ChatReader
from ..dialect import apply
from ..error_bodies import refusal
from ..wire_messages import wire_messages
from . import engine
from .body import RANGES, SUPPORTED, ApiError
from .engine import Engine

ID = "builtin"
WHO = "The built-in model"
URL = "builtin:///v1/chat/completions"
"""No address of a server: the request never leaves the process."""

_EFFORTS: list[Json] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"]


class BuiltinProvider:
    """Serves ``builtin/guide`` and ``builtin/ngram`` without network, key or cost."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine or Engine()

    def preview(self, request: Request) -> Preview:
        """The body and the adjustments that ``stream`` would report."""
        body, adjustments = _body(request, self.limits(request.model))
        return Preview("POST", URL, {}, body, adjustments)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """One request. Closing the iterator stops the work."""
        preview = self.preview(request)
        yield Sent(preview.method, preview.url, preview.headers, preview.body, preview.adjustments)
        try:
            reply = await self._engine.begin(preview.body)
        except ApiError as error:
            yield Responded(error.status)
            yield Failed(refusal(error.status, {}, json.dumps(error.to_json()), WHO))
            return
        yield Responded(200)
        reader = ChatReader({}, WHO)
        if not reply.body.stream:
            for event in reader.whole(await reply.completion()):
                yield event
        else:
            async with aclosing(reply.chunks()) as chunks:
                async for chunk in chunks:
                    for event in reader.whole(chunk):
                        yield event
        for event in reader.end(done=True):
            yield event

    def models(self) -> list[ModelInfo]:
        """What there is to know of both models."""
        return [_info("guide"), _info("ngram")]

    def limits(self, ref: ModelRef) -> Mapping[str, Limit]:
        """What a model has no use for is left out, and the reply says so; ranges are narrower for some."""
        own = SUPPORTED.get(ref.model)
        if own is None:
            return {}
        known = by_name().keys() | frozenset[str]().union(*SUPPORTED.values())
        limits = {name: Limit(name, "refused", _reason(ref.model, name), "facts") for name in known - own}
        ranges = {name: RANGES[name] for name in ("n", "repetition_penalty") if name in own}
        return limits | {
            name: Limit(name, "range", f"The built-in model takes {low:g} to {high:g}.", "facts", "", low, high)
            for name, (low, high) in ranges.items()
        }


def _reason(model: str, name: str) -> str:
    if model == "guide":
        return "The guide looks answers up in the help pages; it does not sample."
    if name in SUPPORTED["guide"]:
        return "The n-gram model does not think before it answers."
    return "The n-gram model has no use for this."


def _info(name: str) -> ModelInfo:
    guide = name == "guide"
    return ModelInfo(
        ModelRef(ID, name),
        name="Guide" if guide else "N-gram",
        family=name,
        context=engine.CONTEXT[name],
        price=Price(input=0.0, output=0.0),
        input=("text",),
        output=("text",),
        tool_call=not guide,
        reasoning=guide,
        reasoning_options=({"type": "effort", "values": _EFFORTS},) if guide else (),
        structured_output=not guide,
        temperature=not guide,
        source="server",
        accepts=dict.fromkeys(sorted(SUPPORTED[name]), "yes"),
    )


def _body(request: Request, rules: Mapping[str, Limit]) -> tuple[JsonObject, tuple[Adjustment, ...]]:
    """The request in OpenAI's form. Names that neither model knows are sent, and refused by name, as a
    strict server would."""
    params, adjustments = apply(request.params, rules)
    body: JsonObject = {"model": request.model.model,
                        "messages": wire_messages(request.messages, request.blobs, {})}
    if params.get("stream", True):
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    body |= params | dict(request.extra_body)
    gone = [name for name, value in request.extra_body.items() if value is None]
    return {name: value for name, value in body.items() if name not in gone}, tuple(adjustments)
