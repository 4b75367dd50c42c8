"""Messages of a ChatGPT export, with their many types of content."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Citation, Failure, File, Part, Reasoning, Text, ToolCall, ToolResult

from .chatgpt_citations import cited, without_marks
from .chatgpt_files import Files, file_id
from .fields import Fields, imported, items, mapping, mappings, model_name, number, parsed, string, unread, whole
from .import_context import ImportContext

_KNOWN_MESSAGE = ("id", "author", "content", "create_time", "update_time", "status", "end_turn", "weight", "recipient",
                  "metadata", "channel")
_KNOWN_METADATA = ("model_slug", "finish_details", "citations", "content_references", "attachments",
                   "is_visually_hidden_from_conversation", "parent_id", "request_id", "timestamp_",
                   "default_model_slug", "message_type", "finished_duration_sec", "canvas")
_HIDDEN = ("user_editable_context", "model_editable_context")


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


def read(data: Fields, before: Before, model: str, files: Files, context: ImportContext) -> Read | Before:
    """Returns the message, or, when it is not one, what it adds to the messages below it."""
    content, metadata, author = mapping(data.get("content")), mapping(data.get("metadata")), mapping(data.get("author"))
    role = context.role(author.get("role"))
    kind = string(content.get("content_type"))
    if kind in ("thoughts", "reasoning_recap"):
        return _thinking(kind, content, metadata, before)
    names = {string(item.get("id")): string(item.get("name")) for item in mappings(metadata.get("attachments"))}
    parts = list(_parts(content, kind, files, names, context))
    recipient = string(data.get("recipient")) or "all"
    calls = role == "assistant" and recipient != "all"
    texts = [part.text for part in parts if isinstance(part, Text)]
    others: list[Part] = [part for part in parts if not isinstance(part, Text)]
    if calls:
        parts = [ToolCall(string(data.get("id")), recipient, "\n".join(texts)), *_canvas(recipient, texts), *others]
    elif role == "tool" and (texts or not others):
        parts = [ToolResult(before.call, "\n".join(texts), string(author.get("name"))), *others]
    else:
        parts = [Text(without_marks(part.text, metadata)) if isinstance(part, Text) else part for part in parts]
    parts += _beside(metadata, content, files)
    if not any(_says(part) for part in parts):
        return before
    hidden = (metadata.get("is_visually_hidden_from_conversation") is True or data.get("weight") == 0
              or kind in _HIDDEN)
    if role == "assistant":
        parts = [*before.thoughts, *parts]
    extra = imported(unread(data, *_KNOWN_MESSAGE) | unread(metadata, *_KNOWN_METADATA))
    spoken = model_name("openai", metadata.get("model_slug")) or model
    message = Message(role, tuple(parts), spoken if role == "assistant" else "", extra)
    return Read(message, _status(data, metadata), calls, hidden)


def _thinking(kind: str, content: Fields, metadata: Fields, before: Before) -> Before:
    """Returns the thoughts so far; a recap says how long they took."""
    if kind == "thoughts":
        texts = ["\n\n".join(filter(None, (string(one.get("summary")), string(one.get("content")))))
                 for one in mappings(content.get("thoughts"))] or list(map(string, items(content.get("parts"))))
        return Before((*before.thoughts, *(Reasoning(text) for text in texts if text)), before.call)
    spent = number(metadata.get("finished_duration_sec"))
    if spent is None or not before.thoughts:
        return before
    first, *others = before.thoughts
    return Before((Reasoning(first.text, spent), *others), before.call)


def _says(part: Part) -> bool:
    return not isinstance(part, Text | ToolResult) or bool(part.text.strip())


def _status(data: Fields, metadata: Fields) -> Status:
    if string(mapping(metadata.get("finish_details")).get("type")) == "interrupted":
        return Status.STOPPED
    return Status.INTERRUPTED if data.get("status") == "in_progress" else Status.COMPLETE


def _canvas(recipient: str, texts: list[str]) -> Iterator[Part]:
    """Yields the document that a call writes. One that changes it by patterns stays a call: no foreign pattern is
    run."""
    if recipient == "canmore.create_textdoc":
        document = mapping(parsed("\n".join(texts)))
        if text := string(document.get("content")):
            yield File(string(document.get("name")) or "document", text)


def _parts(content: Fields, kind: str, files: Files, names: dict[str, str], context: ImportContext) -> Iterator[Part]:
    match kind:
        case "text" | "multimodal_text":
            yield from _pieces(content, files, names, context)
        case "code" | "execution_output":
            yield Text(string(content.get("text")))
        case "user_editable_context":
            yield Text("\n\n".join(filter(None, (string(content.get("user_profile")),
                                                  string(content.get("user_instructions"))))))
        case "model_editable_context":
            yield Text("\n\n".join(filter(None, (string(value) for name, value in content.items()
                                                  if name != "content_type"))))
        case "tether_browsing_display":
            yield Text(string(content.get("result")) or string(content.get("summary")))
        case "tether_quote" | "sonic_webpage":
            yield Text(string(content.get("text")) or string(content.get("snippet")))
            yield Citation(string(content.get("url")), string(content.get("title")))
        case "citable_code_output":
            about = mapping(content.get("metadata"))
            yield Text(string(content.get("output_str")))
            if url := string(about.get("display_url")):
                yield Citation(url, string(about.get("display_title")))
        case "computer_output":
            state = mapping(content.get("state"))
            yield Text("\n".join(filter(None, (string(state.get("title")), string(state.get("url"))))))
            if address := string(mapping(content.get("screenshot")).get("asset_pointer")):
                yield files.part(address, "screenshot")
        case "system_error":
            yield Failure(string(content.get("text")) or string(content.get("name")))
        case "":
            yield from _pieces(content, files, names, context)
            if text := string(content.get("text")):
                yield Text(text)
        case _:
            yield from _pieces(content, files, names, context)
            if text := string(content.get("text")):
                yield Text(text)
            yield context.unknown("chatgpt", kind, content)


def _pieces(content: Fields, files: Files, names: dict[str, str], context: ImportContext) -> Iterator[Part]:
    for piece in items(content.get("parts")):
        if isinstance(piece, str):
            if piece:
                yield Text(piece)
            continue
        data = mapping(piece)
        kind = string(data.get("content_type"))
        audio = mapping(data.get("audio_asset_pointer"))
        if address := string(audio.get("asset_pointer")):
            yield files.part(address, mime=f"audio/{string(audio.get('format')) or 'wav'}")
        elif (address := string(data.get("asset_pointer"))) and kind == "audio_asset_pointer":
            yield files.part(address, mime=f"audio/{string(data.get('format')) or 'wav'}")
        elif address:
            yield files.part(address, names.get(address.rpartition("/")[2], ""), width=whole(data.get("width")) or 0,
                             height=whole(data.get("height")) or 0)
        elif kind == "audio_transcription" or (data and string(data.get("text"))):
            yield Text(string(data.get("text")))
        elif data:
            yield context.unknown("chatgpt", kind, data)


def _beside(metadata: Fields, content: Fields, files: Files) -> Iterator[Part]:
    """Returns attached files that are not shown as pieces, and sources."""
    shown = {file_id(string(piece.get("asset_pointer"))) for piece in mappings(content.get("parts"))}
    for attached in mappings(metadata.get("attachments")):
        if (id := string(attached.get("id"))) and file_id(id) not in shown:
            mime = string(attached.get("mimeType")) or string(attached.get("mime_type"))
            yield files.part(id, string(attached.get("name")), mime=mime)
    yield from cited(metadata)
