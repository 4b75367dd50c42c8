"""LobeChat: its exports of three generations. Messages name only the question that they answer; the rest of the order
is that of their times. Files lie elsewhere and come by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
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
from .json_text import JsonText
from .sources import Source
from .spool import Spool, objects
from .values import ForeignChat, ForeignNode

_KNOWN = ("id", "role", "content", "reasoning", "search", "metadata", "model", "provider", "error", "tools", "plugin",
          "parentId", "topicId", "sessionId", "threadId", "createdAt", "createAt", "updatedAt", "updateAt", "extra",
          "tool_call_id", "toolCallId", "userId", "clientId", "accessedAt", "files", "imageList")
Answers = Callable[[str], Fields]
"""Returns what a message of a tool answers to, by its id."""


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
        with Spool() as spool, source.open(member) as stream:
            export = _Export(spool)
            export.take(JsonText(stream, source.name))
            yield from export.chats(context)


class _Export:
    """One export: its messages lie in the spool by chat, everything else is here."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._state: dict[str, list[Fields]] = {"sessions": [], "topics": [], "files": [], "messagesFiles": []}
        self._chats: dict[tuple[str, str], None] = {}

    def take(self, text: JsonText) -> None:
        for name in text.fields():
            if name in ("data", "state") and text.peek() == "{":
                for field in text.fields():
                    self._take_field(field, text)
            else:
                text.skip()

    def _take_field(self, field: str, text: JsonText) -> None:
        if field == "messages":
            for item in objects(text):
                self._take_message(item)
        elif field == "messagePlugins":
            for item in objects(text):
                self._spool.put(("plugin", string(item.get("id"))), item)
        elif field == "sessions" and text.peek() == "{":  # the first generation has all that was said in them
            for id in text.fields():
                self._state["sessions"].append({"id": id} | self._session(id, text))
        elif field in self._state:
            self._state[field] += objects(text)
        else:
            text.skip()

    def _session(self, id: str, text: JsonText) -> Fields:
        session: dict[str, object] = {}
        if text.peek() != "{":
            text.skip()
            return session
        for field in text.fields():
            if field == "chats":
                for item in objects(text):
                    self._take_message({"sessionId": id, **item})
            elif field == "topics":
                self._state["topics"] += ({"sessionId": id, **item} for item in objects(text))
            else:
                session[field] = text.value()
        return session

    def _take_message(self, item: Fields) -> None:
        if item.get("role") not in (None, ""):
            chat = string(item.get("topicId")), string(item.get("sessionId"))
            self._chats[chat] = None
            self._spool.put(("chat", *chat), item)

    def chats(self, context: ImportContext) -> Iterator[ForeignChat]:
        sessions = {string(item.get("id")): item for item in self._state["sessions"]}
        topics = {string(item.get("id")): item for item in self._state["topics"]}
        files = _files(self._state)
        for topic, session in self._chats:
            said = list(self._spool.of(("chat", topic, session)))
            yield _chat(topics.get(topic, {}), sessions.get(session, {}), said,
                        lambda id: self._spool.last(("plugin", id)), files, context)


def _files(state: Mapping[str, Sequence[Fields]]) -> dict[str, list[str]]:
    names = {string(item.get("id")): string(item.get("name")) for item in state["files"]}
    found: dict[str, list[str]] = {}
    for link in state["messagesFiles"]:
        name = names.get(string(link.get("fileId"))) or string(link.get("fileId")) or "file"
        found.setdefault(string(link.get("messageId")), []).append(name)
    return found


def _chat(
    topic: Fields, session: Fields, said: list[Fields], answers: Answers, files: dict[str, list[str]],
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
    data: Fields, id: str, above: str | None, answers: Answers, files: dict[str, list[str]],
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
    data: Fields, id: str, answers: Answers, files: dict[str, list[str]], context: ImportContext
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
        called = answers(id) or mapping(data.get("plugin"))
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
