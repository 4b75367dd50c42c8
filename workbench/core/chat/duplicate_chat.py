"""Copies of chats: a whole chat, or the path to one of its messages, as a new chat."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from workbench.core.json_types import Json

from .chats import Chat
from .context import CHOICES, noted_in
from .messages import MessageNode, Status

if TYPE_CHECKING:
    from workbench.core.ports.store import Store

_OWN = ("source", "lanes", "draft_parts", "draft_template")
"""The fields of a chat's ``extra`` that are about itself alone: where it came from, its view and its draft."""


async def copy_chat(store: Store, chat: Chat, node_ids: Iterable[str], *, title: str = "") -> Chat:
    """Creates a chat with these messages of ``chat`` (parents before children) and its settings.

    A message whose parent is not among them becomes a root. A streaming reply is copied as interrupted.
    """
    extra = {name: value for name, value in chat.extra.items() if name not in _OWN}
    made = await store.create_chat(dataclasses.replace(
        chat, id="", title=title or chat.title, tip=None, draft="", pinned=False, created=0.0, updated=0.0,
        extra=extra,
    ))
    new_ids: dict[str, str] = {}
    for node in await store.nodes(node_ids):
        status = Status.INTERRUPTED if node.status is Status.STREAMING else node.status
        message = dataclasses.replace(node.message, extra=_without_choices(node))
        copy = await store.add_message(
            made.id, new_ids.get(node.parent_id or ""), message, status=status, origin=node.origin,
            record=node.record,
        )
        new_ids[node.id] = copy.id
        if node.label:
            await store.set_label(copy.id, node.label)
        if choices := noted_in(node.message.extra):
            own: dict[str, Json] = {new_ids[key]: choice for key, choice in choices.items() if key in new_ids}
            await store.set_extra(copy.id, {CHOICES: own})
    if chat.tip in new_ids:
        await store.set_tip(made.id, new_ids[chat.tip or ""])
    return await store.chat(made.id)


def _without_choices(node: MessageNode) -> Mapping[str, Json]:
    return {name: value for name, value in node.message.extra.items() if name != CHOICES}
