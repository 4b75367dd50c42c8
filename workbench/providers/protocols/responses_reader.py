"""OpenAI's Responses API: answers, streamed (typed events) or whole.

Sources: OpenAI's OpenAPI document 2.3.0, the Open Responses specification, and answers of llama.cpp, Ollama, vLLM,
transformers, LiteLLM and aimock. Servers differ in what they leave out: numbers of items, names of events, ``[DONE]``,
whole items at their end. An item is found by its number, else by its id, else it is the last open one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from workbench.core.chat.parts import REFUSAL
from workbench.core.errors import Interrupted, NotAnAnswer, ProviderError
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.events import (
    Alive,
    AudioData,
    Event,
    Failed,
    Finished,
    MessageExtra,
    ResponseInfo,
    StartedAgain,
    UsageReport,
)
from workbench.providers.wire.error_bodies import error_in_answer, refusal
from workbench.providers.wire.sse import ServerEvent
from workbench.providers.wire.unread_events import UnreadEvents

from .responses_item_reader import ItemReader, Told, decoded
from .responses_items import ITEMS, RESPONSE, SOURCE, refusals_in
from .usage_forms import usage_from

_REASONS = {"max_output_tokens": "length", "max_tokens": "length"}
"""Why a response is incomplete, in the words of chat completions; others pass."""

_FACTS = ("id", "model", "service_tier", "system_fingerprint", "moderation")

_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:=~-]{0,1000}")
"""Ids that can stand in an address; others are kept, and never asked for."""

_ENDS = tuple(f"response.{end}" for end in ("completed", "incomplete", "failed", "cancelled", "done"))

_SOUNDS = {b"RIFF": "wav", b"ID3": "mp3", b"\xff\xfb": "mp3", b"\xff\xf3": "mp3", b"fLaC": "flac", b"OggS": "opus"}
"""How sound begins, and what it then is: the events do not say."""

_PROGRESS = {
    "response.queued": "Waiting in the queue",
    "response.web_search_call.searching": "Searching the web",
    "response.file_search_call.searching": "Searching files",
    "response.code_interpreter_call.interpreting": "Running code",
    "response.image_generation_call.generating": "Making a picture",
    "response.mcp_call.in_progress": "Calling a tool of the server",
}


class ResponsesReader:
    """Reads one answer.

    ``origin`` is the server's, the only one that its items mean something to. ``limit`` is the largest number of tokens
    that was asked for: some servers call a reply complete that it cut off. ``kept``: the server keeps the response.
    """

    def __init__(self, who: str, origin: str = "", limit: int | None = None, kept: bool = False) -> None:
        self._who, self._origin, self._limit, self._kept = who, origin, limit, kept
        self._items: list[ItemReader] = []
        self._by_number: dict[int, ItemReader] = {}
        self._by_name: dict[tuple[str, str], ItemReader] = {}  # by kind and id
        self._open: dict[str, ItemReader] = {}  # the last of each kind
        self._told = Told()
        self._last = -1  # the largest number
        self._facts: dict[str, Json] = {}
        self._sound, self._spoken = bytearray(), ""
        self.id = ""
        self._output: int | None = None  # tokens
        self._reason: str | None = None
        self._unread = UnreadEvents()
        self._began = False
        self._waiting = False  # for an answer that the server makes in the background
        self.sequence: int | None = None
        """The number of the last event, after which a kept response can be gone on with."""
        self.failed = False
        self.done = False

    def name(self, id: Json) -> None:
        """Takes note of what the server calls the response."""
        self.id = id if isinstance(id, str) and _ID.fullmatch(id) else ""

    def repeats(self, name: str, beginning: str) -> bool:
        """Returns whether an event is the last one, which tells all items again, and each of them has come whole."""
        last = name in _ENDS or any(f'"{end}"' in beginning for end in _ENDS)
        return last and bool(self._items) and all(item.whole for item in self._items)

    @property
    def complete(self) -> bool:
        return self._reason is not None

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
            if event.event == "error":
                yield from self._error(refusal(0, {}, event.data, self._who))
            else:
                self._unread.note_text(event.data)
            return
        if isinstance(data, dict):
            if event.event == "error" and "type" not in data and "error" not in data:
                data = {**data, "type": "error"}
            yield from self._handle(data)

    def whole(self, data: Json) -> Iterator[Event]:
        """Reads a whole response."""
        if not isinstance(data, dict):
            return
        if "output" not in data and not (data.get("object") == "response" and data.get("status")):
            yield from self._handle(data)
            return
        yield from self._response(data)
        yield from self._ending(data)

    def end(self, done: bool) -> Iterator[Event]:
        if self.failed:
            return
        if self._reason is None and self._began and done and not self._waiting:
            self._reason = self._natural_reason()
        if self._reason is not None:
            yield from self._in_order()
            yield from self._left_open()
            yield from self._keep()
            yield Finished(self._reason)
        if not self._began:
            yield self._fail(NotAnAnswer(
                f"{self._who} closed the connection without an answer. Try again, or ask another model.",
                "not_an_answer"))
        elif self._unread.damaged or self._reason is None:
            yield from self._left_open()
            yield self._fail(self._unread.error(self._who))

    def broken(self, error: ProviderError) -> Iterator[Event]:
        if self.failed:
            return
        if self.complete:
            yield from self.end(done=False)
        else:
            yield from self._in_order()
            yield from self._left_open()
            yield self._fail(error)

    def _fail(self, error: ProviderError) -> Failed:
        self.failed = True
        return Failed(error)

    def _handle(self, data: JsonObject) -> Iterator[Event]:
        kind, item = data.get("type"), data.get("item")
        if isinstance(number := data.get("sequence_number"), int) and not isinstance(number, bool):
            self.sequence = number
        if isinstance(kind, str) and kind in _PROGRESS:
            yield Alive(note=_PROGRESS[kind])
        match kind:
            case "response.created" | "response.in_progress" | "response.queued":
                yield from self._response(data.get("response"), head=True)
            case "response.output_item.added" | "response.output_item.done" if isinstance(item, dict):
                done = kind == "response.output_item.done"
                yield from self._item(data, item, opens=not done).take(item, whole=done)
            case str() if kind in _ENDS:
                response = data.get("response")
                yield from self._response(response)
                yield from self._ending(response if isinstance(response, dict) else {}, str(kind).rpartition(".")[2])
            case "error":
                yield from self._refused(data)
            case "response.audio.delta":
                self._began = True
                self._sound += decoded(data.get("delta"))
            case "response.audio.transcript.delta" if isinstance(words := data.get("delta"), str):
                self._began = True
                self._spoken += words
            case str() if kind.startswith("response."):
                yield from self._piece(kind, data)
            case _:
                if (error := error_in_answer(data, self._who)) is not None:
                    yield from self._error(error)
                else:
                    self._unread.note_json(data)

    def _piece(self, kind: str, data: JsonObject) -> Iterator[Event]:
        """Reads a piece of an item. Events that say nothing new are passed over."""
        if not ItemReader.reads(kind):
            return
        self._began = True
        yield from self._item(data, {"type": ItemReader.reads(kind)}).piece(kind, data)

    def _item(self, data: JsonObject, item: JsonObject, opens: bool = False) -> ItemReader:
        """Returns the item that an event is about; a new one when it is about none that is known.

        ``opens``: the event begins an item. Some relays give all items one number, and others each event another id.
        """
        self._began = True
        kind, number = str(item.get("type") or "message"), data.get("output_index")
        name = data.get("item_id") or item.get("id")
        found = self._found(kind, number, name if isinstance(name, str) else "", opens)
        if found is None:
            at = number if isinstance(number, int) and number not in self._by_number else self._last + 1
            self._last = max(self._last, at)
            found = ItemReader(at, kind, self._told)
            self._items.append(found)
            self._by_number[at] = found
        self._open[kind] = found
        if isinstance(name, str) and name:
            found.id = found.id or name
            self._by_name[kind, name] = found
        return found

    def _found(self, kind: str, number: Json, name: str, opens: bool) -> ItemReader | None:
        named = self._by_name.get((kind, name)) if name else None
        if named is not None:
            return named
        placed = self._by_number.get(number) if isinstance(number, int) else None
        if placed is not None and placed.kind == kind and not (name and placed.id and placed.whole):
            return placed
        last = self._open.get(kind)
        return None if opens or isinstance(number, int) or last is None or last.whole else last

    def _response(self, response: Json, head: bool = False) -> Iterator[Event]:
        """Reads what a response says of itself, and those of its items that did not come by themselves."""
        if not isinstance(response, dict):
            return
        self._began = True
        new = {name: response[name] for name in _FACTS
               if response.get(name) not in (None, "") and response[name] != self._facts.get(name)}
        if new:
            self._facts.update(new)
            self.name(self._facts.get("id"))
            yield ResponseInfo(new)
        output = response.get("output")
        left = list(self._items)
        for at, item in enumerate(output if isinstance(output, list) and not head else ()):
            if not isinstance(item, dict):
                continue
            if (one := _same_item(left, at, item)) is None:
                one = self._item({"output_index": max(at, self._last + 1)}, item, opens=True)
            else:
                left.remove(one)
            if not one.whole:
                yield from one.take(item, whole=True)
        usage = response.get("usage")
        if isinstance(usage, dict) and (found := usage_from(usage)) is not None:
            self._output = found.output
            yield UsageReport(found)

    def _ending(self, response: JsonObject, kind: str = "") -> Iterator[Event]:
        """Reads how a response ended."""
        self.done = True
        status, why = response.get("status") or kind, response.get("incomplete_details")
        error = response.get("error")
        if status in ("queued", "in_progress") and kind in ("", "done"):
            self.done, self._waiting = False, True
        elif status == "failed" or error:
            yield from self._refused(error if isinstance(error, dict) else {"message": str(error or "")})
        elif status == "cancelled":
            yield from self._error(Interrupted(f"The reply was cancelled at {self._who}. What came is kept.",
                                               "interrupted"))
        elif status == "incomplete":
            reason = str(why.get("reason") or "") if isinstance(why, dict) else ""
            self._reason = _REASONS.get(reason, reason) or "length"
        else:
            self._reason = self._natural_reason()

    def _natural_reason(self) -> str:
        if any(item.is_call for item in self._items):
            return "tool_calls"
        cut = self._limit is not None and self._output is not None and self._output >= self._limit
        return "length" if cut else "stop"

    def _refused(self, error: JsonObject) -> Iterator[Event]:
        """Ends the reply with the server's error, wherever the event has it."""
        inner = error.get("error")
        found = error_in_answer({"error": inner if isinstance(inner, dict) else
                                 {name: value for name, value in error.items() if name != "type"}}, self._who)
        if found is not None:
            yield from self._error(found)

    def _error(self, error: ProviderError) -> Iterator[Event]:
        self._reason = None
        yield from self.broken(error)

    def _in_order(self) -> Iterator[Event]:
        """Tells the reply again when its items did not come in order, or ended as something else than they began."""
        if any(item.contradicted for item in self._items):
            yield from self._again()
            return
        for kind in ("message", "reasoning"):
            told = [(item.told_at, item.number) for item in self._items if item.kind == kind and item.told_at]
            numbers = [number for _, number in sorted(told)]
            if numbers != sorted(numbers):
                yield from self._again()
                return

    def _left_open(self) -> Iterator[Event]:
        """Tells what no end of an item has told: calls that the server was at, and sound, which belongs to none."""
        for item in self._items:
            yield from item.left_open()
        if self._sound or self._spoken:
            form = next((form for start, form in _SOUNDS.items() if self._sound.startswith(start)), "pcm16")
            yield AudioData(bytes(self._sound), self._spoken, form)
            self._sound, self._spoken = bytearray(), ""

    def _again(self) -> Iterator[Event]:
        """Tells the whole reply again, after the server took back what it had said."""
        yield StartedAgain()
        self._told.clear()
        for item in self._items:
            item.forget()
        for item in sorted(self._items, key=lambda one: one.number):
            yield from item.tell()

    def _keep(self) -> Iterator[Event]:
        """Yields what has to be kept with the message so that the server can go on from it."""
        if self._kept and self.id:
            yield MessageExtra({RESPONSE: self.id, SOURCE: self._origin})
        items = [item.raw for item in sorted(self._items, key=lambda one: one.number)]
        if refused := "".join(refusals_in(items)):
            yield MessageExtra({REFUSAL: refused})
        if _need_keeping(items):
            yield MessageExtra({ITEMS: list(items), SOURCE: self._origin})


def _need_keeping(items: list[JsonObject]) -> bool:
    """Returns whether the items say more than one text and calls after it, which a message's parts say as well."""
    kinds = [item.get("type") for item in items]
    plain = kinds[:1] == ["message"] and all(kind == "function_call" for kind in kinds[1:])
    calls = all(kind == "function_call" for kind in kinds)
    return not (plain or calls) or any(item.get("phase") for item in items) or bool(refusals_in(items))


def _same_item(items: list[ItemReader], at: int, item: JsonObject) -> ItemReader | None:
    """Returns which of ``items`` a whole response has at a place: by its id, else its place, else its words."""
    name, kind = item.get("id"), item.get("type")
    named = next((one for one in items if name and one.id == name), None)
    if named is not None:
        return named
    alike = [one for one in items if one.kind == kind]
    return next((one for one in alike if one.number == at), None) or next(
        (one for one in alike if one.says_the_same(item)), None)
