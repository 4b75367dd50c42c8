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
from .json_text import JsonText
from .sources import Source
from .spool import Spool, objects
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
    member = member or source.members[0]
    with Spool() as spool, source.open(member) as stream:
        backup = _Backup(spool, context)
        backup.take(JsonText(stream, source.name))
        files = messages.Files(source, backup.files, context)
        for topic in spool.of(("topic",)):
            yield _chat(topic, backup.about.get(string(topic.get("id")), {}), backup.block, files)


class _Backup:
    """One backup: its topics and blocks lie in the spool."""

    def __init__(self, spool: Spool, context: ImportContext) -> None:
        self._spool, self._context = spool, context
        self.about: dict[str, Fields] = {}
        self.files: dict[str, Fields] = {}

    def take(self, text: JsonText) -> None:
        for name in text.fields():
            if name == "localStorage":
                self.about = _topics(mapping(text.value()), self._context)
            elif name == "indexedDB" and text.peek() == "{":
                for table in text.fields():
                    self._take_table(table, text)
            else:
                text.skip()

    def _take_table(self, table: str, text: JsonText) -> None:
        if table in ("topics", "message_blocks", "files") and text.peek() == "[":
            for item in objects(text):
                if table == "topics":
                    self._spool.put(("topic",), item)
                elif table == "message_blocks":
                    self._spool.put(("block", string(item.get("id"))), item)
                else:
                    self.files[string(item.get("id"))] = item
        else:
            text.skip()

    def block(self, id: str) -> Fields:
        """Returns the block of an id, an empty one when there is none."""
        return self._spool.last(("block", id))


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


def _chat(topic: Fields, about: Fields, blocks: messages.Blocks, files: messages.Files) -> ForeignChat:
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


def _nodes(topic: Fields, blocks: messages.Blocks, files: messages.Files) -> tuple[list[ForeignNode], str | None]:
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
