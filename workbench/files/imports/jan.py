"""Jan: the folder ``threads`` (or a ZIP of it), with ``thread.json`` and ``messages.jsonl`` for each thread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import File, Part, Text, ToolResult, Unknown
from workbench.core.errors import BadInput

from .fields import (
    Fields,
    as_json,
    imported,
    items,
    mapping,
    mappings,
    model_name,
    parameters,
    seconds,
    string,
    unread,
)
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .json_text import JsonText, load
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN = ("id", "object", "thread_id", "role", "content", "status", "created_at", "completed_at", "tool_call_id",
          "attachments")


def claims(head: SourceHead) -> bool:
    return head.has_member("thread.json") or (
        head.kind == "object" and "assistants" in head.first and "messages" not in head.first and "id" in head.first)


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    threads = [PurePosixPath(name) for name in source.members if PurePosixPath(name).name == "thread.json"]
    if len(source.members) == 1:
        raise BadInput("A thread of Jan lies in two files. Import the folder that thread.json is "
                       "in, or all of “threads”.")
    for path in threads:
        about = mapping(load(source, str(path)))
        said = str(path.with_name("messages.jsonl"))
        if said not in source.members:
            context.skip("A thread without messages was not imported.")
            continue
        with source.open(said) as stream:
            lines = [mapping(line) for line in JsonText(stream, f"{said} in {source.name}").lines()]
        yield _chat(about, lines, path.parent.name, context)


def _chat(data: Fields, lines: list[Fields], name: str, context: ImportContext) -> ForeignChat:
    assistant = next(mappings(data.get("assistants")), {})
    model = mapping(assistant.get("model"))
    used = model_name(string(model.get("engine")) or "jan", model.get("id"))
    nodes: list[ForeignNode] = []
    for place, line in enumerate(lines):
        id = string(line.get("id")) or str(place)
        nodes.append(_node(line, id, nodes[-1].id if nodes else None, used, context))
    return ForeignChat(
        string(data.get("id")) or name, nodes, string(data.get("title")), model=used,
        system=string(assistant.get("instructions")), params=parameters(mapping(model.get("parameters"))),
        created=seconds(data.get("created")), updated=seconds(data.get("updated")),
        extra=unread(data, "id", "object", "title", "created", "updated", "assistants"),
    )


def _node(data: Fields, id: str, above: str | None, model: str, context: ImportContext) -> ForeignNode:
    role = context.role(data.get("role"))
    parts = [part for piece in items(data.get("content")) for part in _piece(piece, context)]
    if role == "tool":
        text = "\n\n".join(part.text for part in parts if isinstance(part, Text))
        parts = [ToolResult(string(data.get("tool_call_id")), text)]
    for attached in mappings(data.get("attachments")):
        parts.append(File(string(attached.get("name")) or string(attached.get("file_id")) or "file"))
    states = {"error": Status.FAILED, "stopped": Status.STOPPED, "pending": Status.INTERRUPTED}
    own = mapping(mapping(data.get("metadata")).get("model"))
    spoken = model_name("jan", own.get("id")) or model
    message = Message(role, tuple(parts), spoken if role == "assistant" else "",
                      imported(unread(data, *_KNOWN)))
    return ForeignNode(id, above, message, seconds(data.get("created_at")),
                       states.get(string(data.get("status")), Status.COMPLETE))


def _piece(piece: object, context: ImportContext) -> Iterator[Part]:
    data = mapping(piece)
    match string(data.get("type")):
        case "text":
            if text := string(mapping(data.get("text")).get("value")) or string(data.get("text")):
                yield Text(text)
        case "image_url" | "image":
            yield context.image_at(string(mapping(data.get("image_url")).get("url")))
        case kind if data:
            context.note(f"Content of the kind “{kind[:60]}” is not known; it was kept as it is.")
            yield Unknown({"kind": f"jan:{kind}", "content": as_json(data)})
        case _ if isinstance(piece, str) and piece:
            yield Text(piece)
        case _:
            pass


FORMAT = FileFormat(claims, read, whole=True)
