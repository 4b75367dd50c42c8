"""The reader of one item of a response: its pieces, and the whole item at its end.

The whole item is what counts. Where it says more than the pieces did, the rest is told; where it says something else,
the item is ``contradicted`` and the reply has to be told again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from workbench.core.chat.parts import APPROVAL, BY_SERVER
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.events import (
    Event,
    ImageData,
    Logprobs,
    ReasoningDelta,
    TextDelta,
    ToolCallDelta,
    ToolResultData,
)

from .citations import cited_from
from .logprob_forms import logprobs_from
from .open_calls import NOT_RUN
from .responses_items import BLOB, is_for_user, is_on_machine

_PIECES: Mapping[str, tuple[str, str, str]] = {
    "output_text": ("message", "text", "content_index"),
    "refusal": ("message", "refusal", "content_index"),
    "content_part": ("message", "text", "content_index"),  # as a page of OpenRouter's has it
    "reasoning_summary_text": ("reasoning", "summary", "summary_index"),
    "reasoning_summary": ("reasoning", "summary", "summary_index"),  # the name in older versions
    "reasoning_text": ("reasoning", "content", "content_index"),
    "reasoning": ("reasoning", "content", "content_index"),
    "function_call_arguments": ("function_call", "arguments", ""),
    "custom_tool_call_input": ("custom_tool_call", "arguments", ""),
    "mcp_call_arguments": ("mcp_call", "arguments", ""),
    "code_interpreter_call_code": ("code_interpreter_call", "code", ""),
    "shell_call_command": ("shell_call", "command", "command_index"),
}
"""Events ``response.NAME.delta`` and ``.done``: the kind of item, what grows in it, and the name of its number."""

_OTHER_EVENTS = {"response.output_text.annotation.added": "message",
                 "response.image_generation_call.partial_image": "image_generation_call"}

_SILENT = ("mcp_list_tools", "compaction", "reasoning", "image_generation_call")
"""Items of the server's own that are not shown as a call."""

_PICTURES = ("png", "jpeg", "webp", "gif")
_OUTPUT = "_call_output"
"""The end of the kind of item that says what came of a call."""

_PROGRAM = ("program", "program_output")
"""A program that calls tools by itself, and what came of it."""

_CLIENT_CALLS = ("function_call", "custom_tool_call", "mcp_approval_request")
_NO_ARGUMENTS = ("id", "type", "status", "output", "outputs", "results", "result", "error", "container_id", "name",
                 "server_label", "arguments", "approval_request_id")

_order = itertools.count(1)  # of first words, to tell whether items came in order


@dataclass
class Told:
    """What the items of one response have told: the kinds that have said a word, and the characters of text."""

    kinds: set[str] = field(default_factory=set)
    length: int = 0

    def clear(self) -> None:
        self.kinds.clear()
        self.length = 0


