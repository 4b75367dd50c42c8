"""Texts of two branches, as two long messages that can be compared like any others."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.chat.parts import Text
from workbench.ui.chat.message_view_model import author

if TYPE_CHECKING:
    from workbench.core.ports.store import Store


async def parted(store: Store, nodes: Sequence[MessageNode]) -> Sequence[MessageNode]:
    """Returns two messages, each with the text of its branch in place of its own, from where the branches part to the
    ends that were shown last, and with the request of its last reply; nothing when they do not part."""
    lines = []
    for node in nodes:
        summaries = await store.path(node.chat_id, await store.tip_below(node.id))
        lines.append([summary.id for summary in summaries])
    if len(lines) < 2:
        return ()
    same = next((at for at, (one, two) in enumerate(zip(*lines, strict=False)) if one != two), min(map(len, lines)))
    if not lines[0][same:] or not lines[1][same:]:
        return ()
    return [_as_one(node, await store.nodes(line[same:])) for node, line in zip(nodes, lines, strict=True)]


def _as_one(node: MessageNode, branch: Sequence[MessageNode]) -> MessageNode:
    text = "\n\n".join(f"{author(each.message.role, each.message.model)}\n{each.message.text}" for each in branch)
    record = next((each.record for each in reversed(branch) if each.record is not None), None)
    message = Message(node.message.role, (Text(text),), node.message.model)
    return dataclasses.replace(node, message=message, record=record)
