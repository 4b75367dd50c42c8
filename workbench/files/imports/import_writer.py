"""The import writer: writes foreign chats into the store, recognises what an earlier import brought, and overwrites
nothing."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar

from workbench.core.chat.chats import Chat, Folder
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Image
from workbench.core.chat.titles import title_from
from workbench.core.errors import BadInput
from workbench.core.ids import id_within, new_id
from workbench.core.json_types import Json
from workbench.core.ports.bulk_store import Transaction
from workbench.core.ports.store import Store
from workbench.core.text.formatting import counted

from .file_tally import FileTally
from .import_context import ImportContext
from .tidy import pictures_told_apart, thoughts_told_apart, tidied
from .tree_repair import newest_tip, repaired, says_something, without_silent
from .values import ForeignChat, ForeignNode

T = TypeVar("T")
RunOnLoop = Callable[[Coroutine[Any, Any, T]], T]
"""Runs a coroutine of the store on the event loop and waits for it in this thread."""

_OWN_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_FROM_ELSEWHERE = "from another computer"
_KEY = 8  # bytes of a digest that tell messages of one chat apart


class ImportWriter:
    """Writes chats one by one; in a dry run it only counts them. For one worker thread.

    A message's id follows from its chat, its own foreign id and its content. So a second import recognises the same
    messages, a message that was changed meanwhile becomes a sibling of the old one, and no foreign file can name a
    message that is here.
    """

    def __init__(
        self, store: Store, bulk: Transaction, on_loop: RunOnLoop[Any], context: ImportContext, *, dry: bool
    ) -> None:
        self._store, self._bulk, self._on_loop, self._context, self._dry = store, bulk, on_loop, context, dry
        self._folders = {path: folder.id for path, folder in _paths(on_loop(store.folders())).items()}
        self._new_folders: list[Folder] = []
        self._met: dict[str, tuple[str, bytes]] = {}  # source → chat id and the keys of its messages
        self._whole: dict[str, str] = {}  # all that a chat without an id says → its source
        self._file = FileTally("", "")
        self.chats = self.updated = self.unchanged = self.messages = self.branches = self.images = 0

    def begin(self, format: str, name: str) -> None:
        """Begins a file of a format, whose messages are counted until ``end``."""
        self._file = FileTally(format, name)

    def end(self) -> None:
        """Ends a file. Raises ``BadInput`` when most of its messages held nothing."""
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
        silent = 0 if chat.native else sum(not says_something(node) for node in nodes)
        self._file.add(len(nodes), silent)
        if not chat.native and silent == len(nodes):
            self._context.skip("A chat in which nothing was said was not imported." if nodes
                               else "A chat without messages was not imported.")
            return
        if silent:
            nodes, tip = without_silent(nodes, chat.tip)
            chat = dataclasses.replace(chat, tip=tip)
        chat, nodes = tidied(chat, nodes, self._context)
        if chat.merged and self._bulk.in_trash(chat.id):
            self._context.skip("A chat that is in the trash here was left there.")
            return
        source, chat_id, known = self._identity(app, chat, nodes)
        if chat.merged and known:
            nodes = self._beside_changed(nodes, chat_id)
        ids = {node.id: _own_id(chat, node, source) for node in nodes}
        here_already, count = self._keys_here(source, chat_id) if known else (frozenset(), 0)
        fresh = [node for node in nodes
                 if here_already.isdisjoint((_key(ids[node.id]), _key(id_within(chat_id, ids[node.id]))))]
        keys = b"".join(_key(ids[node.id]) for node in fresh)
        self._met[source] = chat_id, self._met.get(source, ("", b""))[1] + keys
        if known and not fresh:
            self.unchanged += 1
            return
        chat = dataclasses.replace(chat, params=self._context.params(chat.params))
        self.updated += known
        self.chats += not known
        if not chat.native:
            fresh = [dataclasses.replace(node, message=pictures_told_apart(
                thoughts_told_apart(node.message), self._context)) for node in fresh]
        self._count(nodes, fresh)
        if not self._dry:
            self._write_chat(chat, chat_id, source, nodes, fresh, ids, count)

    def counts(self) -> Counter[str]:
        """Returns the counts so far, by the names of an ``ImportReport``."""
        return Counter(chats=self.chats, updated=self.updated, unchanged=self.unchanged, messages=self.messages,
                       branches=self.branches, images=self.images, skipped=self._context.skipped)

    def finish(self) -> None:
        """Writes the folders, last, so that a broken import leaves none."""
        if not self._dry:
            for folder in self._new_folders:
                self._bulk.put_folder(folder)

    def _identity(self, app: str, chat: ForeignChat, nodes: Sequence[ForeignNode]) -> tuple[str, str, bool]:
        """Returns the source id of this chat, its id here, and whether it is here already."""
        if chat.document:
            return self._identity_by_content(app, chat, nodes)
        source = chat.extra.get("source") if chat.native else None
        if not isinstance(source, str):
            source = f"{app}:{chat.id}"
        if source in self._met:
            return source, self._met[source][0], True
        found = self._bulk.known(source)
        if found is not None:
            return source, found, True
        if not chat.native or not _OWN_ID.fullmatch(chat.id):
            return source, new_id(), False
        here = self._chat(chat.id)
        if here is None:
            return source, chat.id, False
        if here.created == chat.created:
            return source, chat.id, True
        return self._identity(app, _renamed(chat), nodes)

    def _identity_by_content(
        self, app: str, chat: ForeignChat, nodes: Sequence[ForeignNode]
    ) -> tuple[str, str, bool]:
        """Returns the same for a chat without an id. It is known by all that it says; in a file of the same name also
        by its first two messages, when one of the two goes on where the other ends, or when more than half of the
        shorter one is in both (a message in the middle was edited)."""
        said = [_content(node.message) for node in nodes]
        first, begins = (f"{app}:{_digest([chat.id, chat.system, *said[:count]])}:" for count in (1, 2))
        whole, document = f"{begins}{_digest(said)}:", _digest(chat.document)[:8]
        if whole in self._whole:
            return self._whole[whole], self._met[self._whole[whole]][0], True
        here = [*self._bulk.known_beginning(whole)] or [
            (known, chat_id) for beginning in (begins, f"{first}{_digest(said[:1])}:")
            for known, chat_id in self._bulk.known_beginning(beginning) if known.endswith(":" + document)
            and known not in self._met and self._goes_on(chat, nodes, known, chat_id)]
        source, chat_id = here[0] if here else (whole + document, new_id())
        self._whole[whole] = source
        return source, chat_id, bool(here)

    def _goes_on(self, chat: ForeignChat, nodes: Sequence[ForeignNode], source: str, chat_id: str) -> bool:
        keys, _ = self._keys_here(source, chat_id)
        common = sum(_key(_own_id(chat, node, source)) in keys for node in nodes)
        return common * 2 > min(len(keys), len(nodes))

    def _chat(self, chat_id: str) -> Chat | None:
        try:
            chat: Chat = self._on_loop(self._store.chat(chat_id))
        except BadInput:
            return None
        return chat

    def _keys_here(self, source: str, chat_id: str) -> tuple[frozenset[bytes], int]:
        """Returns the keys of the messages that the chat has, and how many it has in the store."""
        ids = self._bulk.message_ids(chat_id)
        met = self._met.get(source, ("", b""))[1]
        keys = {met[at:at + _KEY] for at in range(0, len(met), _KEY)} | {_key(id) for id in ids}
        return frozenset(keys), len(ids)

    def _beside_changed(self, nodes: Sequence[ForeignNode], chat_id: str) -> Sequence[ForeignNode]:
        """Returns the nodes, with those that say something else here under ids of their own. One that goes on here
        where it ends there is the same."""
        ids = set(self._bulk.message_ids(chat_id))
        here = {node.id: node.message for node in self._on_loop(self._store.nodes(
            [node.id for node in nodes if node.id in ids]))}
        return [dataclasses.replace(node, id=_digest([node.id, _content(node.message)]), label=_FROM_ELSEWHERE)
                if node.id in here and _differs(node.message, here[node.id]) else node for node in nodes] + [
            node for node in nodes if node.id in here and _differs(node.message, here[node.id])]

    def _count(self, nodes: Sequence[ForeignNode], fresh: Sequence[ForeignNode]) -> None:
        parents = {node.parent for node in nodes}
        self.messages += len(fresh)
        self.branches += sum(node.id not in parents for node in fresh)
        self.images += sum(isinstance(part, Image) and part.blob is not None
                           for node in fresh for part in node.message.parts)

    def _write_chat(
        self, chat: ForeignChat, chat_id: str, source: str, nodes: Sequence[ForeignNode],
        fresh: Sequence[ForeignNode], ids: dict[str, str], count: int,
    ) -> None:
        self._bulk.put_chat(self._own_chat(chat, chat_id, source, nodes, ids))
        begun = chat.created or chat.updated
        places = {node.id: place for place, node in enumerate(nodes)}
        for node in fresh:
            place = places[node.id]
            self._bulk.put_node(MessageNode(
                ids[node.id], chat_id, ids[node.parent] if node.parent is not None else None, node.message,
                node.status, node.created or begun, count + place if node.position is None else node.position,
                node.label, node.origin, node.record,
            ))

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


def _renamed(chat: ForeignChat) -> ForeignChat:
    """Returns a chat that by chance or by intent has the id of another one here, under another id."""
    extra = {name: value for name, value in chat.extra.items() if name != "source"}
    return dataclasses.replace(chat, id=f"{chat.id}@{chat.created}", extra=extra)


def _own_id(chat: ForeignChat, node: ForeignNode, source: str) -> str:
    if chat.native and not source.endswith(_renamed(chat).id) and _OWN_ID.fullmatch(node.id):
        return node.id
    content: Json = [source, node.id, *([] if chat.native else [_content(node.message)])]
    return _digest(content)


def _digest(value: Json) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:24]


def _content(message: Message) -> Json:
    data = message.to_json()
    return [data["role"], data["parts"]]


def _differs(there: Message, here: Message) -> bool:
    return _content(there) != _content(here) and not (there.text and here.text.startswith(there.text))


def _key(id: str) -> bytes:
    return hashlib.blake2b(id.encode(), digest_size=_KEY).digest()


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