class ItemReader:
    """Reads one item. ``number`` is its place in the response, ``told`` what all of them have told."""

    def __init__(self, number: int, kind: str, told: Told) -> None:
        self.number, self.kind, self._told = number, kind, told
        self.id = ""
        self.whole = False
        self.contradicted = False
        self.told_at: int | None = None
        self._item: JsonObject = {"type": kind}
        self._texts: dict[tuple[str, int], list[str]] = {}
        self._annotations: list[JsonObject] = []
        self._voice = ""  # the one form of reasoning that is shown; a copy in the other is not
        self._said: tuple[str, int] | None = None  # the text that was told last
        self._cited: set[str] = set()
        self._starts: dict[int, int] = {}  # where in the reply the texts of a message begin
        self._named = False

    @staticmethod
    def reads(event: str) -> str:
        """Returns the kind of item that an event is a piece of, ``""`` for an event that says nothing new."""
        name, _, end = event.removeprefix("response.").rpartition(".")
        if end in ("delta", "done") and name in _PIECES:
            return _PIECES[name][0]
        return _OTHER_EVENTS.get(event, "")

    @property
    def is_call(self) -> bool:
        """Whether the item asks the user's side for something."""
        return self.kind in _CLIENT_CALLS

    @property
    def raw(self) -> JsonObject:
        """The item as it came, its pieces put together. A picture's data is named, not held."""
        item = dict(self._item)
        if self.kind == "message" and not self.whole:
            item["role"] = item.get("role") or "assistant"
            item["content"] = [
                {"type": "refusal", "refusal": text} if field == "refusal" else
                {"type": "output_text", "text": text, "annotations": list(self._annotations)}
                for (field, _), text in self._joined()]
        elif self.kind == "reasoning" and not self.whole:
            item["summary"] = [{"type": "summary_text", "text": text} for (field, _), text in self._joined()
                               if field == "summary"]
            content: list[Json] = [{"type": "reasoning_text", "text": text} for (field, _), text in self._joined()
                                   if field == "content"]
            if content:
                item["content"] = content
        elif self.is_call and not self.whole:
            item["input" if self.kind == "custom_tool_call" else "arguments"] = self._text_of("arguments", 0)
        if data := decoded(item.get("result")):
            item["result"] = BLOB + hashlib.sha256(data).hexdigest()
        return item

    def says_the_same(self, item: JsonObject) -> bool:
        """Returns whether another item has the same words: some relays give an item two names."""
        other = ItemReader(self.number, self.kind, Told())
        for _ in other.take(item, whole=True):
            pass
        return self._joined() == other._joined()

    def take(self, item: JsonObject, whole: bool) -> Iterator[Event]:
        """Reads an item at its beginning, or all of it at its end."""
        self.kind, self.whole = str(item.get("type") or self.kind), whole or self.whole
        self._item = dict(item)
        yield from self._call_named()
        if whole:
            yield from self._all_of(item)

    def _all_of(self, item: JsonObject) -> Iterator[Event]:
        match self.kind:
            case "message":
                for at, part in enumerate(_dicts(item.get("content"))):
                    first = ("text", at) not in self._texts
                    field = "refusal" if part.get("type") == "refusal" else "text"
                    yield from self._replace(field, at, part.get(field))
                    if first and (tokens := logprobs_from({"content": part.get("logprobs")}, {})):
                        yield Logprobs(tokens)
                    for annotation in _dicts(part.get("annotations")):
                        yield from self._cite(annotation, at)
            case "reasoning":
                for field in ("content", "summary"):
                    for at, part in enumerate(_dicts(item.get(field))):
                        yield from self._replace(field, at, part.get("text"))
            case "function_call" | "mcp_approval_request":
                yield from self._replace("arguments", 0, item.get("arguments"))
            case "custom_tool_call":
                yield from self._replace("arguments", 0, item.get("input"))
            case "image_generation_call":
                yield from self._picture(item.get("result"), item)
            case kind if kind not in _SILENT or item.get("error"):
                yield from self._ran()

    def piece(self, event: str, data: JsonObject) -> Iterator[Event]:
        """Reads an event that belongs to the item."""
        name, _, end = event.removeprefix("response.").rpartition(".")
        if event in _OTHER_EVENTS:
            if isinstance(annotation := data.get("annotation"), dict):
                at = data.get("content_index")
                self._annotations.append(annotation)
                yield from self._cite(annotation, at if isinstance(at, int) else 0)
            elif not self.whole:
                yield from self._picture(data.get("partial_image_b64"), data)
            return
        _, field, number = _PIECES[name]
        at = data.get(number)
        place = at if isinstance(at, int) else 0
        if end == "delta":
            delta = data.get("delta")
            yield from self._add(field, place, _words_of(delta))
            if tokens := logprobs_from({"content": data.get("logprobs")}, {}):
                yield Logprobs(tokens)
        else:
            yield from self._replace(field, place, next(
                (data[one] for one in ("text", "refusal", "arguments", "input", "code", "command") if one in data),
                None))

    def tell(self) -> Iterator[Event]:
        """Tells again everything that is known of the item."""
        self.contradicted = False
        yield from self._call_named()
        for (name, at), text in self._joined():
            self._texts[(name, at)] = []
            yield from self._add(name, at, text)
        if self.whole:
            yield from self._all_of(self._item)
        else:
            for annotation in self._annotations:
                yield from self._cite(annotation, 0)

    def forget(self) -> None:
        """Forgets what was told, so that it can be told again."""
        self.told_at, self._said, self._named = None, None, False
        self._cited.clear()
        self._starts.clear()

    def _add(self, field: str, at: int, piece: str) -> Iterator[Event]:
        self._texts.setdefault((field, at), []).append(piece)
        if not piece or self._is_servers(field):
            return
        if field == "arguments":
            yield ToolCallDelta(self.number, arguments=piece)
            return
        if field in ("summary", "content"):
            self._voice = self._voice or field
            if field != self._voice:
                return
        yield from self._words(field, at, piece)

    def _words(self, field: str, at: int, piece: str) -> Iterator[Event]:
        """Yields words. Each item begins a paragraph, and each part of reasoning; parts of a message follow at once."""
        event = ReasoningDelta if field in ("summary", "content") else TextDelta
        if self._said != (field, at):
            apart = event is ReasoningDelta if self._said is not None else self.kind in self._told.kinds
            self._said = (field, at)
            if apart:
                yield event("\n\n")
            if event is TextDelta:
                self._told.length += 2 * apart
                self._starts[at] = self._told.length
        if self.told_at is None:
            self.told_at = next(_order)
            self._told.kinds.add(self.kind)
        if event is TextDelta:
            self._told.length += len(piece)
        yield event(piece)

    def _replace(self, field: str, at: int, text: Json) -> Iterator[Event]:
        """Takes a whole text in the place of its pieces."""
        if isinstance(text, dict) and field == "arguments":
            text = json.dumps(text, ensure_ascii=False)
        if not isinstance(text, str) or ((field, at) not in self._texts and field != "arguments" and any(
                kind == field and told == text for (kind, _), told in self._joined())):
            return  # a relay that does not number the parts has told it under another number
        told = self._text_of(field, at)
        if text == told:
            return
        if text.startswith(told):
            yield from self._add(field, at, text[len(told):])
        elif text.strip() or not told:
            self._texts[(field, at)] = [text]
            self.contradicted = not self._is_servers(field)

    def _call_named(self) -> Iterator[Event]:
        """Yields the head of a call, once its name is known."""
        item = self._item
        if not self.is_call or self._named or not isinstance(name := item.get("name"), str):
            return
        self._named = True
        id = str(item.get("call_id") or item.get("id") or "")
        extra: dict[str, Json] = {}
        if self.kind == "custom_tool_call":
            extra = {"type": "custom"}
        elif self.kind == "mcp_approval_request":
            extra, name = {"type": APPROVAL}, f"{item.get('server_label') or ''}.{name}"
        yield ToolCallDelta(self.number, id, name, extra=extra)

    def _is_servers(self, field: str) -> bool:
        """Returns whether a text is that of a call that the server makes by itself, which is told as a whole."""
        return field in ("code", "command") or (field == "arguments" and not self.is_call)

    def left_open(self) -> Iterator[Event]:
        """Yields what came of a call that the server was making by itself when the reply ended."""
        given = [(field, text) for (field, _), text in self._joined() if text and self._is_servers(field)]
        if given and not self.whole:
            self._item = {**self._item, given[0][0]: "\n".join(text for _, text in given)}
            yield from self._ran()

    def _ran(self) -> Iterator[Event]:
        """Yields a call that the server made by itself, with what came of it."""
        if self._named:
            return
        item, self._named = self._item, True
        name = self.kind.removesuffix("_call")
        if isinstance(own := item.get("name"), str) and own:
            name = f"{item.get('server_label')}.{own}" if item.get("server_label") else own
        given = item.get("arguments")
        arguments = given if isinstance(given, str) else json.dumps(
            {field: value for field, value in item.items() if field not in _NO_ARGUMENTS and value is not None},
            ensure_ascii=False)
        paired = is_on_machine(item) or self.kind.endswith(_OUTPUT) or self.kind in _PROGRAM
        names = ("call_id", "id") if paired else ("id", "call_id")
        id = next((str(item[field]) for field in names if item.get(field)), f"item_{self.number}")
        output = _output_of(item)
        failed = item.get("status") == "failed" or bool(item.get("error"))
        if self.kind.endswith(_OUTPUT) or self.kind == _PROGRAM[1]:
            came_of = name.removesuffix(_OUTPUT).removesuffix("_output")
            yield ToolResultData(id, output, came_of, failed, {BY_SERVER: True})
            return
        yield ToolCallDelta(self.number, id, name, arguments, {BY_SERVER: True})
        if is_for_user(item):
            yield ToolResultData(id, NOT_RUN, name, True, {BY_SERVER: True})
        elif output or failed:
            yield ToolResultData(id, output, name, failed, {BY_SERVER: True})
        for part in _dicts(item.get("outputs")):
            if part.get("type") == "image" and isinstance(url := part.get("url"), str):
                yield ImageData(url=url)

    def _picture(self, data: Json, about: JsonObject) -> Iterator[Event]:
        """Yields a picture; a later one of the same item takes the place of a preview."""
        if found := decoded(data):
            form = about.get("output_format")
            yield ImageData(found, f"image/{form if form in _PICTURES else 'png'}", of=self.id or f"item_{self.number}")

    def _cite(self, annotation: JsonObject, at: int) -> Iterator[Event]:
        """Yields what an annotation cites, once: it comes by itself, and again with the whole item.

        Its place counts from the beginning of the text with number ``at``; it is told from the beginning of the reply.
        """
        if (name := json.dumps(annotation, sort_keys=True)) not in self._cited:
            self._cited.add(name)
            start = self._starts.get(at, 0)
            moved = {end: start + value for end in ("start_index", "end_index")
                     if isinstance(value := annotation.get(end), int) and not isinstance(value, bool)}
            if (cited := cited_from({**annotation, **moved})) is not None:
                yield cited

    def _text_of(self, field: str, at: int) -> str:
        return "".join(self._texts.get((field, at), ()))

    def _joined(self) -> list[tuple[tuple[str, int], str]]:
        return sorted((key, "".join(pieces)) for key, pieces in self._texts.items())


