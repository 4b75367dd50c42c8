"""Insertion of a message between two others. Runs on the database thread."""

from __future__ import annotations

import sqlite3
import time

from workbench.core.chat.messages import Message, MessageNode
from workbench.core.errors import BadInput
from workbench.core.ids import new_id

from .chats import chat_number, touch
from .content import to_content
from .messages import get_node, insert_node, move_shown_mark, move_tip_to, place_of
from .trash import note


def insert_message(
    connection: sqlite3.Connection, chat_id: str, parent_id: str | None, child_id: str | None, message: Message
) -> tuple[MessageNode, str]:
    """Inserts a message, see ``ports.Store``. It takes the position of the message that moves below it, so that
    siblings keep their order."""
    chat = chat_number(connection, chat_id)
    parent = place_of(connection, parent_id) if parent_id is not None else None
    child = place_of(connection, child_id) if child_id is not None else None
    if any(place is not None and place.chat != chat for place in (parent, child)):
        raise BadInput("A message can only be put between messages of the same chat.")
    if child is not None and child.parent != (parent.no if parent else None):
        raise BadInput("What is to follow the new message has moved meanwhile. Try again.")
    tip = connection.execute("SELECT tip FROM chats WHERE no = ?", (chat,)).fetchone()[0]
    now = time.time()
    node = MessageNode(new_id(), chat_id, parent_id, message, created=now,
                       position=_position(connection, chat, child_id),
                origin="insert")
    number = insert_node(connection, chat, parent.no if parent else None, node, to_content(message))
    if child is not None:
        connection.execute("UPDATE nodes SET parent = ? WHERE no = ?", (number, child.no))
    elif tip == parent_id:
        move_tip_to(connection, chat, node.id)
    elif parent is not None:
        move_shown_mark(connection, parent.no, number)
    touch(connection, chat, now)
    return get_node(connection, node.id), note(connection, new_id(), "insert", {"node": node.id, "tip": tip})


def _position(connection: sqlite3.Connection, chat: int, child_id: str | None) -> int:
    if child_id is not None:
        found = connection.execute("SELECT position FROM nodes WHERE id = ?", (child_id,))
    else:
        found = connection.execute("SELECT coalesce(max(position), 0) + 1 FROM nodes WHERE chat = ?", (chat,))
    return int(found.fetchone()[0])
