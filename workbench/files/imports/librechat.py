"""LibreChat: the JSON of one conversation, as a tree, as a list with branches, or the shown line alone."""

from __future__ import annotations

from collections.abc import Iterator

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Citation, Failure, File, Part, Reasoning, Text, ToolCall, ToolResult, Unknown

from .entries import Entry
from .fields import (
    Fields,
    as_json,
    as_text,
    imported,
    mapping,
    mappings,
    model_name,
    parameters,
    seconds,
    string,
    unread,
)
from .formats import EntryFormat
from .import_context import ImportContext
from .values import ForeignChat, ForeignNode

_ROOT = "00000000-0000-0000-0000-000000000000"
_KNOWN = ("messageId", "parentMessageId", "conversationId", "isCreatedByUser", "text", "content", "model", "endpoint",
          "createdAt", "error", "unfinished", "files", "attachments", "children", "sender")


def fits(data: Fields) -> bool:
    return "conversationId" in data and any(
        "messageId" in item and ("text" in item or "content" in item)
        for name in ("messages", "messagesTree") for item in mappings(data.get(name)))


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = entry.data
    options = mapping(data.get("options"))
    provider = string(data.get("endpoint")) or "librechat"
    nodes = [_node(item, above, place, provider, context)
             for place, (item, above) in enumerate(_flat(data))]
    return ForeignChat(
        string(data.get("conversationId")), nodes, string(data.get("title")),
        model=model_name(provider, options.get("model")), system=string(options.get("promptPrefix")),
        params=parameters(options), created=seconds(data.get("createdAt")),
        updated=seconds(data.get("updatedAt")) or seconds(data.get("exportAt")),
        extra=unread(data, "conversationId", "title", "messages", "messagesTree", "createdAt", "updatedAt", "exportAt",
                     "branches", "recursive", "options", "endpoint")
        | unread(options, "model", "promptPrefix", "temperature", "top_p", "presence_penalty", "frequency_penalty",
                 "reasoning_effort", "maxOutputTokens", "max_tokens"),
    )


def _flat(data: Fields) -> Iterator[tuple[Fields, str | None]]:
    """Returns messages with their parents. A list without branches is the active branch, in order."""
    linear = data.get("branches") is False and data.get("recursive") is not True
    last: str | None = None
    top = [*mappings(data.get("messagesTree")), *mappings(data.get("messages"))]
    waiting: list[tuple[Fields, str | None]] = [(item, None) for item in reversed(top)]
    while waiting:
        item, above = waiting.pop()
        named = string(item.get("parentMessageId"))
        parent = above or (named if named and named != _ROOT else None)
        if linear and (parent is None or parent != last):
            parent = last
        yield item, parent
        last = string(item.get("messageId")) or last
        waiting += [(child, last) for child in reversed(list(mappings(item.get("children"))))]


def _node(data: Fields, above: str | None, place: int, provider: str, context: ImportContext) -> ForeignNode:
    asked = data.get("isCreatedByUser") is True or string(data.get("sender")).lower() == "user"
    parts = list(_parts(data, context))
    failed = data.get("error") is True
    if failed and not any(isinstance(part, Failure) for part in parts):
        sentence = "\n\n".join(part.text for part in parts if isinstance(part, Text))
        parts = [*(part for part in parts if not isinstance(part, Text)), Failure(sentence or "The reply failed.")]
    status = Status.FAILED if failed else Status.INTERRUPTED if data.get("unfinished") is True else Status.COMPLETE
    model = "" if asked else model_name(string(data.get("endpoint")) or provider, data.get("model"))
    message = Message("user" if asked else "assistant", tuple(parts), model, imported(unread(data, *_KNOWN)))
    return ForeignNode(string(data.get("messageId")) or f"{place}", above, message, seconds(data.get("createdAt")),
                       status)


def _parts(data: Fields, context: ImportContext) -> Iterator[Part]:
    attached = [*mappings(data.get("files")), *mappings(data.get("attachments"))]
    for item in attached:
        if "web_search" not in item and "file_search" not in item:
            yield _file(item, context)
    blocks = list(mappings(data.get("content")))
    for block in blocks:
        yield from _block(block, context)
    if not blocks and (text := string(data.get("text"))):
        yield Text(text)
    for item in attached:
        yield from _found(item)


def _file(item: Fields, context: ImportContext) -> Part:
    name, address = string(item.get("filename")), string(item.get("filepath"))
    if address.startswith("data:"):
        return context.image_at(address, name)
    context.note("Images and files that the file only names, without their bytes, were imported by name only.")
    return File(name or address or "file", string(item.get("text")))


def _tool(call: Fields) -> Iterator[Part]:
    """Yields a call and its result: of an agent, of an assistant's function, or of the code that it ran."""
    id, inner = string(call.get("id")), mapping(call.get(string(call.get("type"))))
    name = string(call.get("name")) or string(inner.get("name")) or string(call.get("type"))
    yield ToolCall(id, name, as_text(call.get("args", inner.get("arguments", inner.get("input")))))
    output = call.get("output", inner.get("output"))
    if output is None:
        output = "\n".join(string(one.get("logs")) or "[image]" for one in mappings(inner.get("outputs")))
    if text := as_text(output):
        yield ToolResult(id, text, name)


def _found(item: Fields) -> Iterator[Part]:
    """Yields the sources that a search of the web found for a reply."""
    for kind in ("organic", "topStories", "references"):
        for found in mappings(mapping(item.get("web_search")).get(kind)):
            if url := string(found.get("link")):
                yield Citation(url, string(found.get("title")))


def _block(block: Fields, context: ImportContext) -> Iterator[Part]:
    kind = string(block.get("type"))
    inner = block.get(kind)
    match kind:
        case "text":
            if text := string(mapping(inner).get("value")) or string(inner):
                yield Text(text)
        case "think":
            yield Reasoning(string(mapping(inner).get("value")) or string(inner))
        case "tool_call":
            yield from _tool(mapping(inner))
        case "agent_update":
            pass  # which of several agents goes on
        case "image_file":
            yield _file(mapping(inner), context)
        case "image_url":
            yield context.image_at(string(mapping(inner).get("url")) or string(inner))
        case "error":
            yield Failure(string(inner) or "The reply failed.")
        case "url_citation":
            yield Citation(string(mapping(inner).get("url")), string(mapping(inner).get("title")))
        case _:
            context.note(f"Content of the kind “{kind[:60]}” is not known; it was kept as it is.")
            yield Unknown({"kind": f"librechat:{kind}", "content": as_json(block)})


FORMAT = EntryFormat(fits, chat)
