"""Content blocks of Anthropic's API: put together as they come, kept where a message's parts cannot say the same, and
sent back as they came.

Blocks of tools that the server ran by itself (searches, code, MCP), their results, compactions and the like mean
nothing to the program and something to the server, and so does the order of blocks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from workbench.core.chat.messages import BLOCKS, Message
from workbench.core.chat.parts import Reasoning, Text, ToolCall
from workbench.core.json_types import Json, JsonObject

SOURCE, CONTAINER = "blocks_from", "container"
"""Names in ``Message.extra``, beside ``BLOCKS``: the origin that they came from, and where its code ran."""

_RANKS = {"thinking": 0, "redacted_thinking": 0, "text": 1, "tool_use": 2}
_GROWING = {"text_delta": "text", "thinking_delta": "thinking", "compaction_delta": "content"}
_THINKING = ("thinking", "redacted_thinking")


class OpenBlock:
    """A block that is still coming."""

    def __init__(self, start: JsonObject) -> None:
        self._start = dict(start)
        self._pieces: dict[str, list[str]] = {}
        self._citations: list[Json] = []
        self.start: int | None = None  # where its text begins in the text of the reply

    @property
    def kind(self) -> Json:
        return self._start.get("type")

    @property
    def began(self) -> bool:
        """Whether anything of the block has come after its start."""
        return bool(self._pieces)

    @property
    def arguments(self) -> str:
        """What has come of the arguments of a call."""
        return "".join(self._pieces.get("partial_json", ()))

    def add(self, delta: JsonObject) -> None:
        """Adds a piece. Pieces are joined at the end: a text may come in a million of them."""
        kind = delta.get("type")
        if kind == "citations_delta":
            self._citations.append(delta.get("citation"))
        elif kind == "signature_delta":
            self._start["signature"] = delta.get("signature")
        else:
            field = "partial_json" if kind == "input_json_delta" else _GROWING.get(str(kind), "")
            piece = delta.get("partial_json" if kind == "input_json_delta" else field)
            if field and isinstance(piece, str):
                self._pieces.setdefault(field, []).append(piece)

    def whole(self) -> JsonObject:
        """Returns the block as a whole answer would have it."""
        block = dict(self._start)
        for field, pieces in self._pieces.items():
            if field == "partial_json":
                block["input"] = _object("".join(pieces))
            else:
                before = block.get(field)
                block[field] = "".join([before if isinstance(before, str) else "", *pieces])
        if self._citations:
            block["citations"] = [*_list(block.get("citations")), *self._citations]
        return block


class KeptBlocks:
    """Chooses what to keep of an answer's blocks: nothing, as long as the message's parts say the same in the same
    order (thinking, text, calls); else all of them."""

    def __init__(self) -> None:
        self._waiting: list[Json] = []
        self._rank = 0
        self._needed = False

    def add(self, block: JsonObject) -> list[Json]:
        """Returns the blocks to keep now that ``block`` is whole."""
        rank = _RANKS.get(str(block.get("type")), -1)
        self._needed = self._needed or rank < self._rank
        self._rank = max(rank, self._rank)
        self._waiting.append(block)
        if not self._needed:
            return []
        kept, self._waiting = self._waiting, []
        return kept


def blocks_to_send(message: Message, origin: str, last: bool) -> list[Json] | None:
    """Returns the blocks of a reply as they came, or None when its parts are to be sent instead.

    They are when there are no blocks, when they came from another server, which could not read them, or when the text
    was edited. Calls that are not to be sent, and uses of the server's tools without a result, are left out; only the
    last message may end in one, to be gone on with.
    """
    blocks = message.extra.get(BLOCKS)
    if last and not is_paused(message):
        return None  # the beginning of a reply, which the model is to continue
    if not isinstance(blocks, list) or message.extra.get(SOURCE) != origin or _words(blocks) != _said(message):
        return None
    calls = {part.id for part in message.parts if isinstance(part, ToolCall)}
    done = {block.get("tool_use_id") for block in blocks if isinstance(block, dict)}
    return [block for block in blocks if isinstance(block, dict) and (
        block.get("id") in calls if block.get("type") == "tool_use" else
        last or not is_use(block) or block.get("id") in done) and not _is_blank(block)]


def is_paused(message: Message) -> bool:
    """Returns whether a reply ends with a tool of the server's that is to run, or has just run (``pause_turn``)."""
    blocks = message.extra.get(BLOCKS)
    last = blocks[-1] if isinstance(blocks, list) and blocks else None
    return isinstance(last, dict) and (is_use(last) or is_result(last))


