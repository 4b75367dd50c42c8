"""Ace Data Cloud's stateful conversations: the server keeps the history and streams JSON lines.

``POST /aichat/conversations`` takes one question; ``id`` names the conversation from the second turn on.
Source: the OpenAPI description and guides that Ace Data Cloud publishes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import File, Image, Text
from workbench.core.errors import Interrupted, NotAnAnswer, ProviderError
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.events import (
    Cited,
    Event,
    Failed,
    Finished,
    MessageExtra,
    ReasoningDelta,
    ResponseInfo,
    TextDelta,
    UsageReport,
)
from workbench.core.reply.records import Adjustment
from workbench.core.request.models import ModelInfo
from workbench.core.request.requests import Request
from workbench.providers.endpoints.endpoint import Endpoint
from workbench.providers.limits.dialect import Rules
from workbench.providers.wire.error_bodies import error_in_answer, refusal
from workbench.providers.wire.protocol import Outgoing
from workbench.providers.wire.sse import ServerEvent
from workbench.providers.wire.unread_events import UnreadEvents

from .chat_messages import data_url, message_text
from .openai_chat import apply_user_fields
from .uncarried import Carried, uncarried
from .usage_forms import usage_from

_CARRIED: Carried = {"user": (Text, File)}
_CARRIED_LAST: Carried = {"user": (Text, File, Image)}
"""Only the last message can have images: all before it become one text."""

_TAKEN = ("preset", "references", "stateful", "max_turns", "model_group")
"""Parameters that the endpoint knows; it has none for sampling."""


class AceConversations:
    """The protocols ``ace-conversations`` and ``ace-conversations-2``, which differ in their events.

    The conversation's id comes back in ``extra["state"]`` of the reply and goes out with the next question.
    """

    def __init__(self, name: str, path: str, question: str) -> None:
        self.name = name
        self._path, self._question = path, question

    def outgoing(self, endpoint: Endpoint, request: Request, info: ModelInfo, rules: Rules) -> Outgoing:
        state = request.state.get("id")
        conversation = state if isinstance(state, str) else ""
        body: JsonObject = {"model": request.model.model,
                            self._question: _question(request.messages, fresh=not conversation)}
        if images := _references(request):
            body["references"] = images
        taken = {name: value for name, value in request.params.items() if name in _TAKEN}
        dropped = [Adjustment(name, "dropped", f"{endpoint.name}'s conversations accept no {name}.")
                   for name in request.params if name not in _TAKEN and name != "stream"]
        before = request.messages[:-1] if not conversation else ()
        dropped += uncarried(before, _CARRIED, endpoint.name)
        dropped += uncarried(request.messages[-1:], _CARRIED_LAST, endpoint.name)
        body.update(taken)
        body.setdefault("stateful", True)
        if conversation and body["stateful"]:
            body["id"] = conversation
        url = f"{endpoint.site}{self._path}"
        return Outgoing(url, apply_user_fields(body, endpoint, request), tuple(dropped),
                        {"Accept": "application/x-ndjson"}, lines=True)

    def reader(self, endpoint: Endpoint, outgoing: Outgoing) -> AceReader:
        return AceReader(endpoint.name)


def _question(messages: Sequence[Message], fresh: bool) -> str:
    """Returns the last message; for a new conversation with the messages before it, which the server does not know."""
    spoken = [message for message in messages if message_text(message.parts)]
    if not spoken:
        return ""
    last = message_text(spoken[-1].parts)
    if not fresh or len(spoken) == 1:
        return last
    before = "\n\n".join(f"{message.role.capitalize()}: {message_text(message.parts)}" for message in spoken[:-1])
    return f"{before}\n\nUser: {last}"


def _references(request: Request) -> list[Json]:
    """Returns the last message's images, as addresses."""
    last = request.messages[-1] if request.messages else Message("user")
    urls: list[Json] = []
    for part in last.parts:
        if isinstance(part, Image):
            if part.blob is not None and part.blob.sha256 in request.blobs:
                urls.append(data_url(request.blobs[part.blob.sha256], part.blob.mime))
            elif part.url:
                urls.append(part.url)
    return urls


_FIELDS = {"answer", "delta_answer", "type", "id", "conversation_id"}
"""What an answer or a piece of one has at least one of."""


class AceReader:
    """Reads lines ``{"answer": <all so far>, "delta_answer": <new>, "id"}``, or typed events, or one answer.

    The older form has no end marker: the end of the stream is the end of the reply.
    """

    def __init__(self, who: str) -> None:
        self._who = who
        self._length = 0
        self._id = ""
        self._began = False
        self._finished = False
        self._unread = UnreadEvents()
        self.failed = False
        self.done = False

    @property
    def complete(self) -> bool:
        return self._finished

    @property
    def empty(self) -> bool:
        return not self._began

    def event(self, event: ServerEvent) -> Iterator[Event]:
        if event.data.startswith("[DONE]"):
            self.done = True
            return
        try:
            data: Json = json.loads(event.data)
        except (ValueError, RecursionError):
            data = None
            if event.event != "error":
                self._unread.note_text(event.data)
        if event.event == "error" and not (isinstance(data, dict) and data.get("type") == "error"):
            yield from self._fail(refusal(0, {}, event.data, self._who))
        elif data is not None:
            yield from self.whole(data)

    def whole(self, data: Json) -> Iterator[Event]:
        if not isinstance(data, dict) or self.failed:
            return
        if (error := error_in_answer(data, self._who)) is not None:
            yield from self._fail(error)
            return
        if not data.keys() & _FIELDS:
            self._unread.note_json(data)
            return
        self._began = True
        yield from self._identity(data.get("id") or data.get("conversation_id"))
        match data.get("type"):
            case None | "text_delta":
                yield from self._text(data)
            case "thinking":
                if isinstance(text := data.get("content") or data.get("thinking"), str) and text:
                    yield ReasoningDelta(text)
            case "citation":
                if isinstance(url := data.get("url"), str):
                    yield Cited(url, str(data.get("title") or ""))
            case "error":
                yield from self._fail(Interrupted(
                    f"{self._who} reported an error: {data.get('message') or 'no reason was given'}.",
                    "server", body=json.dumps(data, ensure_ascii=False)))
            case "done":
                self._finished = True
                if isinstance(usage := data.get("usage"), dict) and (counted := usage_from(usage)):
                    yield UsageReport(counted)

    def end(self, done: bool) -> Iterator[Event]:
        if self.failed:
            return
        if self._began:
            yield Finished("stop")
            if self._unread.damaged:
                yield from self._fail(self._unread.error(self._who))
        else:
            yield from self._fail(NotAnAnswer(
                f"{self._who} closed the connection without an answer. Try again, or ask another model.",
                "not_an_answer"))

    def broken(self, error: ProviderError) -> Iterator[Event]:
        if self._finished:
            yield from self.end(done=False)
        elif not self.failed:
            yield from self._fail(error)

    def _identity(self, id: Json) -> Iterator[Event]:
        if isinstance(id, str) and id and id != self._id:
            self._id = id
            yield MessageExtra({"state": {"id": id}})
            yield ResponseInfo({"id": id})

    def _text(self, data: JsonObject) -> Iterator[Event]:
        piece = data.get("delta_answer")
        if not isinstance(piece, str):
            piece = data.get("content") if data.get("type") == "text_delta" else None
        total = data.get("answer")
        if piece is None and isinstance(total, str):
            piece = total[self._length:]
        if isinstance(piece, str) and piece:
            self._length += len(piece)
            yield TextDelta(piece)

    def _fail(self, error: ProviderError) -> Iterator[Event]:
        self.failed = True
        yield Failed(error)
