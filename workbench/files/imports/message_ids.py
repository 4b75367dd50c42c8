"""Ids of messages here: they follow from the chat, the other program's id and what is said."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re

from workbench.core.chat.messages import Message
from workbench.core.json_types import Json

from .values import ForeignChat, ForeignNode

OWN_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
KEY = 8  # bytes of a key


def node_id(chat: ForeignChat, node: ForeignNode, source: str) -> str:
    """Returns the id of a message of the chat that imports call ``source``. So a second import recognises the same
    messages, a message that was changed meanwhile becomes a sibling of the old one, and no foreign file can name a
    message that is here."""
    if chat.native and not source.endswith(renamed(chat).id) and OWN_ID.fullmatch(node.id):
        return node.id
    content: Json = [source, node.id, *([] if chat.native else [content_of(node.message)])]
    return digest(content)


def content_of(message: Message) -> Json:
    data = message.to_json()
    return [data["role"], data["parts"]]


def goes_on(message: Message, cut_off: Message) -> bool:
    """Returns whether a message says what another one says, and more."""
    return bool(cut_off.text) and message.role == cut_off.role and message.text.startswith(cut_off.text)


def digest(value: Json) -> str:
    """Returns 24 hexadecimal digits."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:24]


def key_of(id: str) -> bytes:
    """Returns ``KEY`` bytes that tell messages of one chat apart."""
    return hashlib.blake2b(id.encode(), digest_size=KEY).digest()


def renamed(chat: ForeignChat) -> ForeignChat:
    """Returns a chat that by chance or by intent has the id of another one here, under another id."""
    extra = {name: value for name, value in chat.extra.items() if name != "source"}
    return dataclasses.replace(chat, id=f"{chat.id}@{chat.created}", extra=extra)
