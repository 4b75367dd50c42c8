"""Cherry Studio: the backup of version 1 (``data.json`` in a ZIP, or the older gzip). Blocks of text lie apart
from the messages that they make up; several answers to one question are siblings. The providers' keys in the
backup are not looked at."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from workbench.core.errors import BadInput

from . import cherry_messages as messages
from .context_breaks import context_break
from .fields import Fields, mapping, mappings, model_name, parameters, seconds, string, unread
from .format_sniffer import SourceHead
from .formats import FileFormat
from .import_context import ImportContext
from .json_text import load
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN_ABOUT = ("id", "name", "assistant", "assistantId", "createdAt", "updatedAt", "pinned", "prompt", "messages")


def claims(head: SourceHead) -> bool:
    topics = mapping(head.first.get("indexedDB")).get("topics")
    return ("localStorage" in head.first and topics is not None) or _is_direct(head)


def _is_direct(head: SourceHead) -> bool:
    """Returns whether it is a backup of version 6, which holds the browser's own database and has no readable form."""
    return head.has_member("metadata.json") and any("IndexedDB/" in member for member in head.members)


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    member = next((name for name in source.members if PurePosixPath(name).name == "data.json"), None)
    if member is None and len(source.members) > 1:
        raise BadInput(f"{source.name} is Cherry Studio's direct backup, which only Cherry Studio can read. In its "
                       "data settings choose the backup without “direct”, and import that.")
    data = mapping(load(source, member or source.members[0]))
    database = mapping(data.get("indexedDB"))
    blocks = {string(block.get("id")): block for block in mappings(database.get("message_blocks"))}
    about = _topics(mapping(data.get("localStorage")), context)
    files = messages.Files(source, {string(item.get("id")): item for item in mappings(database.get("files"))}, context)
    for topic in mappings(database.get("topics")):
        yield _chat(topic, about.get(string(topic.get("id")), {}), blocks, files)


def _topics(storage: Fields, context: ImportContext) -> dict[str, Fields]:
    """Returns what the assistants know of their topics, by topic: the application's state, JSON in JSON in JSON."""
    try:
        state = mapping(json.loads(string(storage.get("persist:cherry-studio")) or "{}"))
        slice_ = mapping(json.loads(string(state.get("assistants")) or "{}"))
    except (ValueError, RecursionError):
        context.note("The names of chats and assistants in the backup are damaged and were not imported.")
        return {}
    found: dict[str, Fields] = {}
    for assistant in [*mappings(slice_.get("assistants")), mapping(slice_.get("defaultAssistant"))]:
        for topic in mappings(assistant.get("topics")):
            found.setdefault(string(topic.get("id")), {**topic, "assistant": assistant})
    return found


def _chat(topic: Fields, about: Fields, blocks: dict[str, Fields], files: messages.Files) -> ForeignChat:
    assistant = mapping(about.get("assistant"))
    model = mapping(assistant.get("model"))
    name = string(assistant.get("name"))
    nodes, tip = _nodes(topic, blocks, files)
    return ForeignChat(
        string(topic.get("id")), nodes, string(about.get("name")), tip,
        model_name(string(model.get("provider")) or "cherry", model.get("id")),
        string(about.get("prompt")) or string(assistant.get("prompt")),
        parameters(mapping(assistant.get("settings"))), folder=(name,) if name else (),
        pinned=about.get("pinned") is True, created=seconds(about.get("createdAt")),
        updated=seconds(about.get("updatedAt")),
        extra=unread(topic, "id", "messages") | unread(about, *_KNOWN_ABOUT),
    )


def _nodes(topic: Fields, blocks: dict[str, Fields], files: messages.Files) -> tuple[list[ForeignNode], str | None]:
    """Links messages: an answer to the question that it names, a question to the answer chosen before it."""
    nodes: list[ForeignNode] = []
    known: set[str] = set()
    tip: str | None = None
    chosen_for = ""  # the question whose chosen answer is the tip
    for item in mappings(topic.get("messages")):
        id = string(item.get("id"))
        if item.get("type") == "clear":
            nodes.append(ForeignNode(id or f"cleared/{len(nodes)}", tip, context_break()))
            tip, chosen_for = nodes[-1].id, ""
            continue
        asked = string(item.get("askId"))
        answers = item.get("role") == "assistant" and asked in known
        nodes.append(messages.node(item, asked if answers else tip, blocks, files))
        known.add(id)
        if answers and chosen_for == asked and item.get("foldSelected") is not True:
            continue  # a sibling of the chosen one
        tip, chosen_for = id, asked if answers else ""
    return nodes, tip


FORMAT = FileFormat(claims, read, whole=True)
