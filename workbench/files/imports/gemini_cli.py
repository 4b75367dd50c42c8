"""Gemini CLI: the sessions in ``~/.gemini/tmp/…/chats``, as JSON or as a log of changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Failure, Part, Reasoning, Role, Text, ToolCall, ToolResult

from .entries import log_lines
from .fields import Fields, as_text, imported, mapping, mappings, model_name, seconds, string, unread
from .format_sniffer import SourceHead
from .formats import FileFormat
from .gemini_parts import gemini_parts
from .import_context import ImportContext
from .json_text import load
from .sources import Source
from .values import ForeignChat, ForeignNode

_TYPES = ("user", "gemini", "info", "error", "warning")
_KNOWN = ("id", "timestamp", "type", "content", "displayContent", "model", "thoughts", "toolCalls")


def claims(head: SourceHead) -> bool:
    first = head.first
    if "sessionId" not in first or "messageId" in first:
        return False
    said = any(item.get("type") in _TYPES for item in mappings(first.get("messages")))
    logged = any(line.get("type") in _TYPES and "content" in line for line in head.samples[1:])
    return (said and ("startTime" in first or "lastUpdated" in first)) or ("projectHash" in first and (said or logged))


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.chosen:
        if PurePosixPath(member).suffix == ".jsonl":
            session = _Log()
            for line in log_lines(source, member, context):
                session.take(line)
            yield _chat(session.head, session.nodes(context), session.tip, PurePosixPath(member).stem)
        else:
            data = mapping(load(source, member))
            listed = list(mappings(data.get("messages")))
            nodes = [_node(item, string(listed[place - 1].get("id")) if place else None, context)
                     for place, item in enumerate(listed)]
            yield _chat(data, nodes, None, PurePosixPath(member).stem)


class _Log:
    """A log: a message that comes again replaces the first one; what was taken back stays as a branch."""

    def __init__(self) -> None:
        self.head: Fields = {}
        self._messages: dict[str, tuple[Fields, str | None]] = {}
        self.tip: str | None = None

    def take(self, line: Fields) -> None:
        if isinstance(line.get("$set"), dict):
            change = mapping(line["$set"])
            self.head.update({name: value for name, value in change.items() if name != "messages"})
            for item in mappings(change.get("messages")):
                self._put(item)
        elif "$rewindTo" in line:
            found = self._messages.get(string(line["$rewindTo"]))
            self.tip = found[1] if found else self.tip
        elif line.get("type") in _TYPES:
            self._put(line)
        else:
            self.head.update(line)
            for item in mappings(line.get("messages")):
                self._put(item)

    def _put(self, item: Fields) -> None:
        id = string(item.get("id")) or f"{len(self._messages)}"
        if id in self._messages:
            self._messages[id] = item, self._messages[id][1]
        else:
            self._messages[id] = item, self.tip
            self.tip = id

    def nodes(self, context: ImportContext) -> list[ForeignNode]:
        return [_node({**item, "id": id}, above, context) for id, (item, above) in self._messages.items()]


def _chat(data: Fields, nodes: list[ForeignNode], tip: str | None, name: str) -> ForeignChat:
    return ForeignChat(
        string(data.get("sessionId")) or name, nodes, string(data.get("summary")), tip,
        tags=("sub-agent",) if data.get("kind") == "subagent" else (), created=seconds(data.get("startTime")),
        updated=seconds(data.get("lastUpdated")),
        extra=unread(data, "sessionId", "messages", "startTime", "lastUpdated", "summary", "directories",
                     "projectHash"))


def _node(data: Fields, above: str | None, context: ImportContext) -> ForeignNode:
    kind = string(data.get("type"))
    role: Role = "user" if kind == "user" else "assistant"
    parts: list[Part] = [Reasoning(text) for thought in mappings(data.get("thoughts")) if (text := "\n\n".join(filter(
        None, (string(thought.get("subject")), string(thought.get("description"))))))]
    said = list(gemini_parts(data.get("content"), context)) or list(gemini_parts(data.get("displayContent"), context))
    if kind in ("error", "warning"):
        said = [Failure(part.text) if isinstance(part, Text) else part for part in said]
    parts += said
    for call in mappings(data.get("toolCalls")):
        id, name = string(call.get("id")), string(call.get("name"))
        parts.append(ToolCall(id, name, as_text(call.get("args"))))
        text = "\n".join(part.text for part in gemini_parts(call.get("result"), context)
                         if isinstance(part, Text | ToolResult))
        if text or call.get("resultDisplay") is not None:
            failed = call.get("status") == "error"
            parts.append(ToolResult(id, text or as_text(call.get("resultDisplay")), name, failed))
    model = model_name("google", data.get("model")) if role == "assistant" else ""
    return ForeignNode(string(data.get("id")), above, Message(role, tuple(parts), model, imported(
        unread(data, *_KNOWN))), seconds(data.get("timestamp")))


FORMAT = FileFormat(claims, read)
