"""The program's own JSON: lossless, also for data that this version does not know.

Described by ``resources/chat-format.schema.json``.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from workbench.core.chat.messages import MessageNode
from workbench.core.json_types import Json
from workbench.core.ports.exports import ExportOptions

from .document import ChatDocument

FORMAT, VERSION = "chat-workbench", 1


def render(documents: Iterable[ChatDocument], options: ExportOptions) -> Iterator[str]:
    """Yields chat by chat, so that memory holds one at a time."""
    yield f'{{"format": "{FORMAT}", "version": {VERSION}, "chats": ['
    for number, document in enumerate(documents):
        yield ",\n" if number else "\n"
        yield json.dumps(chat_json(document), ensure_ascii=False, allow_nan=False)
    yield "\n]}\n"


def chat_json(document: ChatDocument) -> dict[str, Any]:
    """Returns a chat with its messages and the blobs they name."""
    chat = document.chat
    return {
        "id": chat.id, "title": chat.title, "model": chat.model, "system": chat.system,
        "params": dict(chat.params), "tip": chat.tip, "draft": chat.draft, "folder": list(document.folder),
        "tags": list(chat.tags), "pinned": chat.pinned, "archived": chat.archived, "created": chat.created,
        "updated": chat.updated, "extra": dict(chat.extra),
        "messages": [node_json(node) for node in document.nodes],
        "blobs": {sha256: base64.b64encode(data).decode("ascii") for sha256, data in document.blobs.items()},
    }


def node_json(node: MessageNode) -> dict[str, Json]:
    """Returns a message in its place."""
    data: dict[str, Json] = {
        "id": node.id, "parent": node.parent_id, "position": node.position, "status": str(node.status),
        "created": node.created, **node.message.to_json(),
    }
    if node.label:
        data["label"] = node.label
    if node.origin:
        data["origin"] = node.origin
    if node.record is not None:
        data["record"] = node.record.to_json()
    return data
