"""Cherry Studio since version 2: its SQLite database, a tree of messages for each topic. The table with the
providers' keys is not looked at."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Citation, Part, Reasoning, Text, ToolCall, ToolResult, Unknown

from .databases import Tables, camel_case, opened
from .fields import (
    Fields,
    as_json,
    as_text,
    imported,
    mapping,
    mappings,
    model_name,
    parsed,
    seconds,
    string,
    unread,
)
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN = ("id", "parentId", "topicId", "role", "data", "modelId", "modelSnapshot", "status", "createdAt", "updatedAt",
          "searchableText")
_STATES = {"error": Status.FAILED, "paused": Status.STOPPED, "pending": Status.INTERRUPTED}
_SILENT = ("step-start", "data-citation")


def claims(head: SourceHead) -> bool:
    return {"topic", "message"} <= set(head.tables)


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    with opened(source.path) as tables:
        assistants = {string(row.get("id")): row for row in map(camel_case, tables.rows("assistant"))}
        for topic in map(camel_case, tables.rows("topic")):
            if not topic.get("deletedAt"):
                yield _chat(topic, assistants.get(string(topic.get("assistantId")), {}), tables, context)


def _chat(topic: Fields, assistant: Fields, tables: Tables, context: ImportContext) -> ForeignChat:
    column = tables.column("message", "topic_id", "topicId")
    found = [camel_case(row) for row in tables.rows("message", f"{column} = ?", topic.get("id"))]
    roots = {string(row.get("id")) for row in found if row.get("role") == "root"}
    nodes = [_node(row, roots, context) for row in found if row.get("role") != "root" and not row.get("deletedAt")]
    name = string(assistant.get("name"))
    return ForeignChat(
        string(topic.get("id")), nodes, string(topic.get("name")), string(topic.get("activeNodeId")) or None,
        system=string(assistant.get("prompt")), folder=(name,) if name else (),
        pinned=topic.get("pinned") == 1, created=seconds(topic.get("createdAt")),
        updated=seconds(topic.get("updatedAt")),
    )


def _node(row: Fields, roots: set[str], context: ImportContext) -> ForeignNode:
    role = context.role(row.get("role"))
    above = string(row.get("parentId"))
    pieces = mappings(mapping(parsed(row.get("data"))).get("parts"))
    parts = [part for piece in pieces for part in _part(piece, context)]
    model = mapping(parsed(row.get("modelSnapshot")))
    used = model_name(string(model.get("provider")) or "cherry", model.get("id") or row.get("modelId"))
    message = Message(role, tuple(parts), used if role == "assistant" else "", imported(unread(row, *_KNOWN)))
    return ForeignNode(
        string(row.get("id")), above if above and above not in roots else None, message,
        seconds(row.get("createdAt")), _STATES.get(string(row.get("status")), Status.COMPLETE))


def _part(piece: Fields, context: ImportContext) -> Iterator[Part]:
    kind = string(piece.get("type"))
    if kind == "text":
        yield Text(string(piece.get("text")))
    elif kind == "reasoning":
        yield Reasoning(string(piece.get("text")))
    elif kind == "file":
        yield context.image_at(string(piece.get("url")), string(piece.get("filename")))
    elif kind == "source-url":
        yield Citation(string(piece.get("url")), string(piece.get("title")))
    elif kind == "dynamic-tool" or kind.startswith("tool-"):
        id, name = string(piece.get("toolCallId")), string(piece.get("toolName")) or kind.removeprefix("tool-")
        yield ToolCall(id, name, as_text(piece.get("input")))
        failed = string(piece.get("errorText"))
        if failed or piece.get("output") is not None:
            yield ToolResult(id, failed or as_text(piece.get("output")), name, bool(failed))
    elif kind not in _SILENT:
        context.note(f"Content of the kind “{kind[:60]}” is not known; it was kept as it is.")
        yield Unknown({"kind": f"cherry:{kind}", "content": as_json(piece)})


FORMAT = FileFormat(claims, read)
