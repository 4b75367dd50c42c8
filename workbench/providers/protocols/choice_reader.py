"""The reader of one choice of an OpenAI-chat answer: its deltas, or its whole message."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Generator, Iterable, Iterator, Mapping
from typing import Any

from workbench.core.chat.parts import REFUSAL
from workbench.core.errors import Interrupted, ProviderError, Refused
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.data_pictures import PictureSplitter
from workbench.core.reply.events import (
    AudioData,
    Event,
    ImageData,
    Logprobs,
    MessageExtra,
    ReasoningDelta,
    ReasoningExtra,
    ReasoningWasText,
    ResponseInfo,
    StartedAgain,
    TextDelta,
    TextWasReasoning,
)
from workbench.core.reply.finish_reasons import standard_reason
from workbench.core.reply.think_tags import FAMILIES, Piece, TagSplitter

from .chat_messages import OPAQUE_FIELDS, REASONING_FIELD
from .citations import cited_from, grounding_in
from .logprob_forms import logprobs_from
from .tool_pieces import ToolPieces

_REASONING_FIELDS = ("reasoning_content", "reasoning", "thinking")
_BROKEN = {
    "error": "{who} reported an error in the middle of the reply. What came is kept.",
    "network_error": "{who} lost its connection to the model in the middle of the reply. What came is kept.",
    "insufficient_system_resource": "{who} ran out of capacity in the middle of the reply. Try again.",
    "aborted": "{who} aborted the reply. What came is kept.",
}
_TELLING = ("recitation", "language", "malformed_function_call", "unexpected_tool_call", "too_many_tool_calls")
"""Reasons of an upstream host that say more than the router's own."""
_BLOCKED = {"sensitive": "{who} stopped the reply because of its content rules. What came is kept."}


