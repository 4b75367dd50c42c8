"""Hermes agent: its sessions, as JSON of two forms, or its database."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Part, Reasoning, Text, ToolCall, ToolResult

from .databases import opened
from .entries import Entry
from .fields import Fields, as_text, imported, mapping, mappings, parsed, seconds, string, unread
from .format_sniffer import SourceHead
from .formats import EntryFormat, FileFormat
from .import_context import ImportContext
from .openai_messages import message_of
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN = ("message_id", "role", "text", "content", "reasoning", "tool_calls", "tool_results", "timestamp", "state")


def fits(data: Fields) -> bool:
    said = list(mappings(data.get("messages")))
    produced = string(data.get("producer")).startswith("hermes") and any("text" in item for item in said)
    session = "session_id" in data and any(name in data for name in ("session_start", "last_updated", "platform"))
    return produced or (session and any("role" in item and ("content" in item or "text" in item) for item in said))


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    nodes = list(_nodes(list(mappings(data.get("messages"))), context))
    shown = next((node.id for node in reversed(nodes) if not node.label), None)
    return ForeignChat(
        string(data.get("session_id")) or string(data.get("id")), nodes, string(data.get("title")), shown,
        created=seconds(data.get("session_start", data.get("started_at"))), updated=seconds(data.get("last_updated")),
        extra=unread(data, "session_id", "id", "messages", "title", "session_start", "last_updated", "producer"))


def _nodes(said: list[Fields], context: ImportContext) -> Iterator[ForeignNode]:
    """Yields the messages. Those that were taken back are a branch of their own."""
    above: str | None = None
    aside: str | None = None
    for place, item in enumerate(said):
        id = string(item.get("message_id")) or string(item.get("id")) or f"{place}"
        if item.get("state") == "rewound":
            yield ForeignNode(id, aside or above, _message(item, context), seconds(item.get("timestamp")),
                              label="rewound")
            aside = id
            continue
        aside = None
        yield ForeignNode(id, above, _message(item, context), seconds(item.get("timestamp")))
        above = id


def _message(data: Fields, context: ImportContext) -> Message:
    if "text" not in data:
        known = {name: data.get(name) for name in (
            "role", "content", "reasoning", "tool_calls", "tool_call_id", "name")}
        plain = message_of(known, context, "", "hermes")
        return Message(plain.role, plain.parts, "", imported(unread(data, *_KNOWN, "tool_call_id", "name", "id")))
    parts: list[Part] = []
    if thought := string(data.get("reasoning")):
        parts.append(Reasoning(thought))
    if text := string(data.get("text")):
        parts.append(Text(text))
    for call in mappings(data.get("tool_calls")):
        parts.append(ToolCall(string(call.get("action_id")), string(call.get("tool_name")),
                              as_text(call.get("arguments_json"))))
    for result in mappings(data.get("tool_results")):
        parts.append(ToolResult(string(result.get("action_id")), string(result.get("output_preview")),
                                string(result.get("tool_name")), result.get("is_error") is True))
    role = context.role(data.get("role"))
    return Message(role, tuple(parts), "", imported(unread(data, *_KNOWN)))


FORMAT = EntryFormat(fits, chat)


def _claims_database(head: SourceHead) -> bool:
    columns = head.tables.get("messages", frozenset())
    return {"sessions", "messages"} <= set(head.tables) and {"session_id", "role", "content", "tool_calls"} <= columns


def _read_database(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    with opened(source.path) as tables:
        for session in tables.rows("sessions"):
            rows = [_row(row) for row in tables.rows("messages", "session_id = ?", session.get("id"))]
            nodes = list(_nodes(rows, context))
            yield ForeignChat(
                string(session.get("id")), nodes, string(session.get("title")),
                next((node.id for node in reversed(nodes) if not node.label), None),
                created=seconds(session.get("started_at")),
                extra=unread(session, "id", "title", "started_at"))


def _row(row: Fields) -> Fields:
    content = string(row.get("content"))
    if content.startswith("\0json:"):
        content = parsed(content.removeprefix("\0json:"))
    calls = parsed(row.get("tool_calls")) if isinstance(row.get("tool_calls"), str) else None
    state = "rewound" if row.get("active") == 0 and not row.get("compacted") else ""
    return {"id": row.get("id"), "role": row.get("role"), "content": content, "tool_calls": calls, "state": state,
            "tool_call_id": row.get("tool_call_id"), "name": row.get("tool_name"),
            "reasoning": string(row.get("reasoning")), "timestamp": mapping(row).get("timestamp")}


DATABASE = FileFormat(_claims_database, _read_database)
