"""Chatbox: the dump of its storage. Forks and earlier threads come as branches and chats of their own; its
pictures lie in another store and are not in the file. Its settings, with the keys, are not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Failure, File, Part, Reasoning, Text, ToolCall, ToolResult, Unknown

from .fields import (
    Fields,
    as_json,
    as_text,
    imported,
    mapping,
    mappings,
    model_name,
    number,
    parameters,
    seconds,
    string,
    unread,
)
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .json_text import load
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN = ("id", "role", "timestamp", "model", "aiProvider", "generating", "error", "errorCode", "files", "links",
          "contentParts", "content", "reasoningContent")


def claims(head: SourceHead) -> bool:
    sessions = [*mappings(head.first.get("chat-sessions")),
                *(mapping(value) for name, value in head.first.items() if name.startswith("session:"))]
    return head.kind == "object" and any(
        "role" in item for session in sessions for item in mappings(session.get("messages")))


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.chosen:
        yield from _sessions(mapping(load(source, member)), context)


def _sessions(data: Fields, context: ImportContext) -> Iterator[ForeignChat]:
    listed = {string(item.get("id")): item for item in mappings(data.get("chat-sessions-list"))}
    sessions = [mapping(value) for name, value in data.items() if name.startswith("session:")]
    for session in [*sessions, *mappings(data.get("chat-sessions"))]:
        yield from _chats({**listed.get(string(session.get("id")), {}), **session}, context)


def _chats(session: Fields, context: ImportContext) -> Iterator[ForeignChat]:
    """Yields the session, and each thread that “refresh context” cut off."""
    yield _chat(session, session, string(session.get("id")), string(session.get("name")), context)
    for thread in mappings(session.get("threads")):
        name = f"{string(session.get('id'))}/{string(thread.get('id'))}"
        title = string(thread.get("name")) or string(session.get("name"))
        yield _chat(session, thread, name, title, context)


def _chat(session: Fields, thread: Fields, id: str, title: str, context: ImportContext) -> ForeignChat:
    settings = mapping(session.get("settings"))
    said = list(mappings(thread.get("messages")))
    system = ""
    if said and said[0].get("role") == "system":
        system = "\n\n".join(part.text for part in _parts(said.pop(0), context) if isinstance(part, Text))
    nodes, tip = _tree(said, mapping(session.get("messageForksHash")), context)
    return ForeignChat(
        id, nodes, title, tip, model_name(string(settings.get("provider")) or "chatbox", settings.get("modelId")),
        system, parameters(settings), pinned=session.get("starred") is True, archived=session.get("hidden") is True,
        created=seconds(thread.get("createdAt")),
        extra=unread(session, "id", "name", "messages", "settings", "threads", "messageForksHash", "starred", "hidden")
        | ({"settings": as_json(settings)} if settings else {}),
    )


def _tree(
    said: Sequence[Fields], forks: Fields, context: ImportContext
) -> tuple[list[ForeignNode], str | None]:
    """Returns the active branch, and below each message with forks the other tails, which may have forks themselves.
    The active tail is at its own place among them."""
    nodes: list[ForeignNode] = []
    seen: set[str] = set()
    tip: str | None = None
    waiting: list[tuple[Sequence[Fields], str | None]] = [(said, None)]
    while waiting:
        tail, above = waiting.pop(0)
        for item in tail:
            id = string(item.get("id")) or f"{len(nodes)}"
            nodes.append(_node(item, id, above, context))
            above = id
            if id in seen:
                continue
            seen.add(id)
            lists = list(mappings(mapping(forks.get(id)).get("lists")))
            waiting += [(list(mappings(other.get("messages"))), id) for other in lists]
        tip = above if tip is None else tip
    return _in_fork_order(nodes, forks), tip


def _in_fork_order(nodes: list[ForeignNode], forks: Fields) -> list[ForeignNode]:
    """Puts tails that are before the active one in ``lists`` before it."""
    rank: dict[str, int] = {}
    for fork in forks.values():
        for place, tail in enumerate(mappings(mapping(fork).get("lists"))):
            first = next(mappings(tail.get("messages")), None)
            if first is not None:
                position = number(mapping(fork).get("position")) or 0
                rank[string(first.get("id"))] = -1 if place < position else 1
    return sorted(nodes, key=lambda node: rank.get(node.id, 0))


def _node(data: Fields, id: str, above: str | None, context: ImportContext) -> ForeignNode:
    role = context.role(data.get("role"))
    parts = list(_parts(data, context))
    status = Status.INTERRUPTED if data.get("generating") is True else Status.COMPLETE
    if error := string(data.get("error")):
        parts.append(Failure(error, body=string(data.get("errorCode"))))
        status = Status.FAILED
    model = model_name(string(data.get("aiProvider")) or "chatbox", data.get("model")) if role == "assistant" else ""
    message = Message(role, tuple(parts), model, imported(unread(data, *_KNOWN)))
    return ForeignNode(id, above, message, seconds(data.get("timestamp")), status)


def _parts(data: Fields, context: ImportContext) -> Iterator[Part]:
    for item in mappings(data.get("files")):
        context.note("Chatbox keeps files and pictures outside the export; they were imported by name only.")
        yield File(string(item.get("name")) or "file")
    if thought := string(data.get("reasoningContent")):
        yield Reasoning(thought)
    pieces = list(mappings(data.get("contentParts")))
    for piece in pieces:
        yield from _piece(piece, context)
    if not pieces and (text := string(data.get("content"))):
        yield Text(text)


def _piece(piece: Fields, context: ImportContext) -> Iterator[Part]:
    match string(piece.get("type")):
        case "text":
            if text := string(piece.get("text")):
                yield Text(text)
        case "info":
            yield Text(string(piece.get("text")), imported({"kind": "info"}))
        case "reasoning":
            spent = number(piece.get("duration"))
            yield Reasoning(string(piece.get("text")), spent / 1000 if spent is not None else None)
        case "image":
            context.note("Chatbox keeps files and pictures outside the export; they were imported by name only.")
            yield File(string(piece.get("storageKey")) or "image", string(piece.get("ocrResult")))
        case "tool-call":
            id, name = string(piece.get("toolCallId")), string(piece.get("toolName"))
            yield ToolCall(id, name, as_text(piece.get("args")))
            if piece.get("result") is not None:
                yield ToolResult(id, as_text(piece["result"]), name, piece.get("state") == "error")
        case kind:
            context.note(f"Content of the kind “{kind[:60]}” is not known; it was kept as it is.")
            yield Unknown({"kind": f"chatbox:{kind}", "content": as_json(piece)})


FORMAT = FileFormat(claims, read)
