"""ChatGPT: the ZIP of “Export data” (one ``conversations.json``, or many JSON files since August 2026), or one
of its JSON files. Pictures are found in the ZIP by the ids in their names."""

from __future__ import annotations

import hashlib
import json

from workbench.core.json_types import Json

from . import chatgpt_messages as messages
from .chatgpt_files import Files
from .entries import Entry
from .fields import Fields, items, mapping, mappings, model_name, seconds, string, unread
from .formats import EntryFormat
from .import_context import ImportContext
from .values import ForeignChat, ForeignNode

_KNOWN = ("title", "create_time", "update_time", "conversation_id", "id", "current_node", "default_model_slug",
          "is_archived", "is_starred", "pinned_time", "mapping", "linear_conversation", "messages",
          "moderation_results", "safe_urls", "blocked_urls")


def fits(data: Fields) -> bool:
    nodes = _mapping(data)
    said = [mapping(mapping(node).get("message")) for node in nodes.values()]
    return any("role" in mapping(message.get("author")) and "content" in message for message in said) or (
        bool(nodes) and "current_node" in data and not any(said))


def _mapping(data: Fields) -> Fields:
    """Returns the nodes by their ids; those of a shared page are a list."""
    outer = mapping(data.get("raw_provider_payload")) or data
    if isinstance(outer.get("mapping"), dict):
        return mapping(outer["mapping"])
    if "linear_conversation" in outer:
        listed = list(mappings(outer["linear_conversation"]))
        return {string(node.get("id")) or f"{place}": {
            "parent": string(listed[place - 1].get("id")) or f"{place - 1}" if place else None, **node}
            for place, node in enumerate(listed)}
    if "shared_conversation_id" in outer:
        return {string(item.get("node_id")): {**item, "message": {
            "author": {"role": item.get("role")}, "content": {"content_type": "text", "parts": [item.get("text")]}}}
            for item in mappings(outer.get("messages"))}
    return {}


def chat(entry: Entry, context: ImportContext) -> ForeignChat:
    nodes_by_id = _mapping(entry.data)
    data = mapping(entry.data.get("raw_provider_payload")) or entry.data
    files = context.once((entry.source.path, "chatgpt files"), lambda: Files(entry.source, context))
    model = model_name("openai", data.get("default_model_slug") or data.get("model_slug") or data.get("model"))
    walk = _Walk(nodes_by_id, files, model, context)
    nodes = walk.nodes()
    extra = unread(data, *_KNOWN)
    if walk.hidden:
        extra["hidden_messages"] = walk.hidden
    name = string(data.get("conversation_id")) or string(data.get("id"))
    if not name:
        name = hashlib.sha256(json.dumps([data.get("title"), data.get("create_time")]).encode()).hexdigest()[:24]
    return ForeignChat(
        name, nodes, string(data.get("title")), walk.stands_at.get(string(data.get("current_node"))), model,
        archived=data.get("is_archived") is True, pinned=data.get("is_starred") is True or bool(
            data.get("pinned_time")),
        created=seconds(data.get("create_time")), updated=seconds(data.get("update_time")), extra=extra,
    )


FORMAT = EntryFormat(fits, chat, ("conversations",))


class _Walk:
    """A walk from the roots down, in the order of ``children``. Messages that are not shown there are skipped: their
    children hang below the nearest shown message, and thoughts go to the answer that follows them."""

    def __init__(self, nodes: Fields, files: Files, model: str, context: ImportContext) -> None:
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
        """Returns the children by parent, ``""`` for the roots."""
        parents = self._parents()
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

    def _parents(self) -> dict[str, str]:
        """Returns the parent of each node. ``children``, ``parent`` and ``parent_id`` should agree, and are trusted in
        this order; below a parent that is in the file no more a message follows the last one before it."""
        parents: dict[str, str] = {}
        for id, node in self._nodes.items():
            for child in items(node.get("children")):
                if isinstance(child, str) and child in self._nodes and child != id:
                    parents.setdefault(child, id)
        for id, node in self._nodes.items():
            parent = string(node.get("parent"))
            if parent in self._nodes:
                parents.setdefault(id, parent)
        for id, node in self._nodes.items():
            if id in parents or not mapping(node.get("message")):
                continue
            named = string(mapping(mapping(node["message"]).get("metadata")).get("parent_id"))
            if named not in self._nodes:
                named = self._last_before(id) if string(node.get("parent")) or named else ""
            if named and named != id:
                self._context.note("A message whose parent was missing was put where its time or its data say.")
                parents[id] = named
            elif string(node.get("parent")):
                self._context.note("A message whose parent was missing is at the beginning of its chat.")
        return parents

    def _last_before(self, id: str) -> str:
        """Returns the node of the last message before that of ``id``, ``""`` without one."""
        moment = self._created(id)
        earlier = [(created, other) for other in self._nodes if 0 < (created := self._created(other)) < moment]
        return max(earlier)[1] if earlier else ""

    def _created(self, id: str) -> float:
        return seconds(mapping(self._nodes[id].get("message")).get("create_time"))

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
