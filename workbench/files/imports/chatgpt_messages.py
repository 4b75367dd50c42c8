"""Messages of a ChatGPT export, with their many types of content."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Citation, Failure, File, Part, Reasoning, Text, ToolCall, ToolResult, Unknown

from .fields import Fields, imported, items, mapping, mappings, model_name, string, unread, whole, without_secrets
from .import_context import MOST_ATTACHMENT, ImportContext
from .sources import Source

_FILE_ID = re.compile(r"file[-_][0-9A-Za-z]+")
_KNOWN_MESSAGE = ("id", "author", "content", "create_time", "update_time", "status", "end_turn", "weight", "recipient",
                  "metadata", "channel")
_KNOWN_METADATA = ("model_slug", "finish_details", "citations", "attachments", "is_visually_hidden_from_conversation",
                   "parent_id", "request_id", "timestamp_", "default_model_slug", "message_type")


@dataclass(frozen=True, slots=True)
class Before:
    """The context above a message that belongs to it: thoughts, and the call that a tool answers."""

    thoughts: tuple[Reasoning, ...] = ()
    call: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    message: Message
    status: Status
    calls: bool = False
    hidden: bool = False


class Files:
    """The pictures and files beside the conversations, by the ids in their names."""

    def __init__(self, source: Source, context: ImportContext) -> None:
        self._source, self._context = source, context
        self._members: dict[str, str] = {}
        for member in source.members:
            if id := _file_id(member):
                self._members[id] = member

    def part(self, address: str, name: str = "", *, mime: str = "", width: int = 0, height: int = 0) -> Part:
        """Returns the file that ``file-service://file-…``, ``sediment://file_…`` or a bare id names."""
        id = _file_id(address)
        member = self._members.get(id)
        if member is None or self._source.size(member) > MOST_ATTACHMENT:
            self._context.note("Images and files that are not in the export were imported by name only.")
            return File(name or id or "file")
        with self._source.open(member) as stream:
            data = stream.read()
        return self._context.attachment(data, name or member.rpartition("/")[2], mime, width=width, height=height)


def _file_id(address: str) -> str:
    """Returns the id in the last part of an address or a path; ``""`` without one."""
    found = _FILE_ID.match(address.rpartition("/")[2])
    return found.group() if found else ""


def read(data: Fields, before: Before, model: str, files: Files, context: ImportContext) -> Read | Before:
    """Returns the message, or, when it is not one, what it adds to the messages below it."""
    content, metadata, author = mapping(data.get("content")), mapping(data.get("metadata")), mapping(data.get("author"))
    role = context.role(author.get("role"))
    kind = string(content.get("content_type"))
    if kind == "thoughts":
        thoughts = [Reasoning("\n\n".join(filter(None, (string(one.get("summary")), string(one.get("content"))))))
                    for one in mappings(content.get("thoughts"))]
        return Before((*before.thoughts, *(thought for thought in thoughts if thought.text)), before.call)
    if kind == "reasoning_recap":
        return before
    names = {string(item.get("id")): string(item.get("name")) for item in mappings(metadata.get("attachments"))}
    parts = list(_parts(content, kind, files, names, context))
    recipient = string(data.get("recipient")) or "all"
    calls = role == "assistant" and recipient != "all"
    texts = [part.text for part in parts if isinstance(part, Text)]
    others: list[Part] = [part for part in parts if not isinstance(part, Text)]
    if calls:
        parts = [ToolCall(string(data.get("id")), recipient, "\n".join(texts)), *others]
    elif role == "tool" and (texts or not others):
        parts = [ToolResult(before.call, "\n".join(texts), string(author.get("name"))), *others]
    parts += _beside(metadata, content, files)
    if not any(_says(part) for part in parts):
        return before
    hidden = (metadata.get("is_visually_hidden_from_conversation") is True or data.get("weight") == 0
              or kind == "user_editable_context")
    if role == "assistant":
        parts = [*before.thoughts, *parts]
    extra = imported(unread(data, *_KNOWN_MESSAGE) | unread(metadata, *_KNOWN_METADATA))
    spoken = model_name("openai", metadata.get("model_slug")) or model
    message = Message(role, tuple(parts), spoken if role == "assistant" else "", extra)
    return Read(message, _status(data, metadata), calls, hidden)


def _says(part: Part) -> bool:
    return not isinstance(part, Text | ToolResult) or bool(part.text.strip())


def _status(data: Fields, metadata: Fields) -> Status:
    if string(mapping(metadata.get("finish_details")).get("type")) == "interrupted":
        return Status.STOPPED
    return Status.INTERRUPTED if data.get("status") == "in_progress" else Status.COMPLETE


def _parts(content: Fields, kind: str, files: Files, names: dict[str, str], context: ImportContext) -> Iterator[Part]:
    match kind:
        case "text" | "multimodal_text":
            yield from _pieces(content, files, names, context)
        case "code":
            yield Text(string(content.get("text")))
        case "execution_output":
            yield Text(string(content.get("text")))
        case "user_editable_context":
            yield Text("\n\n".join(filter(None, map(string, content.values()))))
        case "tether_browsing_display":
            yield Text(string(content.get("result")) or string(content.get("summary")))
        case "tether_quote":
            yield Text(string(content.get("text")))
            yield Citation(string(content.get("url")), string(content.get("title")))
        case "system_error":
            yield Failure(string(content.get("text")) or string(content.get("name")))
        case "":
            yield Text(string(content.get("text")))
        case _:
            context.note(f"Content of the kind “{kind[:60]}” is not known; it was kept as it is.")
            if text := string(content.get("text")):
                yield Text(text)
            yield Unknown({"kind": f"chatgpt:{kind}", "content": without_secrets(content)})


def _pieces(content: Fields, files: Files, names: dict[str, str], context: ImportContext) -> Iterator[Part]:
    for piece in items(content.get("parts")):
        if isinstance(piece, str):
            if piece:
                yield Text(piece)
            continue
        data = mapping(piece)
        kind = string(data.get("content_type"))
        if address := string(data.get("asset_pointer")):
            yield files.part(address, names.get(address.rpartition("/")[2], ""), width=whole(data.get("width")) or 0,
                             height=whole(data.get("height")) or 0)
        elif kind == "audio_transcription":
            yield Text(string(data.get("text")))
        elif address := string(mapping(data.get("audio_asset_pointer")).get("asset_pointer")):
            yield files.part(address, mime="audio/wav")
        elif data:
            context.note(f"A piece of the kind “{kind[:60]}” is not known; it was kept as it is.")
            yield Unknown({"kind": f"chatgpt:{kind}", "content": without_secrets(data)})


def _beside(metadata: Fields, content: Fields, files: Files) -> Iterator[Part]:
    """Returns attached files that are not shown as pieces, and sources."""
    shown = {_file_id(string(piece.get("asset_pointer"))) for piece in mappings(content.get("parts"))}
    for attached in mappings(metadata.get("attachments")):
        if (id := string(attached.get("id"))) and _file_id(id) not in shown:
            mime = string(attached.get("mimeType")) or string(attached.get("mime_type"))
            yield files.part(id, string(attached.get("name")), mime=mime)
    for cited in mappings(metadata.get("citations")):
        about = mapping(cited.get("metadata"))
        if url := string(about.get("url")):
            yield Citation(url, string(about.get("title")))
