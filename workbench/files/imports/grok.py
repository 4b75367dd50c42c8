"""Grok: ``prod-grok-backend.json`` of its export. Older files have no ids."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Citation, File, Part, Reasoning, Role, Text, ToolCall

from .entries import Entry
from .fields import Fields, as_text, imported, items, mapping, mappings, model_name, seconds, string, unread
from .formats import EntryFormat
from .import_context import ImportContext
from .values import ForeignChat, ForeignNode

_TAG = re.compile(r"<grok:\w+\b[^>]*/>|<grok:(\w+)\b[^>]*>.*?</grok:\1>", re.DOTALL)
_KNOWN = ("_id", "id", "conversation_id", "message", "sender", "create_time", "parent_response_id", "model",
          "thinking_trace", "steps", "web_search_results", "cited_web_search_results", "file_attachments")


def fits(data: Fields) -> bool:
    return isinstance(data.get("conversation"), dict) and any("message" in one or "sender" in one
                                                              for one in _responses(data))


def _responses(data: Fields) -> Iterator[Fields]:
    for item in mappings(data.get("responses")):
        yield mapping(item.get("response")) or item


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    about = mapping(entry.data["conversation"])
    nodes: list[ForeignNode] = []
    listed = list(_responses(entry.data))
    known = {string(item.get("_id")) or string(item.get("id")) for item in listed} - {""}
    for item in listed:
        named = string(item.get("parent_response_id"))
        above = named if named in known else None if "parent_response_id" in item and not named else (
            nodes[-1].id if nodes else None)
        id = string(item.get("_id")) or string(item.get("id")) or _hash(
            item.get("sender"), item.get("message"), item.get("create_time"))
        nodes.append(ForeignNode(id, above, _message(item, context), _moment(item.get("create_time"))))
    id = string(about.get("id")) or string(about.get("conversation_id"))
    tip = nodes[-1].id if nodes else None
    return ForeignChat(
        id, nodes, string(about.get("title")), tip, system="", pinned=about.get("starred") is True,
        created=_moment(about.get("create_time")), updated=_moment(about.get("modify_time")),
        extra=unread(about, "id", "conversation_id", "title", "create_time", "modify_time", "starred", "user_id"),
        document="" if id else entry.member)


def _hash(*values: object) -> str:
    return hashlib.sha256(json.dumps(values, default=str).encode()).hexdigest()[:24]


def _moment(value: object) -> float:
    """Returns a time, which may be one of MongoDB's."""
    inner = mapping(value).get("$date", value)
    return seconds(mapping(inner).get("$numberLong", inner))


def _message(data: Fields, context: ImportContext) -> Message:
    sender = string(data.get("sender")).lower()
    role: Role = "user" if sender in ("human", "user") else "assistant"
    parts: list[Part] = []
    for attached in items(data.get("file_attachments")):
        context.note("Images and files that the file only names, without their bytes, were imported by name only.")
        about = mapping(attached)
        parts.append(File(string(about.get("file_name")) or string(about.get("name")) or string(attached) or "file"))
    if thought := string(data.get("thinking_trace")):
        parts.append(Reasoning(thought))
    for step in mappings(data.get("steps")):
        if texts := [string(text) for text in items(step.get("text")) if string(text)]:
            parts.append(Reasoning("\n".join(texts)))
        for call in mappings(step.get("tool_calls")):
            parts.append(ToolCall(string(call.get("id")), string(call.get("name")) or "tool",
                                  as_text(call.get("arguments", call.get("args")))))
    if text := _TAG.sub("", string(data.get("message"))).strip():
        parts.append(Text(text))
    seen: set[str] = set()
    for found in (*mappings(data.get("cited_web_search_results")), *mappings(data.get("web_search_results"))):
        url = string(found.get("url"))
        if url and url not in seen:
            seen.add(url)
            parts.append(Citation(url, string(found.get("title"))))
    model = model_name("xai", data.get("model")) if role == "assistant" else ""
    return Message(role, tuple(parts), model, imported(unread(data, *_KNOWN)))


FORMAT = EntryFormat(fits, chat, ("conversations",))