class ChatChoice:
    """Reads one choice. ``reason`` is its finish reason, ``error`` a failure that the reason hides."""

    def __init__(self, index: int, quirks: Mapping[str, Any], who: str, audio_format: str, beginning: str = "") -> None:
        self.index = index
        self._beginning = beginning
        self.reason: str | None = None
        self.error: ProviderError | None = None
        self._who, self._audio_format = who, audio_format
        self._quirks = quirks
        self._tags, self._pictures = self._splitters()
        self._fields = tuple(dict.fromkeys((*(quirks.get("reasoning_fields") or ()), *_REASONING_FIELDS)))
        self._field = ""  # the one home of the reasoning that is shown; copies in others are not
        self._replays = quirks.get("replay_reasoning") == "as-it-came-with-tools"
        self._calls = ToolPieces(index)
        self._in_pieces = False  # a message that comes later repeats them
        self._given: list[str] = []  # the content so far, to tell what is new in a whole message
        self._thoughts: list[str] = []
        self._refused = ""
        self._detail: Json = None  # the index of the last of OpenRouter's details
        self._messages_are_pieces = False
        self._audio: dict[str, str] = {}
        self._seen: set[str] = set()
        self._last = ""  # the kind of the last piece, as far as blocks of it stand apart
        self._is_whole = False  # whether the parts of the content are blocks, and no pieces of them

    @property
    def implied_reason(self) -> str:
        """The finish reason when the server gave none, or an empty one."""
        return "tool_calls" if self._calls else "stop"

    def feed(self, data: JsonObject, streamed: bool = False) -> Iterator[Event]:
        """Yields the events of one ``choices`` entry.

        With both a delta and a message (Perplexity), the delta counts in a stream, unless it is empty, and in a whole
        answer the message, with what only the delta has.
        """
        delta, message = data.get("delta"), data.get("message")
        if isinstance(message, dict) and not (isinstance(delta, dict) and streamed and _says_something(delta)):
            self._is_whole = not streamed
            yield from self._message({**_full(delta), **_full(message)})
        elif isinstance(delta, dict):
            self._in_pieces = self._in_pieces or _says_something(delta)
            yield from self.delta(delta)
        elif isinstance(text := data.get("text"), str):  # legacy completions behind a chat path
            yield from self._content(text)
        if tokens := logprobs_from(data.get("logprobs"), delta if isinstance(delta, dict) else {}):
            yield Logprobs(tokens, self.index)
        if filtered := _filtered(data.get("content_filter_results")):
            yield ResponseInfo({"content_filter_results": filtered})
        yield from self._annotations(grounding_in(data))
        reason = data.get("finish_reason")
        self._finish(reason)
        native = data.get("native_finish_reason")
        yield from self._native_reason(native or (reason if reason != self.reason and not self.error else None))

    def end(self) -> Iterator[Event]:
        """Yields what was held back; once."""
        if self._tags is not None:
            answered = self.reason != "stop" or bool(self._calls or self._seen or self._refused or self._audio)
            yield from self._pieces(self._tags.end(answered))
        yield from self._text(self._pictures.end())
        yield from self._calls.end()
        in_content = self._field == "content"
        if (self._calls or in_content) and self._field not in ("", "reasoning_details") and self._replays:
            yield MessageExtra({REASONING_FIELD: self._field}, self.index)
            self._replays = False
        if self._audio.get("data") or self._audio.get("transcript"):  # servers in Go send both empty
            sound = _decoded(self._audio.get("data", ""))
            extra: dict[str, Json] = {"id": self._audio["id"]} if "id" in self._audio else {}
            yield AudioData(sound, self._audio.get("transcript", ""), self._audio_format, extra, self.index)
            self._audio = {}

    def _finish(self, reason: Json) -> None:
        if not isinstance(reason, str):
            return
        if reason in _BROKEN:
            self.error = Interrupted(_BROKEN[reason].format(who=self._who), "interrupted", code=reason)
        elif reason in _BLOCKED:
            self.error = Refused(_BLOCKED[reason].format(who=self._who), "content", code=reason)
        elif reason:
            self.reason = standard_reason(reason)
        elif self._calls and self.reason is None:  # xAI ends tool calls with an empty reason
            self.reason = self.implied_reason

    def _native_reason(self, reason: Json) -> Iterator[Event]:
        """Takes note of the upstream host's own reason (OpenRouter), which tells when a tool call was cut off."""
        if isinstance(reason, str) and reason:
            if self.reason is not None and standard_reason(reason) in ("length", "content_filter"):
                self.reason = standard_reason(reason)
            elif reason.lower() in _TELLING:
                self.reason, self.error = reason, None
            if reason != self.reason:
                yield ResponseInfo({"native_finish_reason": reason})

    def _message(self, message: JsonObject) -> Iterator[Event]:
        """Reads a whole message, or one that repeats what came before and adds to it."""
        content = message.get("content")
        if isinstance(content, str):
            new = yield from self._new(content)
            message = {**message, "content": new}
        if self._in_pieces:
            repeated = ("tool_calls", "function_call", "audio", *self._fields)
            message = {name: value for name, value in message.items() if name not in repeated}
        yield from self.delta(message)

    def _new(self, content: str) -> Generator[Event, None, str]:
        """Returns what a message adds to the content so far; begins again when it says something else."""
        self._given = ["".join(self._given)]
        given, own = self._given[0], content.removeprefix(self._beginning)
        if self._messages_are_pieces or not given:
            return content if self._messages_are_pieces else own
        for whole in (own, content):
            if whole.startswith(given):
                return whole[len(given):]
        if given.startswith(own) or given.strip() == own.strip() or (
                self._in_pieces and given.rstrip().endswith(own.strip())):
            return ""  # it is cut, or without the thoughts that were in the text
        if not self._in_pieces and not _is_like(own, given):
            self._messages_are_pieces = True
            return content
        if self._calls or self._seen or self._audio or self._field == "reasoning_details":
            return ""  # the message may lack what else has come
        yield StartedAgain(self.index)
        self._tags, self._pictures = self._splitters()
        self._given = []
        if self._thoughts:
            yield ReasoningDelta("".join(self._thoughts), self.index)
        return own

    def _splitters(self) -> tuple[TagSplitter | None, PictureSplitter]:
        """Returns what finds reasoning and pictures in the content, at its beginning."""
        names = self._quirks.get("think_tag_names") or FAMILIES
        tags = TagSplitter(names, self._quirks.get("text_markers") or ()) if self._quirks.get("think_tags") else None
        return tags, PictureSplitter()

    def delta(self, delta: JsonObject) -> Iterator[Event]:
        """Yields the events of one delta."""
        content = delta.get("content")
        if len(delta) == 1 and isinstance(content, str):  # nearly all deltas of nearly all servers
            yield from self._content(content)
            return
        yield from self._reasoning(delta)
        if isinstance(content, str):
            yield from self._content(content)
        elif isinstance(content, list):
            for part in content:
                yield from self._part(part)
                self._last = "" if self._is_whole else self._last
        elif isinstance(content, dict) and _is_part(content):
            yield from self._part(content)
        elif content is not None and content is not False:  # JSON that the server has read for us already
            yield from self._content(json.dumps(content))
        if isinstance(refusal := delta.get("refusal"), str) and refusal:
            yield from self._refusal(refusal)
        if calls := delta.get("tool_calls"):
            yield from self._calls.feed(calls)
        elif isinstance(call := delta.get("function_call"), dict):
            yield from self._calls.feed({"index": 0, "function": call})
        yield from self._images(delta.get("images"))
        yield from self._annotations(delta.get("annotations"))
        yield from self._annotations(grounding_in(delta))
        yield from self._executed(delta.get("executed_tools"))
        if isinstance(audio := delta.get("audio"), dict):
            for name in ("data", "transcript"):
                if isinstance(piece := audio.get(name), str):
                    self._audio[name] = self._audio.get(name, "") + piece
            if isinstance(id := audio.get("id"), str):
                self._audio["id"] = id
        if extra := {name: delta[name] for name in OPAQUE_FIELDS if delta.get(name)}:
            yield MessageExtra(extra, self.index)

    def _reasoning(self, delta: JsonObject) -> Iterator[Event]:
        details = delta.get("reasoning_details")
        if isinstance(details, list) and details:
            yield ReasoningExtra({"reasoning_details": details}, self.index)
        for name in self._fields:
            value = delta.get(name)
            if name == "reasoning_details":
                value = self._details(value) if isinstance(value, list) else ""
            if isinstance(value, str) and value and self._field in ("", name):
                self._field = name
                if self._tags is not None:
                    self._tags.add_known(value)
                self._thoughts.append(value)
                yield ReasoningDelta(value, self.index)
                return

    def _details(self, details: list[Json]) -> str:
        """Returns the text of OpenRouter's details; those of another index are paragraphs of their own."""
        said = ""
        for item in details:
            if text := _detail_text(item):
                index = item.get("index") if isinstance(item, dict) else None
                apart = (said or self._thoughts) and index is not None and index != self._detail
                self._detail = index
                said += f"\n\n{text}" if apart else text
        return said

    def _content(self, text: str) -> Iterator[Event]:
        if not text:
            return
        self._given.append(text)
        if self._tags is None:
            yield from self._text(self._pictures.feed(text))
        else:
            yield from self._pieces(self._tags.feed(text))

    def _pieces(self, pieces: Iterator[Piece]) -> Iterator[Event]:
        for kind, text in pieces:
            if kind == "all reasoning":
                yield from self._text(self._pictures.end())
                yield TextWasReasoning(self.index)
            elif kind == "no reasoning":
                yield ReasoningWasText(text, self.index)
            elif kind == "text":
                yield from self._text(self._pictures.feed(text))
            elif text:
                self._thoughts.append(text)
                yield ReasoningDelta(text, self.index)

    def _text(self, pieces: Iterable[str | tuple[bytes, str]]) -> Iterator[Event]:
        for piece in pieces:
            yield TextDelta(piece, self.index) if isinstance(piece, str) else ImageData(*piece, "", self.index)

    def _part(self, part: Json) -> Iterator[Event]:
        """Reads one part of a content that is a list (Mistral: text and thinking)."""
        if isinstance(part, str):
            yield from self._content(part)
        elif isinstance(part, dict):
            match part.get("type"):
                case "thinking" | "reasoning":
                    if text := _joined(part.get("thinking") or part.get("text") or part.get("summary")):
                        yield from self._thinking(text)
                case "image_url":
                    yield from self._images([part])
                case "refusal":
                    yield from self._refusal(_joined(part.get("refusal")))
                case _:
                    self._last = "text"
                    yield from self._content(_joined(part))

    def _thinking(self, text: str) -> Iterator[Event]:
        """Yields reasoning. What came before another part is a paragraph of its own."""
        apart = "\n\n" if self._thoughts and self._last != "thinking" else ""
        self._last, self._field = "thinking", self._field or "content"
        self._thoughts.append(apart + text)
        yield ReasoningDelta(apart + text, self.index)

    def _refusal(self, text: str) -> Iterator[Event]:
        """Yields a refusal, which stands apart from the text before it."""
        if self._tags is not None:
            yield from self._pieces(self._tags.end())
        yield from self._text(self._pictures.end())
        apart = "\n\n" if self._given and self._last != "refusal" else ""
        self._last = "refusal"
        self._refused += text
        yield TextDelta(apart + text, self.index)
        yield MessageExtra({REFUSAL: self._refused}, self.index)

    def _images(self, images: Json) -> Iterator[Event]:
        for image in images if isinstance(images, list) else []:
            url = image.get("image_url") if isinstance(image, dict) else image
            if isinstance(url, dict):
                url = url.get("url")
            if not isinstance(url, str) or not url or url in self._seen:
                continue
            self._seen.add(url)
            head, comma, body = url.partition(",")
            if head.startswith("data:") and comma:
                mime = head[5:].partition(";")[0] or "image/png"
                yield ImageData(_decoded(body), mime, "", self.index)
            else:
                yield ImageData(url=url, choice=self.index)

    def _annotations(self, annotations: Json) -> Iterator[Event]:
        for item in annotations if isinstance(annotations, list) else []:
            if (cited := cited_from(item, self.index)) is not None:
                yield cited

    def _executed(self, tools: Json) -> Iterator[Event]:
        """Reads the tools that the server ran by itself (Groq's compound models), and the sources they found."""
        if not isinstance(tools, list) or not tools:
            return
        yield ResponseInfo({"executed_tools": tools})
        for tool in tools:
            found = tool.get("search_results") if isinstance(tool, dict) else None
            yield from self._annotations(found.get("results") if isinstance(found, dict) else found)


