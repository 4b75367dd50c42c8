"""Anthropic's Messages API: answers, streamed (named events, no ``[DONE]``) or whole."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from workbench.core.chat.messages import BLOCKS
from workbench.core.chat.parts import BY_SERVER
from workbench.core.errors import NotAnAnswer, ProviderError
from workbench.core.json_types import Json, JsonObject
from workbench.core.reply.events import (
    Event,
    Failed,
    Finished,
    MessageExtra,
    ReasoningDelta,
    ReasoningExtra,
    ResponseInfo,
    StartedAgain,
    TextDelta,
    ToolCallDelta,
    ToolResultData,
    UsageReport,
)
from workbench.core.reply.finish_reasons import standard_reason
from workbench.providers.wire.error_bodies import error_in_answer, refusal
from workbench.providers.wire.sse import ServerEvent
from workbench.providers.wire.unread_events import UnreadEvents

from .anthropic_blocks import CONTAINER, SOURCE, KeptBlocks, OpenBlock, is_result, is_use, result_of
from .citations import cited_from
from .usage_forms import anthropic_usage

_THINKING = ("thinking", "redacted_thinking")
_PIECES: Mapping[str, str] = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}
"""Kinds of delta, and the field with the text that each of them adds."""


class AnthropicReader:
    """Reads one answer. ``origin`` is the server's, the only one that its blocks mean something to.

    Thinking blocks are kept whole in the reasoning's ``extra["blocks"]``, with their signatures: they must be sent back
    unchanged when tools are used. Where the order of blocks matters, or the server ran tools by itself, all blocks are
    kept with the message.
    """

    def __init__(self, who: str, origin: str = "") -> None:
        self._who, self._origin = who, origin
        self._blocks: dict[int, OpenBlock] = {}
        self._kept = KeptBlocks()
        self._calls: dict[int, int] = {}  # block index → number of the tool call
        self._called = 0
        self._id: Json = None
        self._ran: list[Json] = []  # what the server's own tools were asked
        self._names: dict[str, str] = {}  # of these, by the ids of the calls
        self._usage: dict[str, Json] = {}
        self._reason: str | None = None
        self._unread = UnreadEvents()
        self._spoken = ""  # the end of the text so far
        self._thought, self._apart = False, ""  # whether there is reasoning so far; what comes before the next piece
        self._between = False  # whether another block came after it
        self._length = 0  # of the text so far
        self._began = False
        self.failed = False
        self.done = False

    @property
    def complete(self) -> bool:
        return self._reason is not None

    @property
    def empty(self) -> bool:
        return not self._began

    def event(self, event: ServerEvent) -> Iterator[Event]:
        if event.data.startswith("[DONE]"):  # relays of other makers add it
            self.done = True
            return
        try:
            data: Json = json.loads(event.data)
            read = True
        except (ValueError, RecursionError):
            data, read = None, False
            if event.event != "error":
                self._unread.note_text(event.data)
        if event.event == "error" and not (isinstance(data, dict) and "error" in data):
            yield from self._error(refusal(0, {}, event.data, self._who))
        elif isinstance(data, dict):
            yield from self._handle({"type": event.event, **data} if event.event.startswith("content_") else data)
        elif read and event.event != "ping":
            self._unread.note_piece(data)

    def whole(self, data: Json) -> Iterator[Event]:
        """Reads a whole message."""
        if not isinstance(data, dict):
            return
        if data.get("type") != "message":
            yield from self._handle(data)
            return
        yield from self._start(data)
        content = data.get("content")
        blocks = content if isinstance(content, list) else [content]
        for index, block in enumerate(blocks):
            if isinstance(block, str):  # as relays of other makers write it
                block = {"type": "text", "text": block}
            if isinstance(block, dict):
                yield from self._open(index, block, whole=True)
                yield from self._close(index)
        yield from self._ending(data)

    def end(self, done: bool) -> Iterator[Event]:
        if self.failed:
            return
        for index in list(self._blocks) if self.complete or done else ():
            yield from self._close(index)
        if self._reason is not None:
            yield Finished(standard_reason(self._reason))
        elif self._began and done:
            yield Finished("stop")
        if self._began and (self._unread.damaged or self._unread.failed or (self._reason is None and not done)):
            yield from self._fail(self._unread.error(self._who))
        elif not self._began:
            yield from self._fail(NotAnAnswer(
                f"{self._who} closed the connection without an answer. Try again, or ask another model.",
                "not_an_answer"))

    def broken(self, error: ProviderError) -> Iterator[Event]:
        if self.failed:
            return
        if self.complete:
            yield from self.end(done=False)
        else:
            yield from self._fail(error)

    def _fail(self, error: ProviderError) -> Iterator[Event]:
        """Ends the reply. A block that is still open is cut off, and no server would take it back."""
        for opened in self._blocks.values():
            block = opened.whole()
            yield from self._citations(opened, block)
            if is_use(block):
                yield from self._called_by_server(block, opened.arguments)
        self._blocks.clear()
        self.failed = True
        yield Failed(error)

    def _handle(self, data: JsonObject) -> Iterator[Event]:
        index = data.get("index")
        number = index if isinstance(index, int) else 0
        match data.get("type"):
            case "message_start":
                message = data.get("message")
                yield from self._start(message if isinstance(message, dict) else {})
            case "content_block_start" if isinstance(block := data.get("content_block"), dict):
                yield from self._open(number, block)
            case "content_block_delta" if isinstance(delta := data.get("delta"), dict):
                yield from self._delta(number, delta)
            case "content_block_start" | "content_block_delta":
                self._unread.note_piece(data)
            case "content_block_stop":
                yield from self._close(number)
            case "message_delta":
                yield from self._count(data.get("usage"))
                if isinstance(delta := data.get("delta"), dict):
                    yield from self._ending(delta)
            case "message_stop":
                self.done = True
            case _:
                if (error := error_in_answer(data, self._who)) is not None:
                    yield from self._error(error)
                elif "type" not in data and not self.complete:
                    self._unread.note_json(data)

    def _error(self, error: ProviderError) -> Iterator[Event]:
        self._reason = None
        yield from self.broken(error)

    def _start(self, message: JsonObject) -> Iterator[Event]:
        """Reads the head of a message.

        A relay that lost its upstream host sends another message in the same stream, from its beginning; one that
        repeats the head alone means nothing by it.
        """
        again = self._began and self._reason is None
        if again and (message.get("id") != self._id or any(block.began for block in self._blocks.values())):
            self._blocks.clear()
            self._calls.clear()
            self._kept, self._called, self._ran, self._names = KeptBlocks(), 0, [], {}
            self._spoken, self._between, self._length = "", False, 0
            self._thought, self._apart = False, ""
            yield StartedAgain()
        self._began, self._id = True, message.get("id")
        facts = {name: message[name] for name in ("id", "model") if message.get(name)}
        if facts:
            yield ResponseInfo(facts)
        yield from self._count(message.get("usage"))

    def _count(self, usage: Json) -> Iterator[Event]:
        """Reports token counts. They are cumulative; a later event names only those that changed."""
        if not isinstance(usage, dict):
            return
        self._usage.update({name: value for name, value in usage.items() if value is not None})
        if (found := anthropic_usage(self._usage)) is not None:
            yield UsageReport(found)

    def _open(self, index: int, block: JsonObject, whole: bool = False) -> Iterator[Event]:
        if index in self._blocks:  # some servers do not close a block before the next one
            yield from self._close(index)
        self._began = True
        self._blocks[index] = OpenBlock(block)
        self._between = self._between or block.get("type") != "text"
        match block.get("type"):
            case "text":
                yield from self._text(block.get("text"), self._blocks[index])
            case "thinking":
                if self._thought:
                    self._apart = "\n\n"
                yield from self._reasoning(block.get("thinking"))
            case "tool_use":
                number = self._calls[index] = self._called
                self._called += 1
                given = block.get("input")
                arguments = json.dumps(given) if whole or given else ""
                yield ToolCallDelta(number, str(block.get("id", "")), str(block.get("name", "")), arguments)

    def _delta(self, index: int, delta: JsonObject) -> Iterator[Event]:
        if (block := self._blocks.get(index)) is None:
            block = self._blocks[index] = OpenBlock({"type": "text"})
        block.add(delta)
        kind = delta.get("type")
        if not isinstance(kind, str) or not isinstance(delta.get(_PIECES.get(kind, "type"), ()), str | None):
            self._unread.note_piece(delta)
        match kind:
            case "text_delta":
                yield from self._text(delta.get("text"), block)
            case "thinking_delta":
                yield from self._reasoning(delta.get("thinking"))
            case "input_json_delta":
                piece = delta.get("partial_json")
                if isinstance(piece, str) and piece and block.kind == "tool_use" and index in self._calls:
                    yield ToolCallDelta(self._calls[index], arguments=piece)

    def _close(self, index: int) -> Iterator[Event]:
        opened = self._blocks.pop(index, None)
        if opened is None:
            return
        block = opened.whole()
        yield from self._citations(opened, block)
        if opened.kind in _THINKING:
            yield ReasoningExtra({"blocks": [block]})
        if is_use(block):
            yield from self._called_by_server(block)
        elif is_result(block):
            (text, failed), call = result_of(block), str(block.get("tool_use_id") or "")
            yield ToolResultData(call, text, self._names.get(call, ""), failed, {BY_SERVER: True})
        if kept := self._kept.add(block):
            yield MessageExtra({BLOCKS: kept, SOURCE: self._origin})

    def _called_by_server(self, block: JsonObject, cut: str = "") -> Iterator[Event]:
        """Yields a call that the server makes by itself. ``cut`` is what came of arguments that did not end."""
        self._ran = [*self._ran, {"name": block.get("name"), "input": block.get("input")}]
        yield ResponseInfo({"server_tools": self._ran})
        id, name, server = str(block.get("id") or ""), str(block.get("name") or ""), block.get("server_name")
        number, self._called = self._called, self._called + 1
        self._names[id] = f"{server}.{name}" if server else name
        yield ToolCallDelta(number, id, self._names[id],
                            cut or json.dumps(block.get("input") or {}, ensure_ascii=False), {BY_SERVER: True})

    def _ending(self, delta: JsonObject) -> Iterator[Event]:
        reason = delta.get("stop_reason")
        if isinstance(container := delta.get("container"), dict):
            yield MessageExtra({CONTAINER: container, SOURCE: self._origin})
        if isinstance(reason, str) and reason:
            self._reason = reason
            if facts := {name: delta[name] for name in ("stop_sequence", "stop_details") if delta.get(name)}:
                yield ResponseInfo(facts)

    def _text(self, text: Json, block: OpenBlock) -> Iterator[Event]:
        """Yields text. Texts before and after another block, such as a search, are paragraphs of their own."""
        if isinstance(text, str) and text:
            apart = self._between and self._spoken and not self._spoken.endswith("\n\n") and text[:2] != "\n\n"
            self._between, self._spoken = False, text[-2:]
            self._length += 2 if apart else 0
            block.start = self._length if block.start is None else block.start
            self._length += len(text)
            yield TextDelta(f"\n\n{text}" if apart else text)

    def _reasoning(self, text: Json) -> Iterator[Event]:
        """Yields reasoning. Two blocks of it are paragraphs of their own."""
        if isinstance(text, str) and text:
            apart, self._apart, self._thought = self._apart, "", True
            yield ReasoningDelta(apart + text)

    def _citations(self, opened: OpenBlock, block: JsonObject) -> Iterator[Event]:
        """Yields the sources of a text, with its place in the reply."""
        citations = block.get("citations")
        for item in citations if opened.kind == "text" and isinstance(citations, list) else []:
            place: JsonObject = {} if opened.start is None else {
                "start_index": opened.start, "end_index": self._length}
            if (cited := cited_from(item, place=place)) is not None:
                yield cited
