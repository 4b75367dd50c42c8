"""The built-in provider as the window uses it: in process, with the same events as any other."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import TYPE_CHECKING

from workbench.core.json_types import JsonObject
from workbench.core.ports.providers import Limit
from workbench.core.reply.records import Adjustment
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.request.requests import Preview, Request
from workbench.providers.limits.dialect import apply

from . import abilities

if TYPE_CHECKING:
    from workbench.core.reply.events import Event

    from .engine import Engine

WHO = "The built-in model"
URL = "builtin:///v1/chat/completions"
"""No address of a server: the request never leaves the process."""


class BuiltinProvider:
    """Serves ``builtin/guide`` and ``builtin/ngram`` without network, key or cost."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine

    def preview(self, request: Request) -> Preview:
        """Returns the body and the adjustments that ``stream`` would report."""
        body, adjustments = _body(request, self.limits(request.model))
        return Preview("POST", URL, {}, body, adjustments)

    async def stream(self, request: Request) -> AsyncGenerator[Event, None]:
        """Runs one request. Closing the iterator stops the work."""
        from workbench.core.reply.events import Failed, Responded, Sent

        preview = self.preview(request)
        yield Sent(preview.method, preview.url, preview.headers, preview.body, preview.adjustments)
        from workbench.providers.protocols.chat_reader import ChatReader
        from workbench.providers.wire.error_bodies import refusal

        from .body import ApiError
        from .engine import Engine  # loaded with the first question, not with the program

        self._engine = self._engine or Engine()
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
        """Returns what is known of both models."""
        return [abilities.info(name) for name in abilities.CONTEXT]

    def limits(self, ref: ModelRef) -> Mapping[str, Limit]:
        """Returns ``abilities.limits``."""
        return abilities.limits(ref)


def _body(request: Request, rules: Mapping[str, Limit]) -> tuple[JsonObject, tuple[Adjustment, ...]]:
    """Returns the request in OpenAI's form. Names that neither model knows are sent, to be refused by name."""
    from workbench.providers.protocols.chat_messages import CARRIED, wire_messages
    from workbench.providers.protocols.uncarried import uncarried

    params, adjustments = apply(request.params, rules)
    body: JsonObject = {"model": request.model.model,
                        "messages": wire_messages(request.messages, request.blobs, {})}
    if params.get("stream", True):
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    body |= params | dict(request.extra_body)
    gone = [name for name, value in request.extra_body.items() if value is None]
    return {name: value for name, value in body.items() if name not in gone}, (
        *adjustments, *uncarried(request.messages, CARRIED, WHO))
