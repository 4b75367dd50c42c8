"""LobeChat: its exports of three generations. Messages name only the question that they answer; the rest of the order
is that of their times. Files lie elsewhere and come by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from workbench.core.chat.messages import Message, Status
from workbench.core.chat.parts import Citation, Failure, File, Part, Reasoning, Text, ToolCall, ToolResult

from .fields import (
    Fields,
    as_text,
    imported,
    mapping,
    mappings,
    model_name,
    number,
    parameters,
    parsed,
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

_KNOWN = ("id", "role", "content", "reasoning", "search", "metadata", "model", "provider", "error", "tools", "plugin",
          "parentId", "topicId", "sessionId", "threadId", "createdAt", "createAt", "updatedAt", "updateAt", "extra",
          "tool_call_id", "toolCallId", "userId", "clientId", "accessedAt", "files", "imageList")


def claims(head: SourceHead) -> bool:
    state, data = mapping(head.first.get("state")), mapping(head.first.get("data"))
    said = [*_values(state.get("messages")), *_values(data.get("messages")),
            *(item for session in _values(state.get("sessions")) for item in _values(session.get("chats")))]
    return ("exportType" in head.first or "schemaHash" in head.first) and any("role" in item for item in said)


def _values(value: object) -> list[Fields]:
    """Returns the objects of a list, or of an object by their ids."""
    if isinstance(value, dict):
        return [{"id": id, **item} for id, item in value.items() if isinstance(item, dict)]
    return list(mappings(value))


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    for member in source.chosen:
        data = mapping(load(source, member))
        state = mapping(data.get("data")) or mapping(data.get("state"))
        sessions = {string(item.get("id")): item for item in _values(state.get("sessions"))}
        topics = {string(item.get("id")): item for item in _values(state.get("topics"))}
        messages = _values(state.get("messages"))
        for id, session in sessions.items():  # the first generation
            messages += [{"sessionId": id, **item} for item in _values(session.get("chats"))]
            topics |= {string(item.get("id")): {"sessionId": id, **item} for item in _values(session.get("topics"))}
        answers = {string(item.get("id")): item for item in _values(state.get("messagePlugins"))}
        files = _files(state)
        chats: dict[tuple[str, str], list[Fields]] = {}
        for item in messages:
            if item.get("role") not in (None, ""):
                chats.setdefault((string(item.get("topicId")), string(item.get("sessionId"))), []).append(item)
        for (topic, session_id), said in chats.items():
            yield _chat(topics.get(topic, {}), sessions.get(session_id, {}), said, answers, files, context)


def _files(state: Fields) -> dict[str, list[str]]:
    names = {string(item.get("id")): string(item.get("name")) for item in _values(state.get("files"))}
    found: dict[str, list[str]] = {}
    for link in _values(state.get("messagesFiles")):
        name = names.get(string(link.get("fileId"))) or string(link.get("fileId")) or "file"
        found.setdefault(string(link.get("messageId")), []).append(name)
    return found


def _chat(
    topic: Fields, session: Fields, said: list[Fields], answers: dict[str, Fields], files: dict[str, list[str]],
    context: ImportContext,
) -> ForeignChat:
    said = sorted(said, key=_moment)
    known = {string(item.get("id")) for item in said}
    roles = {string(item.get("id")): item.get("role") for item in said}
    nodes: list[ForeignNode] = []
    last: str | None = None
    for item in said:
        id, parent = string(item.get("id")), string(item.get("parentId"))
        role = item.get("role")
        answers_it = parent in known and ((role == "assistant" and roles.get(parent) in ("user", "tool"))
                                          or role == "tool" or bool(item.get("threadId")))
        nodes.append(_node(item, id, parent if answers_it else last, answers, files, context))
        last = id
    title = string(mapping(session.get("meta")).get("title")) or string(session.get("title"))
    config = mapping(session.get("config"))
    times = [node.created for node in nodes if node.created]
    session_id = string(session.get("id")) or string(said[0].get("sessionId")) or "inbox"
    return ForeignChat(
        string(topic.get("id")) or f"session/{session_id}", nodes, string(topic.get("title")) or title, last,
        system=string(config.get("systemRole")), params=parameters(mapping(config.get("params"))),
        folder=(title,) if title and topic else (), pinned=topic.get("favorite") is True,
        created=seconds(topic.get("createdAt", topic.get("createAt"))) or min(times, default=0.0),
        updated=max(times, default=0.0))


def _moment(data: Fields) -> float:
    return seconds(data.get("createdAt", data.get("createAt")))


def _node(
    data: Fields, id: str, above: str | None, answers: dict[str, Fields], files: dict[str, list[str]],
    context: ImportContext,
) -> ForeignNode:
    role = context.role(data.get("role"))
    parts = list(_parts(data, id, answers, files, context))
    error = mapping(data.get("error"))
    if error:
        parts.append(Failure(string(error.get("message")) or string(error.get("type")) or "The reply failed.",
                             body=as_text(error.get("body"))))
    about = mapping(data.get("extra"))
    model = model_name(string(data.get("provider")) or string(about.get("fromProvider")) or string(
        data.get("fromProvider")) or "lobechat", data.get("model") or about.get("fromModel") or data.get("fromModel"))
    message = Message(role, tuple(parts), model if role == "assistant" else "", imported(
        unread(data, *_KNOWN) | ({"metadata": data["metadata"]} if data.get("metadata") else {})))
    node = ForeignNode(id, above, message, _moment(data))
    return dataclasses.replace(node, status=Status.FAILED) if error else node


def _parts(
    data: Fields, id: str, answers: dict[str, Fields], files: dict[str, list[str]], context: ImportContext
) -> Iterator[Part]:
    for name in (*files.get(id, ()), *(string(file) for file in data.get("files") or () if isinstance(file, str))):
        context.note("Images and files that the file only names, without their bytes, were imported by name only.")
        yield File(name)
    thought = mapping(data.get("reasoning"))
    if text := string(thought.get("content")) or string(data.get("reasoning")):
        spent = number(thought.get("duration"))
        yield Reasoning(text, spent / 1000 if spent is not None else None)
    text = string(data.get("content"))
    if data.get("role") == "tool":
        called = answers.get(id, {}) or mapping(data.get("plugin"))
        yield ToolResult(string(data.get("tool_call_id")) or string(called.get("toolCallId")), text, _name(called),
                         bool(called.get("error")))
    elif text and text != "...":  # what stands there while a reply is on its way
        yield Text(text)
    for cited in mappings(mapping(data.get("search")).get("citations")):
        if url := string(cited.get("url")):
            yield Citation(url, string(cited.get("title")))
    tools: Any = data.get("tools")
    for call in mappings(parsed(tools) if isinstance(tools, str) else tools):
        yield ToolCall(string(call.get("id")), _name(call), as_text(call.get("arguments")))


def _name(call: Fields) -> str:
    return "/".join(filter(None, (string(call.get("identifier")), string(call.get("apiName")))))


FORMAT = FileFormat(claims, read)