def _words_of(delta: Json) -> str:
    """Returns the words of a delta, which some relays wrap in an object."""
    if isinstance(delta, dict):
        delta = delta.get("text")
    return delta if isinstance(delta, str) else ""


def _output_of(item: JsonObject) -> str:
    """Returns what came of a call that the server made by itself, as text."""
    if isinstance(error := item.get("error"), str | dict) and error:
        message = error.get("message") if isinstance(error, dict) else error
        return message if isinstance(message, str) else json.dumps(error, ensure_ascii=False)
    output = item.get("output") or item.get("result")
    if isinstance(output, str):
        return output
    logs = [str(part.get("logs") or "") for part in _dicts(item.get("outputs")) if part.get("type") == "logs"]
    found = [" – ".join(str(part[name]) for name in ("filename", "text") if part.get(name))
             for part in _dicts(item.get("results"))]
    return "\n".join(filter(None, (*logs, *found))) or (json.dumps(output, ensure_ascii=False) if output else "")


def decoded(data: Json) -> bytes:
    """Returns data in base64 as bytes; none for what is no such data."""
    if not isinstance(data, str) or not data or data.startswith(BLOB):
        return b""
    try:
        return base64.b64decode(data + "=" * (-len(data) % 4))
    except (binascii.Error, ValueError):
        return b""


def _dicts(value: Json) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
