"""The import writer: writes foreign chats into the store, recognises what an earlier import brought, and overwrites
nothing."""

from __future__ import annotations

import dataclasses
import time
from collections import Counter
from collections.abc import Callable, Container, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from workbench.core.chat.chats import Chat, Folder
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Image
from workbench.core.chat.titles import title_from
from workbench.core.errors import BadInput
from workbench.core.ids import id_within, new_id
from workbench.core.ports.bulk_store import Transaction
from workbench.core.ports.store import Store
from workbench.core.text.formatting import counted

from .edits import placed
from .file_tally import FileTally
from .identity import Identities, Identity
from .import_context import ImportContext
from .message_ids import content_of, digest, goes_on, key_of, node_id
from .tidy import pictures_told_apart, thoughts_told_apart, tidied
from .tree_repair import newest_tip, repaired, says_something, without
from .values import ForeignChat, ForeignNode

T = TypeVar("T")
RunOnLoop = Callable[[Coroutine[Any, Any, T]], T]
"""Runs a coroutine of the store on the event loop and waits for it in this thread."""

_FROM_ELSEWHERE = "from another computer"
_MOST_WAITING = 1000
"""Chats of a file that are kept until its end, because what they are depends on the others."""


class ImportWriter:
    """Writes chats one by one; in a dry run it only counts them. For one worker thread."""

    def __init__(
        self, store: Store, bulk: Transaction, on_loop: RunOnLoop[Any], context: ImportContext, *, dry: bool
    ) -> None:
        self._store, self._bulk, self._on_loop, self._context, self._dry = store, bulk, on_loop, context, dry
        self._folders = {path: folder.id for path, folder in _paths(on_loop(store.folders())).items()}
        self._new_folders: list[Folder] = []
        self._identities = Identities(store, bulk, on_loop)
        self._waiting: list[tuple[str, ForeignChat, Sequence[ForeignNode]]] = []
        self._file = FileTally("", "")
        self.chats = self.updated = self.unchanged = self.messages = self.branches = self.images = 0

    def begin(self, format: str, path: Path) -> None:
        """Begins a file of a format, whose messages are counted until ``end``."""
        self._file = FileTally(format, path.name)
        self._identities.begin(path)

    def end(self) -> None:
        """Ends a file. Raises ``BadInput`` when most of its messages held nothing."""
        self._take_waiting()
        self._file.check()
        if self._file.empty:
            self._context.note(counted(self._file.empty, "One empty message was left out.",
                                       "{n} empty messages were left out."))
        if left_out := self._context.secrets.left_out:
            self._context.secrets.left_out = 0
            self._context.note(counted(left_out, "One field that may hold a key or personal data was left out.",
                                       "{n} fields that may hold keys or personal data were left out."))

    def write(self, app: str, chat: ForeignChat) -> None:
        """Writes a chat. Raises ``BadInput`` when most of the messages so far held nothing."""
        nodes: Sequence[ForeignNode] = repaired(chat.nodes, self._context.note)
        silent = frozenset(() if chat.native else (node.id for node in nodes if not says_something(node)))
        self._file.add(len(nodes), len(silent))
        if not chat.native and len(silent) == len(nodes):
            self._context.skip("A chat in which nothing was said was not imported." if nodes
                               else "A chat without messages was not imported.")
            return
        if silent:
            nodes, tip = without(nodes, silent, chat.tip)
            chat = dataclasses.replace(chat, tip=tip)
        chat, nodes = tidied(chat, nodes, self._context)
        if chat.merged and self._bulk.in_trash(chat.id):
            self._context.skip("A chat that is in the trash here was left there.")
            return
        identity = self._identities.of(app, chat, nodes)
        if identity is not None:
            self._take(app, chat, nodes, identity)
            return
        self._waiting.append((app, chat, nodes))
        if len(self._waiting) == _MOST_WAITING:
            self._take_waiting()

    def _take_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for app, chat, nodes in waiting:
            self._take(app, chat, nodes, self._identities.at_the_end(app, chat, nodes))

    def _take(self, app: str, chat: ForeignChat, nodes: Sequence[ForeignNode], identity: Identity) -> None:
        if chat.merged and identity.known:
            nodes = self._beside_changed(nodes, identity.chat_id)
        ids = {node.id: node_id(chat, node, f"{app}:" if chat.loose else identity.source) for node in nodes}
        if chat.loose:
            nodes, tip = without(nodes, self._identities.elsewhere(identity, ids), chat.tip)
            chat = dataclasses.replace(chat, tip=tip)
        here, count = self._identities.keys_here(identity) if identity.known else (frozenset(), 0)

        def is_here(id: str) -> bool:
            return not here.isdisjoint((key_of(id), key_of(id_within(identity.chat_id, id))))

        old_ids = ids
        if here and not chat.native and not chat.loose:
            ids = placed(nodes, ids, is_here, lambda: self._parents(identity.chat_id, old_ids.values()))
        fresh = [node for node in nodes if not is_here(ids[node.id])]
        self._identities.meet(identity, (ids[node.id] for node in fresh), loose=chat.loose)
        if identity.known and not fresh:
            self.unchanged += 1
            return
        chat = dataclasses.replace(chat, params=self._context.params(chat.params))
        self.updated += identity.known
        self.chats += not identity.known
        if not chat.native:
            fresh = [dataclasses.replace(node, message=pictures_told_apart(
                thoughts_told_apart(node.message), self._context)) for node in fresh]
        self._count(nodes, fresh)
        if not self._dry:
            moved = frozenset(old_ids[node.id] for node in fresh if ids[node.id] != old_ids[node.id])
            self._write_chat(chat, identity, nodes, fresh, ids, count, moved)
    def counts(self) -> Counter[str]:
        """Returns the counts so far, by the names of an ``ImportReport``."""
        return Counter(chats=self.chats, updated=self.updated, unchanged=self.unchanged, messages=self.messages,
                       branches=self.branches, images=self.images, skipped=self._context.skipped)

    def finish(self) -> None:
        """Writes the folders, last, so that a broken import leaves none."""
        if not self._dry:
            for folder in self._new_folders:
                self._bulk.put_folder(folder)

    def _beside_changed(self, nodes: Sequence[ForeignNode], chat_id: str) -> Sequence[ForeignNode]:
        """Returns the nodes, with those that say something else here under ids of their own. One that goes on here
        where it ends there is the same."""
        ids = set(self._bulk.message_ids(chat_id))
        here = {node.id: node.message for node in self._on_loop(self._store.nodes(
            [node.id for node in nodes if node.id in ids]))}
        return [dataclasses.replace(node, id=digest([node.id, content_of(node.message)]), label=_FROM_ELSEWHERE)
                if node.id in here and _differs(node.message, here[node.id]) else node for node in nodes] + [
            node for node in nodes if node.id in here and _differs(node.message, here[node.id])]

    def _count(self, nodes: Sequence[ForeignNode], fresh: Sequence[ForeignNode]) -> None:
        parents = {node.parent for node in nodes}
        self.messages += len(fresh)
        self.branches += sum(node.id not in parents for node in fresh)
        self.images += sum(isinstance(part, Image) and part.blob is not None
                           for node in fresh for part in node.message.parts)

    def _write_chat(
        self, chat: ForeignChat, identity: Identity, nodes: Sequence[ForeignNode],
        fresh: Sequence[ForeignNode], ids: dict[str, str], count: int, moved: Container[str],
    ) -> None:
        """Writes a chat with its fresh messages. ``moved`` are those here that come once more, below an edit."""
        chat_id = identity.chat_id
        own = self._own_chat(chat, chat_id, identity.source, nodes, ids)
        self._bulk.put_chat(own)
        if identity.known and (tip := self._other_tip(own, fresh, ids, moved)) is not None:
            self._bulk.move_tip(chat_id, *tip)
        begun = chat.created or chat.updated
        places = {node.id: place for place, node in enumerate(nodes)}
        for node in fresh:
            place = places[node.id]
            self._bulk.put_node(MessageNode(
                ids[node.id], chat_id, ids[node.parent] if node.parent is not None else None, node.message,
                node.status, node.created or begun, count + place if node.position is None else node.position,
                node.label, node.origin, node.record,
            ))

    def _parents(self, chat_id: str, ids: Iterable[str]) -> dict[str, str | None]:
        """Returns the parent of each message of a chat; ``ids`` are those that an import may have had to replace."""
        given = {id_within(chat_id, id): id for id in ids}
        return {given.get(each.id, each.id): given.get(each.parent_id or "", each.parent_id)
                for each in self._on_loop(self._store.tree(chat_id))}

    def _other_tip(
        self, chat: Chat, fresh: Sequence[ForeignNode], ids: dict[str, str], moved: Container[str]
    ) -> tuple[str, str] | None:
        """Returns the end of the shown line and the end that it should have, when that end comes once more below an
        edit, or a fresh message beside it goes on where it was cut off."""
        try:
            tip = self._on_loop(self._store.chat(chat.id)).tip
        except BadInput:
            return None
        if tip in moved and chat.tip is not None:
            return tip, chat.tip
        ends: Sequence[MessageNode] = self._on_loop(self._store.nodes([tip])) if tip is not None else []
        for node in fresh if ends else ():
            above = ids[node.parent] if node.parent is not None else None
            if above == ends[0].parent_id and goes_on(node.message, ends[0].message):
                line = newest_tip([dataclasses.replace(one, parent=None) if one is node else one
                                   for one in _below(node, fresh)])
                return (ends[0].id, ids[line]) if line is not None else None
        return None

    def _own_chat(
        self, chat: ForeignChat, chat_id: str, source: str, nodes: Sequence[ForeignNode], ids: dict[str, str]
    ) -> Chat:
        tip = chat.tip if chat.tip in ids else newest_tip(nodes)
        times = [node.created for node in nodes if node.created]
        created = chat.created or min(times, default=0.0) or chat.updated or time.time()
        if chat.native:
            extra = dict(chat.extra)
            if chat.id != chat_id:
                extra["source"] = source
        else:
            extra = {"source": source, **({"imported": dict(chat.extra)} if chat.extra else {})}
        return Chat(
            chat_id, chat.title if chat.native else chat.title.strip() or _title(nodes),
            chat.model if chat.native else chat.model or _last_model(nodes), chat.system, dict(chat.params),
            ids[tip] if tip is not None else None, chat.draft, self._folder(chat.folder), chat.tags, chat.pinned,
            chat.archived, created, chat.updated or max(times, default=created), extra,
        )

    def _folder(self, path: tuple[str, ...]) -> str | None:
        parent: str | None = None
        for depth in range(1, len(path) + 1):
            names = path[:depth]
            if names not in self._folders:
                self._folders[names] = new_id()
                self._new_folders.append(Folder(self._folders[names], names[-1], parent, len(self._folders)))
            parent = self._folders[names]
        return parent


def _differs(there: Message, here: Message) -> bool:
    return content_of(there) != content_of(here) and not goes_on(here, there)


def _below(top: ForeignNode, nodes: Sequence[ForeignNode]) -> list[ForeignNode]:
    """Returns a message and those below it, of nodes with parents before children."""
    found = {top.id: top}
    for node in nodes:
        if node.parent in found:
            found[node.id] = node
    return list(found.values())


def _title(nodes: Iterable[ForeignNode]) -> str:
    return next((title for node in nodes if node.message.role == "user" and (title := title_from(node.message.text))),
                "Imported chat")


def _last_model(nodes: Sequence[ForeignNode]) -> str:
    return next((node.message.model for node in reversed(nodes) if node.message.model), "")


def _paths(folders: Sequence[Folder]) -> dict[tuple[str, ...], Folder]:
    by_id = {folder.id: folder for folder in folders}
    found: dict[tuple[str, ...], Folder] = {}
    for folder in folders:
        names, above = [folder.name], folder.parent_id
        while above in by_id and len(names) < 50:
            names.append(by_id[above].name)
            above = by_id[above].parent_id
        found.setdefault(tuple(reversed(names)), folder)
    return found
