"""Chat documents: a whole chat out of the store, as every export format writes it."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Failure, Part, Reasoning, Role, blobs_named_in, blobs_of
from workbench.core.errors import BadInput, StoreError
from workbench.core.ports.exports import ExportOptions
from workbench.core.ports.store import Store
from workbench.core.reply.records import RequestRecord

log = logging.getLogger(__name__)
_DAMAGE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, StoreError)
"""Raised when what is stored of a message is not what was written: JSON that is none, or of another shape."""

PAGE = 200
"""So many messages are fetched at once: enough to be quick, few enough not to hold up other work."""


@dataclass(frozen=True)
class ChatDocument:
    """``nodes`` in order: the active branch from its root, or with branches all messages, parents before children.
    ``path`` are the ids on the active branch; ``folder`` is the path of folder names."""

    chat: Chat
    nodes: tuple[MessageNode, ...]
    path: tuple[str, ...]
    folder: tuple[str, ...] = ()
    blobs: Mapping[str, bytes] = field(default_factory=dict)

    @cached_property
    def by_id(self) -> Mapping[str, MessageNode]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def shown(self) -> frozenset[str]:
        """The ids on the active branch."""
        return frozenset(self.path)


async def load(store: Store, chat_id: str, options: ExportOptions) -> ChatDocument:
    """Loads a chat. Raises ``BadInput`` when there is none."""
    chat = await store.chat(chat_id)
    if not options.parameters:
        chat = replace(chat, params={})
    path = [header.id for header in await store.path(chat_id)]
    ids = [header.id for header in await store.tree(chat_id)] if options.branches else path
    nodes: list[MessageNode] = []
    for start in range(0, len(ids), PAGE):
        nodes += [_shown(node, options) for node in await _readable(store, chat_id, ids[start : start + PAGE])]
    blobs = await _bytes(store, chat, nodes) if options.attachments else {}
    return ChatDocument(chat, tuple(nodes), tuple(path), await _folder_path(store, chat.folder_id), blobs)


async def _readable(store: Store, chat_id: str, ids: Sequence[str]) -> Sequence[MessageNode]:
    """Loads messages. In the place of one that cannot be read stands a note: the others are exported all the same."""
    try:
        return await store.nodes(ids)
    except _DAMAGE as error:
        if len(ids) == 1:
            log.warning("Message %s cannot be read and is left out of an export: %s", ids[0], error)
            return [await _damaged(store, chat_id, ids[0])]
    middle = len(ids) // 2
    return [*await _readable(store, chat_id, ids[:middle]), *await _readable(store, chat_id, ids[middle:])]


async def _damaged(store: Store, chat_id: str, ident: str) -> MessageNode:
    header = next(each for each in await store.tree(chat_id) if each.id == ident)
    note = Failure(f"The message {ident} is damaged in the database, so it could not be exported.")
    role: Role = "user" if header.role == "user" else "assistant"
    return MessageNode(ident, chat_id, header.parent_id, Message(role, (note,)))


def _shown(node: MessageNode, options: ExportOptions) -> MessageNode:
    parts: tuple[Part, ...] = node.message.parts
    if not options.reasoning:
        parts = tuple(part for part in parts if not isinstance(part, Reasoning))
    message = node.message if parts == node.message.parts else Message(
        node.message.role, parts, node.message.model, node.message.extra)
    return replace(node, message=message, record=_shown_record(node.record, options))


def _shown_record(record: RequestRecord | None, options: ExportOptions) -> RequestRecord | None:
    if record is None or (options.parameters and options.metrics):
        return record
    if options.metrics:
        return replace(record, asked={}, body={}, adjustments=())
    return RequestRecord(record.model, asked=record.asked) if options.parameters else None


async def _bytes(store: Store, chat: Chat, nodes: Sequence[MessageNode]) -> Mapping[str, bytes]:
    """Loads the bytes that the messages name, and those that the chat itself names, such as the attachments of its
    draft."""
    blobs = blobs_of((part for node in nodes for part in node.message.parts), originals=True)
    found = {blob.sha256: await store.blob(blob.sha256) for blob in blobs}
    for sha256 in blobs_named_in(dict(chat.extra)):
        with suppress(BadInput):  # it only looked like a name
            found[sha256] = await store.blob(sha256)
    return found


async def _folder_path(store: Store, folder_id: str | None) -> tuple[str, ...]:
    if folder_id is None:
        return ()
    folders = {folder.id: folder for folder in await store.folders()}
    names: list[str] = []
    while folder_id in folders and len(names) < 50:
        folder = folders[folder_id]
        names.append(folder.name)
        folder_id = folder.parent_id or ""
    return tuple(reversed(names))
