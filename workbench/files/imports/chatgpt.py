"""ChatGPT: the ZIP of “Export data” (one ``conversations.json``, or many JSON files since August 2026), or one
of its JSON files. Pictures are found in the ZIP by the ids in their names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import PurePosixPath

from workbench.core.json_types import Json

from . import chatgpt_messages as messages
from .fields import Fields, items, mapping, model_name, seconds, string, unread
from .format_sniffer import SourceHead
from .import_context import ImportContext
from .json_text import JsonText
from .sources import Source
from .values import ForeignChat, ForeignNode

_KNOWN = ("title", "create_time", "update_time", "conversation_id", "id", "current_node", "default_model_slug",
          "is_archived", "is_starred", "mapping", "moderation_results")


def claims(head: SourceHead) -> bool:
    if head.has_member("conversations.json") and head.has_member("projects.json"):
        return False
    many = len(head.members) > 1 and head.has_member("chat.html")
    return head.any_has("mapping") or (many and head.kind in ("array", "object") and not head.any_has("chat_messages"))


def read(source: Source, context: ImportContext) -> Iterator[ForeignChat]:
    files = messages.Files(source, context)
    for member in source.members:
        if not member.endswith(".json") and len(source.members) > 1:
            continue
        with source.open(member) as stream:
            text = JsonText(stream, f"{PurePosixPath(member).name} in {source.name}")
            many = text.peek() == "["
            for item in text.items() if many else (text.value(),):
                data = mapping(item)
                if isinstance(data.get("mapping"), dict):
                    yield _chat(data, files, context)
                elif "conversation" in PurePosixPath(member).name and many:
                    context.skip("An entry without messages was not imported.")


def _chat(data: Fields, files: messages.Files, context: ImportContext) -> ForeignChat:
    model = model_name("openai", data.get("default_model_slug") or data.get("model_slug") or data.get("model"))
    walk = _Walk(mapping(data["mapping"]), files, model, context)
    nodes = walk.nodes()
    extra = unread(data, *_KNOWN)
    if walk.hidden:
        extra["hidden_messages"] = walk.hidden
    name = string(data.get("conversation_id")) or string(data.get("id"))
    if not name:
        name = hashlib.sha256(json.dumps([data.get("title"), data.get("create_time")]).encode()).hexdigest()[:24]
    return ForeignChat(
        name, nodes, string(data.get("title")), walk.stands_at.get(string(data.get("current_node"))), model,
        archived=data.get("is_archived") is True, pinned=data.get("is_starred") is True,
        created=seconds(data.get("create_time")), updated=seconds(data.get("update_time")), extra=extra,
    )


class _Walk:
    """A walk from the roots down, in the order of ``children``. Messages that are not shown there are skipped: their
    children hang below the nearest shown message, and thoughts go to the answer that follows them."""

    def __init__(self, nodes: Fields, files: messages.Files, model: str, context: ImportContext) -> None:
        self._nodes = {id: node for id, node in nodes.items() if isinstance(node, dict)}
        self._files, self._model, self._context = files, model, context
        self.stands_at: dict[str, str] = {}  # id → the shown message at or above it
        self.hidden: list[Json] = []

    def nodes(self) -> list[ForeignNode]:
        below = self._children()
        found: list[ForeignNode] = []
        seen: set[str] = set()
        # Circles have no root: after the roots, whatever is left is one.
        for start in [*below.get("", ()), *self._nodes]:
            waiting: list[tuple[str, str | None, messages.Before]] = [(start, None, messages.Before())]
            if start in seen:
                continue
            if start not in below.get("", ()):
                self._context.note("Messages that were below themselves were moved to the beginning of their chat.")
            while waiting:
                id, parent, before = waiting.pop()
                if id in seen:
                    continue
                seen.add(id)
                kept, after = self._node(id, parent, before)
                if kept is not None:
                    found.append(kept)
                    parent = id
                if parent is not None:
                    self.stands_at[id] = parent
                waiting += [(child, parent, after) for child in reversed(below.get(id, ()))]
        return found

    def _children(self) -> dict[str, list[str]]:
        """Returns the children by parent, ``""`` for the roots. ``parent`` and ``children`` should agree; either one is
        enough."""
        parents: dict[str, str] = {}
        for id, node in self._nodes.items():
            for child in items(node.get("children")):
                if isinstance(child, str) and child in self._nodes and child != id:
                    parents.setdefault(child, id)
        for id, node in self._nodes.items():
            parent = string(node.get("parent"))
            if parent in self._nodes:
                parents[id] = parent
        below: dict[str, list[str]] = {}
        for id, node in self._nodes.items():
            ordered = dict.fromkeys(child for child in items(node.get("children"))
                                    if isinstance(child, str) and parents.get(child) == id)
            below[id] = list(ordered)
        for id in self._nodes:
            parent = parents.get(id, "")
            if id not in below.setdefault(parent, []):
                below[parent].append(id)
        return below

    def _node(
        self, id: str, parent: str | None, before: messages.Before
    ) -> tuple[ForeignNode | None, messages.Before]:
        data = mapping(self._nodes[id].get("message"))
        if not data:
            return None, before
        read = messages.read(data, before, self._model, self._files, self._context)
        if isinstance(read, messages.Before):
            return None, read
        if read.hidden:
            self.hidden.append(read.message.to_json())
            return None, before
        node = ForeignNode(id, parent, read.message, seconds(data.get("create_time")), read.status)
        return node, messages.Before(call=id if read.calls else "")
