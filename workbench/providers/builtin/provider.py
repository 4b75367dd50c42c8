"""The built-in provider as the window uses it: in process, with the same events as any other."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from typing import Any

from workbench.core.errors import StoreError
from workbench.core.events import Adjustment, Event, Failed, Responded, Sent
from workbench.core.json_types import Json, JsonObject
from workbench.core.messages import Message
from workbench.core.models import ModelInfo, ModelRef
from workbench.core.parts import File, Image, Text, ToolCall, ToolResult
from workbench.core.requests import Preview, Request
from workbench.core.usage import Price

from ..chat_chunks import ChatReader
from ..error_bodies import refusal
from . import engine
from .body import SUPPORTED, ApiError
from .engine import Engine

ID = "builtin"
WHO = "The built-in model"
URL = "builtin:///v1/chat/completions"
"""No address of a server: the request never leaves the process."""

_EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
_REASONS = {
    "guide": "The guide looks answers up in the help pages; it does not sample.",
    "ngram": "The n-gram model does not think before it answers.",
}


class BuiltinProvider:
    """Serves ``builtin/guide`` and ``builtin/ngram`` without network, key or cost."""

    def __init__(self, engine: Engine | None = None) -> None:
        self._engine = engine or Engine()

    def preview(self, request: Request) -> Preview:
        """The body and the adjustments that ``stream`` would report."""
        body, adjustments = _body(request)
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
        except StoreError as error:
            yield Failed(refusal(500, {}, json.dumps({"error": {"message": str(error)}}), WHO))
            return
        yield Responded(200)
        reader = ChatReader({}, WHO)
        if not reply.body.stream:
            for event in reader.chunk(await reply.completion()):
                yield event
        else:
            async with aclosing(reply.chunks()) as chunks:
                async for chunk in chunks:
                    for event in reader.chunk(chunk):
                        yield event
        for event in reader.end(done=True):
            yield event

    def models(self) -> list[ModelInfo]:
        return [_info("guide"), _info("ngram")]


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
        reasoning_options=({"type": "effort", "values": list(_EFFORTS)},) if guide else (),
        structured_output=not guide,
        temperature=not guide,
        source="server",
        accepts=dict.fromkeys(sorted(SUPPORTED[name]), "yes"),
    )


def _body(request: Request) -> tuple[JsonObject, tuple[Adjustment, ...]]:
    """The request in OpenAI's form, without the parameters that the other built-in model has.

    Names that neither has are sent, and refused by name, as a server would.
    """
    name = request.model.model
    others = frozenset().union(*SUPPORTED.values()) - SUPPORTED.get(name, frozenset())
    dropped = tuple(
        Adjustment(parameter, "dropped", _REASONS[name])
        for parameter in request.params if name in SUPPORTED and parameter in others
    )
    params = {key: value for key, value in request.params.items()
              if key not in {item.parameter for item in dropped}}
    messages: list[Json] = [_message(message, request.blobs) for message in request.messages]
    body: JsonObject = {"model": name, "messages": messages}
    if params.get("stream", True):
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    body |= params
    for key, value in request.extra_body.items():
        if value is None:
            body.pop(key, None)
        else:
            body[key] = value
    return body, dropped


def _message(message: Message, blobs: Mapping[str, bytes]) -> Json:
    calls: list[Json] = [
        {"id": part.id, "type": "function", "function": {"name": part.name, "arguments": part.arguments}}
        for part in message.parts if isinstance(part, ToolCall)
    ]
    texts = [_text(part) for part in message.parts if isinstance(part, Text | File | ToolResult)]
    images: list[Json] = [_image(part, blobs) for part in message.parts if isinstance(part, Image)]
    text = "\n\n".join(texts)
    content: Json = [*images, {"type": "text", "text": text}] if images else text
    data: JsonObject = {"role": message.role, "content": content}
    if calls:
        data |= {"content": content or None, "tool_calls": calls}
    result: Any = next((part for part in message.parts if isinstance(part, ToolResult)), None)
    return {**data, "tool_call_id": result.call_id} if result is not None else data


def _text(part: Text | File | ToolResult) -> str:
    return f"{part.name}:\n{part.text}" if isinstance(part, File) else part.text


def _image(part: Image, blobs: Mapping[str, bytes]) -> Json:
    url = part.url
    if part.blob is not None:
        data = base64.b64encode(blobs.get(part.blob.sha256, b"")).decode()
        url = f"data:{part.blob.mime};base64,{data}"
    return {"type": "image_url", "image_url": {"url": url}}
