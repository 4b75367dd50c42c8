"""Mistral's Le Chat: the ZIP of its export. Each file is the list of a chat's messages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Citation, File, Part, Role, Text, ToolCall, ToolResult

from .fields import Fields, as_text, imported, items, mapping, mappings, seconds, string, unread, whole
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import MOST_ATTACHMENT, ImportContext
from .json_text import JsonText
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN = ("id", "version", "chatId", "role", "content", "contentChunks", "createdAt", "files", "quotes")


def claims(head: SourceHead) -> bool:
    return head.kind == "array" and all(name in head.first for name in ("chatId", "role")) and (
        "content" in head.first or "contentChunks" in head.first)


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.chosen:
        with source.open(member) as stream:
            said = list(mappings(list(JsonText(stream, PurePosixPath(member).name).items())))
        said.sort(key=lambda item: (seconds(item.get("createdAt")), whole(item.get("version")) or 0))
        nodes: list[ForeignNode] = []
        for place, item in enumerate(said):
            above: str | None = nodes[-1].id if nodes else None
            if nodes and item.get("version") and said[place - 1].get("role") == item.get("role") == "assistant":
                above = nodes[-1].parent  # the answer before it, written anew
            nodes.append(_node(item, f"{string(item.get('id')) or place}", above, source, member, context))
        if said:
            yield ForeignChat(string(said[0].get("chatId")), nodes, "", nodes[-1].id)


def _node(
    item: Fields, id: str, above: str | None, source: Source, member: str, context: ImportContext
) -> ForeignNode:
    role: Role = "user" if item.get("role") == "user" else "assistant"
    parts: list[Part] = [_file(string(file.get("name")) or "file", source, member, context)
                         for file in mappings(item.get("files"))]
    chunks = [part for chunk in mappings(item.get("contentChunks")) for part in _chunk(chunk, context)]
    if not any(isinstance(part, Text) for part in chunks) and (text := string(item.get("content"))):
        chunks.append(Text(text))
    message = Message(role, (*parts, *chunks), "", imported(unread(item, *_KNOWN)))
    return ForeignNode(id, above, message, seconds(item.get("createdAt")))


def _file(name: str, source: Source, member: str, context: ImportContext) -> Part:
    folder = PurePosixPath(member).with_suffix("").name + "-files"
    found = next((path for path in source.members if PurePosixPath(path).parent.name == folder
                  and PurePosixPath(path).name.endswith(name)), "")
    if found and source.size(found) <= MOST_ATTACHMENT:
        with source.open(found) as stream:
            return context.attachment(stream.read(), name)
    context.note("Images and files that are not in the export were imported by name only.")
    return File(name)


def _chunk(data: Fields, context: ImportContext) -> Iterator[Part]:
    match string(data.get("type")):
        case "text":
            if text := string(data.get("text")):
                yield Text(text)
        case "tool_call":
            id, name = string(data.get("id")), string(data.get("name"))
            yield ToolCall(id, name, as_text(data.get("publicArguments", data.get("arguments"))))
            if data.get("publicResult") is not None:
                yield ToolResult(id, as_text(data["publicResult"]), name)
        case "image_url":
            address = data.get("imageUrl", data.get("image_url"))
            yield context.image_at(string(mapping(address).get("url")) or string(address))
        case "reference":
            for found in items(data.get("references")):
                if url := string(mapping(found).get("url")):
                    yield Citation(url, string(mapping(found).get("title")))
        case kind:
            yield context.unknown("lechat", kind, data)


FORMAT = FileFormat(claims, read)
