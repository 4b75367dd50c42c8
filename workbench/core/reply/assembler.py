"""The assembler: a fold of events into a message, the same for a live stream, a replay and a test."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from workbench.core.chat.messages import BLOCKS, Message
from workbench.core.chat.parts import (
    PASSAGES,
    Audio,
    Blob,
    Citation,
    Image,
    Part,
    Reasoning,
    Text,
    ToolCall,
    ToolResult,
)
from workbench.core.json_types import Json
from workbench.core.text.surrogates import join_surrogates

from .events import (
    Alive,
    AudioData,
    Cited,
    Event,
    Failed,
    Finished,
    ImageData,
    Logprobs,
    MessageExtra,
    ReasoningDelta,
    ReasoningExtra,
    ReasoningWasText,
    Responded,
    ResponseInfo,
    Retrying,
    Sent,
    StartedAgain,
    TextDelta,
    TextWasReasoning,
    ToolCallDelta,
    ToolResultData,
    UsageReport,
)

_LATEST = 100
"""Passages among which a repeated one is looked for: some servers send all of them again with each piece."""

_MOST_NAME = 1000
"""Characters of a name or an id that a server gives; longer ones are none, and hold up whoever shows them."""

KeepBlob = Callable[[bytes, str, str], Blob]
"""Takes bytes, MIME type and name; returns the blob that names them."""


@dataclass
class _Call:
    id: str = ""
    name: str = ""
    arguments: list[str] = field(default_factory=list)
    extra: dict[str, Json] = field(default_factory=dict)


class Assembler:
    """Builds the message of one choice; ``message()`` may be asked for at any time."""

    def __init__(self, model: str, keep_blob: KeepBlob) -> None:
        self._model = model
        self._keep_blob = keep_blob
        self._clear()

    def _clear(self) -> None:
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._reasoning_extra: dict[str, Json] = {}
        self._calls: dict[int, _Call] = {}
        self._others: list[Part] = []
        self._previews: dict[str, Image] = {}
        self._sources: dict[str, tuple[int, list[dict[str, Json]]]] = {}  # places among the others, and passages
        self._extra: dict[str, Json] = {}
        self.reasoning_seconds: float | None = None

    def feed(self, event: Event) -> None:
        """Adds one event; events that are not content are ignored."""
        match event:
            case TextDelta():
                self._text.append(event.text)
            case ReasoningDelta():
                self._reasoning.append(event.text)
            case TextWasReasoning():
                self._reasoning.extend(self._text)
                self._text.clear()
            case ReasoningWasText():
                kept = "".join(self._reasoning).removesuffix(event.text)
                self._reasoning = [kept] if kept else []
            case StartedAgain():
                self._clear()
            case ReasoningExtra():
                _merge(self._reasoning_extra, event.data)
            case ToolCallDelta():
                self._feed_call(event)
            case ImageData():
                self._feed_image(event)
            case ToolResultData():
                self._others.append(ToolResult(event.call_id, event.text, event.name, event.is_error, event.extra))
            case AudioData():
                mime = f"audio/{event.format or 'wav'}"
                blob = self._keep_blob(event.data, mime, "") if event.data else None
                self._others.append(Audio(blob, event.transcript, event.extra))
            case Cited():
                self._feed_citation(event)
            case MessageExtra():
                _merge(self._extra, event.data)
            case (Sent() | Responded() | Retrying() | Alive() | Logprobs() | ResponseInfo() | UsageReport()
                  | Finished() | Failed()):
                pass  # for the request record
            case _:
                assert_never(event)

    def _feed_image(self, event: ImageData) -> None:
        blob = self._keep_blob(event.data, event.mime, "") if event.data else None
        image = Image(blob=blob, url=event.url)
        preview = self._previews.get(event.of) if event.of else None
        if preview is not None and preview in self._others:
            self._others[self._others.index(preview)] = image
        else:
            self._others.append(image)
        if event.of:
            self._previews[event.of] = image

    def _feed_call(self, event: ToolCallDelta) -> None:
        call = self._calls.setdefault(event.index, _Call())
        call.id = call.id or event.id[:_MOST_NAME]
        call.name = event.name[:_MOST_NAME] or call.name
        call.arguments.append(event.arguments)
        call.extra.update(event.extra)

    def _feed_citation(self, event: Cited) -> None:
        """Adds a source once, under the number that the text may name, with all passages that are cited from it.

        Azure numbers the chunks of a document, each as a source of its own.
        """
        source = event.url or event.title
        if "chunk_id" in event.passage:
            source = f"{source}\n{event.passage.get('content')}"
        if source not in self._sources:
            self._sources[source] = (len(self._others), [])
            self._others.append(Citation(event.url, event.title))
        _, passages = self._sources[source]
        if event.passage and event.passage not in passages[-_LATEST:]:
            passages.append(dict(event.passage))

    def _with_passages(self) -> list[Part]:
        parts = list(self._others)
        for place, passages in self._sources.values():
            if passages:
                parts[place] = replace(parts[place], extra={PASSAGES: list[Json](passages)})
        return parts

    def message(self) -> Message:
        """Returns what has come so far. Halves of surrogate pairs from different pieces are joined here."""
        parts: list[Part] = []
        if self._reasoning or self._reasoning_extra:
            text = join_surrogates("".join(self._reasoning))
            parts.append(Reasoning(text, self.reasoning_seconds, dict(self._reasoning_extra)))
        if self._text:
            parts.append(Text(join_surrogates("".join(self._text))))
        parts.extend(
            ToolCall(call.id, call.name, join_surrogates("".join(call.arguments)), call.extra)
            for _, call in sorted(self._calls.items())
        )
        parts.extend(self._with_passages())
        return Message("assistant", tuple(parts), self._model, dict(self._extra))

    @property
    def empty(self) -> bool:
        return not (self._text or self._reasoning or self._calls or self._others or self._extra.get(BLOCKS))


def _merge(into: dict[str, Json], data: Mapping[str, Json]) -> None:
    for name, value in data.items():
        old = into.get(name)
        into[name] = [*old, *value] if isinstance(old, list) and isinstance(value, list) else value