def container_of(messages: Sequence[Message], origin: str) -> str:
    """Returns the container in which the server ran code for the newest reply that had one, while it lives."""
    for message in reversed(messages):
        container = message.extra.get(CONTAINER)
        if isinstance(container, dict) and message.extra.get(SOURCE) == origin:
            name = container.get("id")
            return name if isinstance(name, str) and _lives(container.get("expires_at")) else ""
    return ""


def ran_code(messages: Sequence[Message], origin: str) -> bool:
    """Returns whether blocks of code that the server ran go back to it."""
    return any("code_execution" in f"{block.get('type')} {block.get('name')}" for message in messages
               if message.extra.get(SOURCE) == origin for block in _list(message.extra.get(BLOCKS))
               if isinstance(block, dict))


def thinking_of(part: Reasoning) -> list[Json]:
    """Returns the thinking blocks of a reasoning part."""
    return [block for block in _list(part.extra.get("blocks"))
            if isinstance(block, dict) and block.get("type") in _THINKING]


def is_use(block: JsonObject) -> bool:
    """Returns whether the server runs one of its own tools, or one of an MCP server."""
    kind = block.get("type")
    return isinstance(kind, str) and kind.endswith("_tool_use")


def is_result(block: JsonObject) -> bool:
    """Returns whether the block says what came of such a tool."""
    kind = block.get("type")
    return isinstance(kind, str) and kind.endswith("_tool_result")


def result_of(block: JsonObject) -> tuple[str, bool]:
    """Returns what came of a tool that the server ran, as text, and whether it failed."""
    content = block.get("content")
    error = content.get("error_code") if isinstance(content, dict) else None
    code = content.get("return_code") if isinstance(content, dict) else None
    return "\n".join(_readable(content)), bool(block.get("is_error") or error or code)


def _readable(content: Json) -> Iterator[str]:
    """Yields what a person can read in a result: texts, output of code, names and addresses of pages and tools."""
    match content:
        case str():
            yield content
        case list():
            for item in content:
                yield from _readable(item)
        case dict():
            named = [content.get(name) for name in ("title", "url", "tool_name", "file_id", "error_code")]
            line = " – ".join(value for value in named if isinstance(value, str) and value)
            texts = [content.get(name) for name in ("text", "stdout", "stderr", "data")
                     if name != "data" or content.get("type") == "text"]
            yield from (value for value in (line, *texts) if isinstance(value, str) and value)
            for name in ("content", "source", "tool_references"):
                yield from _readable(content.get(name))


def _is_blank(block: JsonObject) -> bool:
    """Returns whether a block is an empty text, which the API refuses."""
    return block.get("type") == "text" and not str(block.get("text") or "").strip()


def _words(blocks: Iterable[Json]) -> str:
    return "".join("".join(str(block.get("text") or "").split()) for block in blocks
                   if isinstance(block, dict) and block.get("type") == "text")


def _said(message: Message) -> str:
    return "".join("".join(part.text.split()) for part in message.parts if isinstance(part, Text))


def _lives(until: Json) -> bool:
    try:
        end = datetime.fromisoformat(until) if isinstance(until, str) else None
    except ValueError:
        return False
    return end is None or end.replace(tzinfo=end.tzinfo or UTC) > datetime.now(UTC)


def _object(text: str) -> Json:
    try:
        found: Json = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
