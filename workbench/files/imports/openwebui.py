"""Open WebUI: the array that “Export chats” writes, of chats with their place or of bare chats."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Citation, Failure, File, Part, Reasoning, Text, ToolCall, ToolResult

from .entries import Entry
from .fields import Fields, imported, items, mapping, mappings, model_name, number, parameters, seconds, string, unread
from .formats import EntryFormat
from .import_context import ImportContext
from .openai_messages import messages_of
from .values import ForeignChat, ForeignNode

_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
_OPENING, _CLOSING = "<details ", "</details>"
_KNOWN = ("id", "parentId", "childrenIds", "role", "content", "timestamp", "model", "files", "output", "done",
          "sources", "error", "models", "content_list", "reasoning_content")


def fits(data: Fields) -> bool:
    data = _unwrapped(data)
    inner = mapping(data.get("chat")) or data
    history = mapping(inner.get("history")).get("messages")
    said = mapping(history).values() or (items(inner.get("messages")) if data.get("chat") else ())
    return any("role" in mapping(item) for item in said)


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    data = _unwrapped(entry.data)
    return _chat(data, mapping(data.get("chat")) or data, context)


def _unwrapped(data: Fields) -> Fields:
    """Returns the one chat that an answer of the server has in its ``data``, else the object itself."""
    inner = mapping(data.get("data"))
    return inner if "chat" in inner and "chat" not in data else data


def _chat(outer: Fields, chat: Fields, context: ImportContext) -> ForeignChat:
    history = mapping(chat.get("history"))
    found = {id: item for id, item in mapping(history.get("messages")).items() if isinstance(item, dict)}
    if not found:
        found = _linear(chat)
    nodes = [_node(id, item, context) for id, item in _in_order(found)]
    tags = [string(mapping(tag).get("name")) or string(tag) for tag in
            items(mapping(outer.get("meta")).get("tags")) or items(chat.get("tags"))]
    settings = mapping(chat.get("params"))
    return ForeignChat(
        string(outer.get("id")) or string(chat.get("id")), nodes,
        string(outer.get("title")) or string(chat.get("title")), string(history.get("currentId")) or None,
        next((model_name("open-webui", name) for name in items(chat.get("models")) if name), ""),
        string(settings.get("system")) or string(chat.get("system")), parameters(settings),
        tags=tuple(filter(None, tags)), pinned=outer.get("pinned") is True, archived=outer.get("archived") is True,
        created=seconds(outer.get("created_at")) or seconds(chat.get("timestamp")),
        updated=seconds(outer.get("updated_at")),
        extra=unread(outer, "id", "title", "chat", "pinned", "archived", "created_at", "updated_at", "meta", "history",
                     "messages", "models", "params", "timestamp", "tags", "system")
        | unread(chat, "id", "title", "history", "messages", "models", "params", "timestamp", "tags", "system"),
    )


def _linear(chat: Fields) -> dict[str, Fields]:
    """Returns the active branch, which is all there is without a history."""
    found: dict[str, Fields] = {}
    above: str | None = None
    for place, item in enumerate(mappings(chat.get("messages"))):
        id = string(item.get("id")) or str(place)
        found[id] = {"parentId": above, **item}
        above = id
    return found


def _in_order(found: dict[str, Fields]) -> Iterator[tuple[str, Fields]]:
    """Returns siblings in the order in which their parent lists them."""
    rank: dict[str, int] = {}
    for item in found.values():
        for place, child in enumerate(items(item.get("childrenIds"))):
            rank.setdefault(string(child), place)
    return iter(sorted(found.items(), key=lambda pair: rank.get(pair[0], len(found))))


def _node(id: str, data: Fields, context: ImportContext) -> ForeignNode:
    role = context.role(data.get("role"))
    parts = [*_files(data, context), *_said(data, context)]
    if error := data.get("error"):
        parts.append(Failure(string(mapping(error).get("content")) or string(error) or "The reply failed."))
    for cited in mappings(data.get("sources")):
        about = mapping(cited.get("source"))
        if url := string(about.get("url")):
            parts.append(Citation(url, string(about.get("name"))))
    status = Status.FAILED if error else Status.INTERRUPTED if data.get("done") is False else Status.COMPLETE
    model = model_name("open-webui", data.get("model")) if role == "assistant" else ""
    message = Message(role, tuple(parts), model, imported(unread(data, *_KNOWN)))
    return ForeignNode(id, string(data.get("parentId")) or None, message, seconds(data.get("timestamp")), status)


def _files(data: Fields, context: ImportContext) -> Iterator[Part]:
    for item in mappings(data.get("files")):
        name, address = string(item.get("name")), string(item.get("url"))
        if item.get("type") == "image" and address:
            yield context.image_at(address, name)
        else:
            inner = mapping(mapping(item.get("file")).get("data"))
            yield File(name or string(item.get("id")) or "file", string(inner.get("content")))


def _said(data: Fields, context: ImportContext) -> list[Part]:
    """Returns the parts of a reply. ``output`` is the truth where it is, and the text is made of it; of Qwen's replies
    it is ``content_list``. Else reasoning and tool calls are in the text as ``<details>``."""
    output = items(data.get("output"))
    if output:
        made = [part for message in messages_of(output, context) for part in message.parts]
        if any(isinstance(part, Text) for part in made) or not string(data.get("content")):
            return made
        plain = [part for part in _details(string(data.get("content"))) if isinstance(part, Text)]
        return [*made, *plain]
    if phases := list(mappings(data.get("content_list"))):
        return list(_phases(phases, data, context))
    thought = string(data.get("reasoning_content"))
    return [*([Reasoning(thought)] if thought else []), *_details(string(data.get("content")))]


def _phases(phases: list[Fields], data: Fields, context: ImportContext) -> Iterator[Part]:
    answered = False
    for phase in phases:
        text, about = string(phase.get("content")), mapping(phase.get("extra"))
        kind = string(phase.get("phase"))
        if kind in ("think", "thinking_summary"):
            summary = [string(piece) or string(mapping(piece).get("text"))
                       for piece in items(mapping(about.get("summary_thought")).get("content"))]
            if thought := text or "\n\n".join(filter(None, summary)):
                yield Reasoning(thought)
        elif kind == "answer":
            answered = answered or bool(text)
            if text:
                yield Text(text)
        elif "search" in kind:
            for found in mappings(about.get("search_result", about.get("web_search_info"))):
                if url := string(found.get("url")):
                    yield Citation(url, string(found.get("title")))
        elif kind == "image_gen":
            yield context.image_at(text)
        elif text:
            yield ToolResult("", text, kind)
    if not answered and (text := string(data.get("content"))):
        yield Text(text)


def _details(text: str) -> Iterator[Part]:
    at = 0
    while True:
        begin = text.find(_OPENING, at)
        head_end = text.find(">", begin) if begin >= 0 else -1
        end = text.find(_CLOSING, head_end) if head_end >= 0 else -1
        if end < 0:
            break
        about = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(text[begin:head_end])}
        found = list(_detail(about, text[head_end + 1:end]))
        if found:
            if before := text[at:begin].strip():
                yield Text(before)
            yield from found
            at = end + len(_CLOSING)
        else:  # of another kind: text like any other
            after = end + len(_CLOSING)
            yield Text(text[at:after].strip())
            at = after
    if rest := text[at:].strip() if at else text:
        yield Text(rest)


def _detail(about: dict[str, str], body: str) -> Iterator[Part]:
    if about.get("type") == "reasoning":
        inner = body.partition("</summary>")[2] or body
        lines = [html.unescape(line).removeprefix(">").removeprefix(" ") for line in inner.strip().splitlines()]
        yield Reasoning("\n".join(lines), number(_number(about.get("duration", ""))))
    elif about.get("type") == "tool_calls" and not about.get("name"):  # the result is in it, and no more
        if text := html.unescape(body.partition("</summary>")[2] or body).strip():
            yield ToolResult(about.get("id", ""), text)
    elif about.get("type") == "code_interpreter":
        yield ToolCall(about.get("id", ""), "code_interpreter", html.unescape(body.partition("</summary>")[2]).strip())
        if about.get("output"):
            yield ToolResult(about.get("id", ""), about["output"], "code_interpreter")
    elif about.get("type") == "tool_calls":
        yield ToolCall(about.get("id", ""), about.get("name", ""), about.get("arguments", ""))
        if about.get("result"):
            yield ToolResult(about.get("id", ""), about["result"], about.get("name", ""))


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _fits_qwen(data: Fields) -> bool:
    history = mapping(mapping(mapping(_unwrapped(data).get("chat")).get("history")).get("messages"))
    return any("role" in item and "content_list" in item for item in map(mapping, history.values()))


FORMAT = EntryFormat(fits, chat, ("data",))
QWEN = EntryFormat(_fits_qwen, chat, ("data",))