def _filtered(results: Json) -> JsonObject:
    """Returns those of Azure's content filters that took something out, by their names."""
    found = results.items() if isinstance(results, dict) else ()
    return {name: result for name, result in found if isinstance(result, dict) and result.get("filtered")}


def _says_something(delta: JsonObject) -> bool:
    return any(value for name, value in delta.items() if name != "role")


def _full(fields: Json) -> JsonObject:
    """Returns the fields that say something."""
    return {name: value for name, value in fields.items() if value} if isinstance(fields, dict) else {}


def _is_like(one: str, other: str) -> bool:
    """Returns whether two texts begin alike for at least half of the shorter one."""
    half = (min(len(one), len(other)) + 1) // 2
    return one[:half] == other[:half]


def _is_part(content: JsonObject) -> bool:
    """Returns whether a content is one part, and not JSON that the server has read for us already."""
    return "type" in content or any(name in content for name in _TEXTS)


_TEXTS = ("text", "value", "parts")
"""Where text lies in a part: OpenAI and most, its assistants, Gemini."""


def _joined(value: Json, depth: int = 8) -> str:
    """Returns the text of a string, of a part, or of a list of them."""
    if isinstance(value, dict):
        value = next((inner for name in _TEXTS if (inner := value.get(name))), None)
    if isinstance(value, str):
        return value
    if isinstance(value, list) and depth:
        return "".join(_joined(item, depth - 1) for item in value)
    return _joined(value, depth - 1) if isinstance(value, dict) and depth else ""


def _detail_text(item: Json) -> str:
    if not isinstance(item, dict):
        return ""
    return _joined(item.get("text")) or _joined(item.get("summary"))


def _decoded(text: str) -> bytes:
    """Decodes base64 as far as it is valid; audio comes in pieces that may each be padded."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        return b""
