"""Messages of a Cherry Studio backup, with their blocks (since version 5) or with their own text (before)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Citation, Failure, File, Part, Reasoning, Text, ToolCall, ToolResult, Unknown

from .fields import Fields, as_text, imported, items, mapping, mappings, model_name, number, seconds, string, unread
from .import_context import MOST_ATTACHMENT, ImportContext
from .sources import Source
from .values import ForeignNode

_KNOWN = ("id", "role", "assistantId", "topicId", "createdAt", "updatedAt", "status", "modelId", "model", "type",
          "askId", "blocks", "content", "reasoning_content", "images", "files", "foldSelected")
Blocks = Callable[[str], Fields]
"""Returns a block by its id, an empty one when there is none."""


class Files:
    """The bytes of attached files: ``Data/Files/<id><ext>`` in the ZIP."""

    def __init__(self, source: Source, known: dict[str, Fields], context: ImportContext) -> None:
        self._source, self._known, self.context = source, known, context
        self._members = {PurePosixPath(name).name: name for name in source.members if "Files/" in name}

    def part(self, file: Fields) -> Part:
        file = {**self._known.get(string(file.get("id")), {}), **file}
        name = string(file.get("origin_name")) or string(file.get("name")) or "file"
        member = self._members.get(string(file.get("id")) + string(file.get("ext")))
        if member is None or self._source.size(member) > MOST_ATTACHMENT:
            self.context.note("Images and files that are not in the backup were imported by name only.")
            return File(name)
        with self._source.open(member) as stream:
            return self.context.attachment(stream.read(), name)


def node(data: Fields, above: str | None, blocks: Blocks, files: Files) -> ForeignNode:
    role = files.context.role(data.get("role"))
    parts = [part for id in items(data.get("blocks")) if (block := blocks(string(id)))
             for part in _block(block, files)]
    if not data.get("blocks"):
        parts = list(_old_parts(data, files))
    model = mapping(data.get("model"))
    name = model_name(string(model.get("provider")) or "cherry", model.get("id") or data.get("modelId"))
    states = {"error": Status.FAILED, "paused": Status.STOPPED, "processing": Status.INTERRUPTED,
              "pending": Status.INTERRUPTED, "sending": Status.INTERRUPTED}
    message = Message(role, tuple(parts), name if role == "assistant" else "",
                      imported(unread(data, *_KNOWN)))
    return ForeignNode(string(data.get("id")), above, message, seconds(data.get("createdAt")),
                       states.get(string(data.get("status")), Status.COMPLETE))


def _old_parts(data: Fields, files: Files) -> Iterator[Part]:
    for address in items(data.get("images")):
        yield files.context.image_at(string(address))
    for file in mappings(data.get("files")):
        yield files.part(file)
    if thought := string(data.get("reasoning_content")):
        yield Reasoning(thought)
    if text := string(data.get("content")):
        yield Text(text)


def _block(block: Fields, files: Files) -> Iterator[Part]:
    text = string(block.get("content"))
    match string(block.get("type")):
        case "main_text":
            yield Text(text)
        case "thinking":
            spent = number(block.get("thinking_millsec"))
            yield Reasoning(text, spent / 1000 if spent is not None else None)
        case "code":
            yield Text(f"```{string(block.get('language'))}\n{text}\n```")
        case "translation" | "compact":
            yield Text(text, imported({"kind": string(block.get("type"))}))
        case "image" | "video" | "file":
            if isinstance(block.get("file"), dict):
                yield files.part(mapping(block.get("file")))
            elif address := string(block.get("url")):
                yield files.context.image_at(address)
        case "tool":
            id = string(block.get("toolId"))
            asked = block.get("arguments")
            yield ToolCall(id, string(block.get("toolName")), as_text(asked))
            if block.get("content") is not None:
                yield ToolResult(id, text or as_text(block["content"]), string(block.get("toolName")))
        case "error":
            error = mapping(block.get("error"))
            yield Failure(string(error.get("message")) or text or "The reply failed.", body=as_text(unread(error)))
        case "citation":
            for source in mappings(mapping(block.get("response")).get("results")):
                yield Citation(string(source.get("url")), string(source.get("title")))
        case kind:
            files.context.note(f"A block of the kind “{kind[:60]}” is not known; it was kept as it is.")
            yield Unknown({"kind": f"cherry:{kind}", "content": unread(block)})
