"""Identity of chats: which chat here a chat of a file is, if an earlier import brought it.

Two different chats never become one, and one chat never comes twice. What says which chat it is:

- **An id that no two programs give**, such as a UUID: nothing else is looked at.
- **Any other id** (``1``, ``identity_0``): files use it for different chats, so the two must share a message too.
- **Messages with ids of their own, in no chat** (``loose``, as Google exports them): the chat that has one of them. How
  they are put together into chats changes with what the export has left out.
- **Nothing of that kind**: what is said, and the file second. In the order of their strength:

  1. All that is said is the same, in whatever file.
  2. A file of the same name has a chat with the same beginning, and all of one is in the other: it has grown.
  3. The same file, written again, has a chat whose last message was cut off, or of which more than half is in both:
     it was edited. A file of the same name elsewhere may be the answer of another model to the same question.

  A chat here is at most one chat of a file. So what the file has as it was is taken first. The others are looked for at
  the end of the file, each at the chat that has most in common with it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.core.chat.messages import Message
from workbench.core.errors import BadInput
from workbench.core.ids import id_within, new_id
from workbench.core.ports.bulk_store import Transaction
from workbench.core.ports.store import Store

from .message_ids import KEY, OWN_ID, content_of, digest, key_of, node_id, renamed
from .tidy import thoughts_told_apart
from .values import ForeignChat, ForeignNode

_CERTAIN = re.compile(r"[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|^[0-9a-f]{24,}$|^\d{13,}$",
                      re.IGNORECASE)
"""UUIDs, ids of MongoDB and digests, and times in milliseconds."""
_COPY = re.compile(r"( ?\(\d+\)| - copy.*| copy( \d+)?)$", re.IGNORECASE)
_FEW = 200
_Said = tuple[str, str]
"""The role and the text of a message."""


@dataclass(frozen=True, slots=True)
class Identity:
    """``source`` is what later imports call the chat, ``chat_id`` its id here. ``known``: it is here already."""

    source: str
    chat_id: str
    known: bool


class Identities:
    """Finds the chats of one import among those that are here, and among those that it met before."""

    def __init__(
        self, store: Store, bulk: Transaction, on_loop: Callable[[Coroutine[Any, Any, Any]], Any]
    ) -> None:  # Any: what the coroutine returns
        self._store, self._bulk, self._on_loop = store, bulk, on_loop
        self._path = Path()
        self._met: dict[str, tuple[str, bytes]] = {}  # source → chat id and the keys of its messages
        self._whole: dict[str, str] = {}  # all that a chat without an id says → its source
        self._loose: dict[bytes, Identity] = {}  # key of a message with an id of its own → its chat
        self._said: dict[str, Sequence[_Said]] = {}  # chat id → what an import brought of it
        self._of_file: dict[str, list[tuple[str, str]]] = {}  # place → the chats that came of this file

    def begin(self, path: Path) -> None:
        """Begins a file, which chats without an id are in."""
        self._path = path
        self._said.clear()
        self._of_file.clear()

    def of(self, app: str, chat: ForeignChat, nodes: Sequence[ForeignNode]) -> Identity | None:
        """Returns which chat it is; None while that depends on what else is in the file, see ``at_the_end``."""
        if chat.native:
            return self._of_native(app, chat, nodes)
        if chat.loose:
            return self._of_loose(app, chat, nodes)
        if not chat.document:
            return self._of_id(f"{app}:{chat.id}", chat, nodes)
        anchor = _Anchor(app, chat, nodes, self._path)
        found = self._same_words(anchor)
        return found or (None if self._may_have_changed(anchor) else self._new(anchor))

    def at_the_end(self, app: str, chat: ForeignChat, nodes: Sequence[ForeignNode]) -> Identity:
        """Returns which chat it is, once all others of the file have been met that are here as they are."""
        anchor = _Anchor(app, chat, nodes, self._path)
        return self._same_words(anchor) or self._changed(anchor, nodes) or self._new(anchor)

    def meet(self, identity: Identity, ids: Iterable[str], *, loose: bool = False) -> None:
        """Remembers the messages that this import brings to a chat."""
        keys = [key_of(id) for id in ids]
        self._met[identity.source] = (
            identity.chat_id, self._met.get(identity.source, ("", b""))[1] + b"".join(keys))
        if loose:
            self._loose.update(dict.fromkeys(keys, Identity(identity.source, identity.chat_id, True)))

    def keys_here(self, identity: Identity) -> tuple[frozenset[bytes], int]:
        """Returns the keys of the messages that the chat has, and how many it has in the store."""
        ids = self._bulk.message_ids(identity.chat_id)
        met = self._met.get(identity.source, ("", b""))[1]
        return frozenset({met[at:at + KEY] for at in range(0, len(met), KEY)} | {key_of(id) for id in ids}), len(ids)

    def elsewhere(self, identity: Identity, ids: dict[str, str]) -> frozenset[str]:
        """Returns which of the loose messages, by their foreign ids, another chat here has."""
        stored = {id for id, source, _ in self._bulk.chats_of(list(ids.values())) if source != identity.source}
        met = {id: self._loose.get(key_of(id), identity).source for id in ids.values()}
        return frozenset(foreign for foreign, id in ids.items() if id in stored or met[id] != identity.source)

    def _of_native(self, app: str, chat: ForeignChat, nodes: Sequence[ForeignNode]) -> Identity:
        source = chat.extra.get("source")
        if not isinstance(source, str):
            source = f"{app}:{chat.id}"
        if (found := self._known(source)) is not None:
            return found
        if not OWN_ID.fullmatch(chat.id):
            return Identity(source, new_id(), False)
        try:
            created: float = self._on_loop(self._store.chat(chat.id)).created
        except BadInput:
            return Identity(source, chat.id, False)
        return Identity(source, chat.id, True) if created == chat.created else self._of_native(
            app, renamed(chat), nodes)

    def _known(self, source: str) -> Identity | None:
        if source in self._met:
            return Identity(source, self._met[source][0], True)
        found = self._bulk.known(source)
        return Identity(source, found, True) if found is not None else None

    def _of_id(self, source: str, chat: ForeignChat, nodes: Sequence[ForeignNode]) -> Identity:
        known = self._known(source)
        if known is None or _CERTAIN.search(chat.id) or self._shares(known, chat, nodes):
            return known or Identity(source, new_id(), False)
        first = content_of(nodes[0].message) if nodes else None
        return self._of_id(f"{source}#{digest(first)[:12]}", chat, nodes) if "#" not in source else (
            self._of_id(f"{source}+", chat, nodes))

    def _shares(self, here: Identity, chat: ForeignChat, nodes: Sequence[ForeignNode]) -> bool:
        keys, _ = self.keys_here(here)
        return not keys or any(
            not keys.isdisjoint((key_of(id), key_of(id_within(here.chat_id, id))))
            for id in (node_id(chat, node, here.source) for node in nodes))

    def _of_loose(self, app: str, chat: ForeignChat, nodes: Sequence[ForeignNode]) -> Identity:
        ids = [node_id(chat, node, f"{app}:") for node in nodes]
        met = next((self._loose[key] for key in map(key_of, ids) if key in self._loose), None)
        if met is not None:
            return met
        stored = {id: Identity(source, chat_id, True) for id, source, chat_id in self._bulk.chats_of(ids)}
        return next((stored[id] for id in ids if id in stored), Identity(f"{app}:{ids[0]}", new_id(), False))

    def _same_words(self, anchor: _Anchor) -> Identity | None:
        if anchor.whole in self._whole:
            source = self._whole[anchor.whole]
            return Identity(source, self._met[source][0], True)
        for source, chat_id in self._bulk.known_beginning(anchor.whole):
            self._whole[anchor.whole] = source
            return Identity(source, chat_id, True)
        return None

    def _new(self, anchor: _Anchor) -> Identity:
        source = anchor.whole + anchor.place
        self._whole[anchor.whole] = source
        return Identity(source, new_id(), False)

    def _may_have_changed(self, anchor: _Anchor) -> bool:
        return bool(self._begun_alike(anchor, anchor.opening) or self._in_this_file(anchor))

    def _begun_alike(self, anchor: _Anchor, beginning: str) -> list[tuple[str, str]]:
        """Returns the chats with the same beginning of a file of this name, which the file has not as they are."""
        return [(source, chat_id) for source, chat_id in self._bulk.known_beginning(beginning)
                if source[-16:-8] == anchor.place[:8] and source not in self._met]

    def _in_this_file(self, anchor: _Anchor) -> list[tuple[str, str]]:
        """Returns the other chats that came of this very file; none of many, which cannot all be compared."""
        if anchor.place not in self._of_file:
            self._of_file[anchor.place] = list(self._bulk.known_ending(f":{anchor.place}"))
        found = [(source, chat_id) for source, chat_id in self._of_file[anchor.place]
                 if source not in self._met and source.startswith(anchor.app_and_id)]
        return found if len(found) <= _FEW else []

    def _changed(self, anchor: _Anchor, nodes: Sequence[ForeignNode]) -> Identity | None:
        said = [_said(node.message) for node in nodes]
        for alike in (partial(self._begun_alike, anchor, anchor.exchange),
                      partial(self._begun_alike, anchor, anchor.opening), partial(self._in_this_file, anchor)):
            found = [(common, source, chat_id) for source, chat_id in alike() if (common := _in_common(
                said, self._brought(chat_id), same_file=source.endswith(anchor.place), has_id=anchor.has_id))]
            if found:
                _, source, chat_id = max(found, key=lambda one: one[0])
                self._whole[anchor.whole] = source
                return Identity(source, chat_id, True)
        return None

    def _brought(self, chat_id: str) -> Sequence[_Said]:
        if chat_id not in self._said:
            nodes = self._on_loop(self._store.nodes(self._bulk.message_ids(chat_id)))
            self._said[chat_id] = [_said(node.message) for node in nodes if node.origin == "import"]
        return self._said[chat_id]


class _Anchor:
    """What a chat without an id is known by, in this order in its source id: program and id, the first message, the
    first two, all, and the file's name and place."""

    def __init__(self, app: str, chat: ForeignChat, nodes: Sequence[ForeignNode], path: Path) -> None:
        said = [content_of(node.message) for node in nodes]
        name = PurePosixPath(chat.document)
        at = path if chat.document == path.name else path / chat.document
        self.has_id = bool(chat.id)
        self.app_and_id = f"{app}:{digest(chat.id)[:8]}:"
        self.opening = f"{self.app_and_id}{digest([chat.system, *said[:1]])[:16]}:"
        self.exchange = f"{self.opening}{digest(said[:2])[:16]}:"
        self.whole = f"{self.exchange}{digest([chat.system, *said])}:"
        self.place = digest(_COPY.sub("", name.stem) + name.suffix)[:8] + digest(str(at.absolute()))[:8]


def _said(message: Message) -> _Said:
    plain = thoughts_told_apart(message)
    return plain.role, plain.text or digest(content_of(plain))


def _in_common(said: Sequence[_Said], here: Sequence[_Said], *, same_file: bool, has_id: bool) -> int:
    """Returns how many messages two chats share if they are the same chat, 0 if they are not."""
    new, old = Counter(said), Counter(here)
    common, fewer = (new & old).total(), min(len(said), len(here))
    if common == fewer:
        return common
    cut_off = all(any(_goes_on(message, earlier) for message in new - old) for earlier in old - new)
    if cut_off and (same_file or has_id):
        return common + 1
    return common if same_file and common * 2 > fewer else 0


def _goes_on(message: _Said, cut_off: _Said) -> bool:
    return message[0] == cut_off[0] and message[1].startswith(cut_off[1])
