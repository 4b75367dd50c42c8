"""Witsy: ``history.json``, with its folders and chats; pictures beside it (``images/``) when it comes as a
folder or a ZIP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import File, Part, Reasoning, Role, Text, ToolCall, ToolResult

from .fields import (
    Fields,
    as_text,
    data_address,
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
from .import_context import MOST_ATTACHMENT, ImportContext
from .json_text import load
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN = ("uuid", "type", "role", "createdAt", "content", "reasoning", "engine", "model", "toolCalls", "attachments",
          "attachment", "transient")


def claims(head: SourceHead) -> bool:
    return head.kind == "object" and "folders" in head.first and any(
        "uuid" in chat and "role" in item
        for chat in mappings(head.first.get("chats")) for item in mappings(chat.get("messages")))


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    member = next((name for name in source.members if PurePosixPath(name).name == "history.json"), source.members[0])
    data = mapping(load(source, member))
    folders = {string(chat): string(folder.get("name"))
               for folder in mappings(data.get("folders")) for chat in items(folder.get("chats"))}
    attached = _Attached(source, context)
    for chat in mappings(data.get("chats")):
        yield _chat(chat, folders.get(string(chat.get("uuid")), ""), attached)


class _Attached:
    """Attachments hold their bytes, or name a file beside the history."""

    def __init__(self, source: Source, context: ImportContext) -> None:
        self._source, self._context = source, context
        self._members = {PurePosixPath(name).name: name for name in source.members}

    def part(self, data: Fields) -> Part:
        address, mime = string(data.get("url")), string(data.get("mimeType"))
        file = address.replace("\\", "/").rsplit("/", 1)[-1]
        name = string(data.get("title")) or (file if not address.startswith("data:") else "") or "file"
        inside = data_address(address)
        content = string(data.get("content"))
        if inside is None and mime.startswith("image/") and content:
            inside = data_address(f"data:{mime};base64,{content}")
        if inside is not None and inside[0]:
            return self._context.attachment(inside[0], name, mime)
        member = self._members.get(file)
        if member is not None and self._source.size(member) <= MOST_ATTACHMENT:
            with self._source.open(member) as stream:
                return self._context.attachment(stream.read(), name, mime)
        if not content:
            self._context.note("Images and files that are not beside the history were imported by name only.")
        return File(name, content if not mime.startswith("image/") else "")


def _chat(data: Fields, folder: str, attached: _Attached) -> ForeignChat:
    said = list(mappings(data.get("messages")))
    system = string(data.get("instructions"))
    if said and said[0].get("role") == "system":
        system = string(said.pop(0).get("content")) or system
    nodes: list[ForeignNode] = []
    for place, item in enumerate(said):
        id = string(item.get("uuid")) or str(place)
        status = Status.INTERRUPTED if item.get("transient") is True else Status.COMPLETE
        nodes.append(ForeignNode(id, nodes[-1].id if nodes else None, _message(item, attached),
                                 seconds(item.get("createdAt")), status))
    return ForeignChat(
        string(data.get("uuid")), nodes, string(data.get("title")),
        model=model_name(string(data.get("engine")) or "witsy", data.get("model")), system=system,
        params=parameters(mapping(data.get("modelOpts"))), folder=(folder,) if folder else (),
        created=seconds(data.get("createdAt")), updated=seconds(data.get("lastModified")),
        extra=unread(data, "uuid", "title", "engine", "model", "instructions", "messages", "createdAt", "lastModified"),
    )


def _message(data: Fields, attached: _Attached) -> Message:
    role: Role = "user" if data.get("role") == "user" else "assistant"
    parts: list[Part] = [attached.part(item) for item in
                         (*mappings(data.get("attachments")), *mappings([data.get("attachment")]))]
    if thought := string(data.get("reasoning")):
        parts.append(Reasoning(thought))
    for call in mappings(data.get("toolCalls")):
        id, name = string(call.get("id")), string(call.get("function")) or string(call.get("name"))
        parts.append(ToolCall(id, name, as_text(call.get("args"))))
        if call.get("result") is not None:
            parts.append(ToolResult(id, as_text(call["result"]), name))
    text = string(data.get("content"))
    if data.get("type") == "image" and text:
        parts.append(attached.part({"url": text, "mimeType": "image/png"}))
    elif text:
        parts.append(Text(text))
    model = model_name(string(data.get("engine")) or "witsy", data.get("model")) if role == "assistant" else ""
    return Message(role, tuple(parts), model, imported(unread(data, *_KNOWN)))


FORMAT = FileFormat(claims, read, whole=True)
