"""DeepSeek: the ZIP of its export, or its ``conversations.json``; messages are made of fragments."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Citation, File, Part, Reasoning, Role, Text, ToolCall, ToolResult

from .entries import Entry
from .fields import Fields, as_text, imported, mapping, mappings, model_name, seconds, string, unread
from .formats import EntryFormat
from .import_context import ImportContext
from .values import ForeignChat, ForeignNode


def fits(data: Fields) -> bool:
    said = [mapping(mapping(node).get("message")) for node in mapping(data.get("mapping")).values()]
    return any("author" not in message and (
        any("type" in fragment for fragment in mappings(message.get("fragments")))
        or (isinstance(message.get("content"), str) and "inserted_at" in message)) for message in said)


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    nodes: list[ForeignNode] = []
    stands: dict[str, str | None] = {}
    below = mapping(data.get("mapping"))
    for id in _in_order(below):
        node = mapping(below[id])
        above = stands.get(string(node.get("parent")))
        message = mapping(node.get("message"))
        stands[id] = id if message else above
        if message:
            nodes.append(ForeignNode(id, above, _message(message, context), seconds(message.get("inserted_at"))))
    tip = max(nodes, key=lambda node: node.created, default=None)
    return ForeignChat(
        string(data.get("id")), nodes, string(data.get("title")), tip.id if tip else None,
        created=seconds(data.get("inserted_at")), updated=seconds(data.get("updated_at")),
        extra=unread(data, "id", "title", "mapping", "inserted_at", "updated_at"))


def _in_order(nodes: Fields) -> Iterator[str]:
    """Yields the ids of nodes, parents first and siblings in their order."""
    seen: set[str] = set()
    for start in [id for id, node in nodes.items() if string(mapping(node).get("parent")) not in nodes] + list(nodes):
        waiting = [start]
        while waiting:
            id = waiting.pop()
            if id not in seen and id in nodes:
                seen.add(id)
                yield id
                waiting += _texts(mapping(nodes[id]).get("children"))[::-1]


def _texts(values: object) -> list[str]:
    return [value for value in values if isinstance(value, str)] if isinstance(values, list) else []


def _message(data: Fields, context: ImportContext) -> Message:
    fragments = list(mappings(data.get("fragments")))
    asked = any(fragment.get("type") == "REQUEST" for fragment in fragments) or (
        not fragments and string(data.get("role")).lower() == "user")
    role: Role = "user" if asked else "assistant"
    parts: list[Part] = [File(string(file.get("file_name")) or string(file.get("name")) or "file")
                         for file in mappings(data.get("files"))]
    if parts:
        context.note("Images and files that the file only names, without their bytes, were imported by name only.")
    if thought := string(data.get("reasoning_content")):
        parts.append(Reasoning(thought))
    if not fragments and (text := string(data.get("content"))):
        parts.append(Text(text))
    for fragment in fragments:
        parts += _fragment(fragment, context)
    model = model_name("deepseek", data.get("model")) if role == "assistant" else ""
    return Message(role, tuple(parts), model, imported(unread(
        data, "model", "inserted_at", "files", "fragments", "content", "reasoning_content", "role")))


def _fragment(data: Fields, context: ImportContext) -> Iterator[Part]:
    text = string(data.get("content"))
    match string(data.get("type")).upper():
        case "REQUEST" | "RESPONSE":
            if text:
                yield Text(text)
        case "THINK":
            if text:
                yield Reasoning(text)
        case "SEARCH":
            for found in mappings(data.get("results")):
                if url := string(found.get("url")):
                    yield Citation(url, string(found.get("title")))
        case kind if kind.startswith("TOOL"):
            name = string(data.get("name")) or kind.lower()
            if "arguments" in data or "input" in data:
                yield ToolCall(string(data.get("id")), name, as_text(data.get("arguments", data.get("input"))))
            if text or "result" in data:
                yield ToolResult(string(data.get("id")), text or as_text(data.get("result")), name)
        case kind:
            yield context.unknown("deepseek", kind, data)


FORMAT = EntryFormat(fits, chat)
