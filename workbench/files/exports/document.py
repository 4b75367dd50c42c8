"""Chat documents: a whole chat out of the store, as every export format writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Part, Reasoning, blobs_named_in, blobs_of
from workbench.core.errors import BadInput
from workbench.core.ports.exports import ExportOptions
from workbench.core.ports.store import Store
from workbench.core.reply.records import RequestRecord

PAGE = 200
"""So many messages are fetched at once: enough to be quick, few enough not to hold up other work."""


@dataclass(frozen=True, slots=True)
class ChatDocument:
    """``nodes`` in order: the active branch from its root, or with branches all messages, parents before children.
    ``path`` are the ids on the active branch; ``folder`` is the path of folder names."""

    chat: Chat
    nodes: tuple[MessageNode, ...]
    path: tuple[str, ...]
    folder: tuple[str, ...] = ()
    blobs: Mapping[str, bytes] = field(default_factory=dict)


async def load(store: Store, chat_id: str, options: ExportOptions) -> ChatDocument:
    """Loads a chat. Raises ``BadInput`` when there is none."""
    chat = await store.chat(chat_id)
    if not options.parameters:
        chat = replace(chat, params={})
    path = [header.id for header in await store.path(chat_id)]
    ids = [header.id for header in await store.tree(chat_id)] if options.branches else path
    nodes: list[MessageNode] = []
    for start in range(0, len(ids), PAGE):
        nodes += [_shown(node, options) for node in await store.nodes(ids[start : start + PAGE])]
    blobs = await _bytes(store, chat, nodes) if options.attachments else {}
    return ChatDocument(chat, tuple(nodes), tuple(path), await _folder_path(store, chat.folder_id), blobs)


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
