"""Deletion, undo and purge of chats and messages. Functions run on the database thread.

What is deleted bears the token of its deletion; undoing takes the token off again. After 30 days it is
purged, and with it the bytes that nothing else uses.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.ids import new_id
from workbench.core.json_types import Json

from .chats import chat_number, set_value, value_of
from .content import dumps
from .messages import Place, is_above, move_shown_mark, move_tip_to, newest_below, place_of, unindex_node
from .text_index import unindex_text

KEPT_SECONDS = 30 * 24 * 3600.0
_PURGED_AT_ONCE = 200
_LAST_DAY = "last day of maintenance"
_LONGEST_LEAP = 7  # days


def delete_chats(connection: sqlite3.Connection, chat_ids: Iterable[str]) -> str:
    token = new_id()
    for chat_id in chat_ids:
        connection.execute("UPDATE chats SET deleted = ? WHERE id = ? AND deleted IS NULL", (token, chat_id))
    return note(connection, token, "chats", {})


def delete_messages(connection: sqlite3.Connection, chat_id: str, node_ids: Iterable[str], *, below: bool) -> str:
    chat = chat_number(connection, chat_id)
    token = new_id()
    tip = connection.execute("SELECT tip FROM chats WHERE no = ?", (chat,)).fetchone()[0]
    moved: dict[str, Json] = {}
    for node_id in dict.fromkeys(node_ids):
        try:
            place = place_of(connection, node_id)
        except BadInput:
            continue  # below another of them: gone with it
        if place.chat != chat:
            raise BadInput("Messages can only be deleted from the chat that they are in.")
        if below:
            _delete_below(connection, place, token)
        else:
            moved.update(_delete_one(connection, place, token))
    left = _living_tip(connection, tip) if tip is not None else None
    connection.execute("UPDATE chats SET tip = ? WHERE no = ?", (left, chat))
    return note(connection, token, "messages", {"chat": chat, "tip": tip, "left": left, "moved": moved})


def _delete_below(connection: sqlite3.Connection, place: Place, token: str) -> None:
    connection.execute(
        "WITH RECURSIVE below(no) AS (VALUES(?) UNION SELECT nodes.no FROM below CROSS JOIN nodes"
        " ON nodes.chat = ? AND nodes.parent = below.no WHERE nodes.deleted IS NULL)"
        " UPDATE nodes SET deleted = ? WHERE no IN below",
        (place.no, place.chat, token),
    )


def _delete_one(connection: sqlite3.Connection, place: Place, token: str) -> dict[str, Json]:
    """Returns the children, which move up, with the parent that they had."""
    connection.execute("UPDATE nodes SET deleted = ? WHERE no = ?", (token, place.no))
    children = connection.execute(
        "SELECT no FROM nodes WHERE chat = ? AND parent = ? AND deleted IS NULL", (place.chat, place.no)
    ).fetchall()
    connection.executemany("UPDATE nodes SET parent = ? WHERE no = ?", [(place.parent, no) for (no,) in children])
    return {str(no): place.no for (no,) in children}


def _living_tip(connection: sqlite3.Connection, tip: str) -> str | None:
    """Returns the message itself, else the nearest above it that lives and the end of the newest line below that,
    else the newest line of the chat."""
    row = connection.execute("SELECT no, chat, parent, deleted FROM nodes WHERE id = ?", (tip,)).fetchone()
    if row is None:
        return None
    number, chat, parent, deleted = row
    if deleted is None:
        return tip
    while deleted is not None and parent is not None:
        number, parent, deleted = connection.execute(
            "SELECT no, parent, deleted FROM nodes WHERE no = ?", (parent,)
        ).fetchone()
    if deleted is not None:
        root = connection.execute(
            "SELECT no FROM nodes WHERE chat = ? AND parent IS NULL AND deleted IS NULL ORDER BY position DESC LIMIT 1",
            (chat,),
        ).fetchone()
        if root is None:
            return None
        number = root[0]
    return newest_below(connection, Place(number, chat, parent, ""))


def delete_folder(connection: sqlite3.Connection, folder_id: str) -> str:
    """Deletes a folder; what is in it moves up into the folder above."""
    row = connection.execute("SELECT parent FROM folders WHERE id = ? AND deleted IS NULL", (folder_id,)).fetchone()
    if row is None:
        raise BadInput("This folder does not exist any more.")
    token = new_id()
    chats = [no for (no,) in connection.execute("SELECT no FROM chats WHERE folder = ?", (folder_id,))]
    folders = [
        id for (id,) in connection.execute("SELECT id FROM folders WHERE parent = ? AND deleted IS NULL", (folder_id,))
    ]
    connection.execute("UPDATE folders SET deleted = ? WHERE id = ?", (token, folder_id))
    connection.execute("UPDATE chats SET folder = ? WHERE folder = ?", (row[0], folder_id))
    connection.execute("UPDATE folders SET parent = ? WHERE parent = ? AND deleted IS NULL", (row[0], folder_id))
    data: dict[str, Json] = {"folder": folder_id, "chats": list(chats), "folders": list(folders)}
    return note(connection, token, "folder", data)


def note(connection: sqlite3.Connection, token: str, kind: str, data: Json) -> str:
    """Keeps what undoing needs; returns the token."""
    connection.execute("INSERT INTO trash VALUES(?, ?, ?, ?)", (token, time.time(), kind, dumps(data)))
    return token


def begin_import(connection: sqlite3.Connection, token: str, writer: str) -> None:
    """Notes an import whose chats bear the token until they all are there."""
    connection.execute("INSERT INTO trash VALUES(?, ?, 'import', ?)", (token, time.time(), dumps(writer)))


def import_writers(connection: sqlite3.Connection) -> list[str]:
    return [json.loads(row[0]) for row in connection.execute("SELECT data FROM trash WHERE kind = 'import'")]


def imports_of_others(connection: sqlite3.Connection, living: Collection[str]) -> list[str]:
    """Returns the tokens of imports of all writers but the living ones."""
    rows = connection.execute("SELECT token, data FROM trash WHERE kind = 'import'").fetchall()
    return [token for token, data in rows if json.loads(data) not in living]


def end_imports(connection: sqlite3.Connection, dead: Iterable[str]) -> None:
    """Leaves what dead processes were importing to the next purge."""
    connection.executemany(
        "UPDATE trash SET created = 0 WHERE kind = 'import' AND data = ?", [(dumps(name),) for name in dead]
    )


def undo(connection: sqlite3.Connection, token: str) -> None:
    row = connection.execute("SELECT kind, data FROM trash WHERE token = ? AND kind <> 'import'", (token,)).fetchone()
    if row is None:
        raise BadInput("This was undone already, or it is gone for good.")
    kind, data = row[0], json.loads(row[1])
    connection.execute("UPDATE chats SET deleted = NULL WHERE deleted = ?", (token,))
    connection.execute("UPDATE nodes SET deleted = NULL WHERE deleted = ?", (token,))
    if kind == "messages":
        _undo_messages(connection, data)
    elif kind == "folder":
        _undo_folder(connection, data)
    elif kind == "insert":
        _undo_insert(connection, data)
    connection.execute("DELETE FROM trash WHERE token = ?", (token,))


def _undo_messages(connection: sqlite3.Connection, data: dict[str, Any]) -> None:
    connection.executemany(
        "UPDATE nodes SET parent = ? WHERE no = ?",
        [(parent, int(no)) for no, parent in data["moved"].items()],
    )
    row = connection.execute("SELECT tip FROM chats WHERE no = ?", (data["chat"],)).fetchone()
    if row is None:
        return
    old = connection.execute("SELECT no FROM nodes WHERE id = ? AND deleted IS NULL", (data["tip"],)).fetchone()
    now = connection.execute("SELECT no FROM nodes WHERE id = ?", (row[0],)).fetchone()
    # What was written or chosen since the deletion stays in view.
    same = row[0] is not None and row[0] == data.get("left")
    if old is not None and (now is None or same or is_above(connection, now[0], old[0])):
        connection.execute("UPDATE chats SET tip = ? WHERE no = ?", (data["tip"], data["chat"]))


def _undo_insert(connection: sqlite3.Connection, data: dict[str, Any]) -> None:
    """Deletes a message that was inserted; what follows it moves up to where it was."""
    place = place_of(connection, data["node"])
    tip = connection.execute("SELECT tip FROM chats WHERE no = ?", (place.chat,)).fetchone()[0]
    if place.parent is not None:
        move_shown_mark(connection, place.no, place.parent)
    delete_messages(connection, place.chat_id, [data["node"]], below=False)
    if tip == data["node"]:
        living = connection.execute("SELECT 1 FROM nodes WHERE id = ? AND deleted IS NULL", (data["tip"],)).fetchone()
        if living or data["tip"] is None:
            move_tip_to(connection, place.chat, data["tip"])


def _undo_folder(connection: sqlite3.Connection, data: dict[str, Any]) -> None:
    folder = data["folder"]
    connection.execute("UPDATE folders SET deleted = NULL WHERE id = ?", (folder,))
    connection.executemany("UPDATE chats SET folder = ? WHERE no = ?", [(folder, no) for no in data["chats"]])
    connection.executemany("UPDATE folders SET parent = ? WHERE id = ?", [(folder, id) for id in data["folders"]])


def may_purge(connection: sqlite3.Connection, today: date) -> bool:
    """Notes the day and returns whether the calendar has gone on since the last note as it does: a clock that is wrong
    for a moment, or a program that was not used for long, purges nothing on that day."""
    last = value_of(connection, _LAST_DAY)
    set_value(connection, _LAST_DAY, today.isoformat())
    days = (today - date.fromisoformat(last)).days if isinstance(last, str) else -1
    return 0 <= days <= _LONGEST_LEAP


def old_tokens(connection: sqlite3.Connection, before: float) -> list[str]:
    """Returns the tokens of what was deleted before then (seconds since 1970)."""
    rows = connection.execute("SELECT token FROM trash WHERE created < ?", (before,))
    return [row[0] for row in rows]


def purge_some(connection: sqlite3.Connection, token: str) -> bool:
    """Takes away for good a few hundred messages that bear the token; whether something is left."""
    nodes = [
        no for (no,) in connection.execute("SELECT no FROM nodes WHERE deleted = ? LIMIT ?", (token, _PURGED_AT_ONCE))
    ]
    chats: list[tuple[int, str]] = []
    if not nodes:
        chats = connection.execute(
            "SELECT no, title FROM chats WHERE deleted = ? LIMIT ?", (token, _PURGED_AT_ONCE)
        ).fetchall()
        for chat, _ in chats:
            nodes += [
                no
                for (no,) in connection.execute("SELECT no FROM nodes WHERE chat = ? LIMIT ?", (chat, _PURGED_AT_ONCE))
            ]
            if len(nodes) >= _PURGED_AT_ONCE:
                break
    _purge_nodes(connection, nodes)
    if nodes:
        return True
    for chat, title in chats:
        unindex_text(connection, -chat, title)
        connection.execute("DELETE FROM chats WHERE no = ?", (chat,))
    if chats:
        return True
    connection.execute("DELETE FROM folders WHERE deleted = ?", (token,))
    connection.execute("DELETE FROM trash WHERE token = ?", (token,))
    return False


def _purge_nodes(connection: sqlite3.Connection, nodes: Sequence[int]) -> None:
    names: set[str] = set()
    for number in nodes:
        rows = connection.execute("SELECT sha256 FROM blob_uses WHERE node = ?", (number,))
        names.update(row[0] for row in rows)
        unindex_node(connection, number)
        connection.execute("DELETE FROM nodes WHERE no = ?", (number,))
    drop_unused(connection, names)


def unused_blobs(connection: sqlite3.Connection, before: float) -> list[str]:
    """Lists the bytes that came before then and that no message uses."""
    rows = connection.execute(
        "SELECT sha256 FROM blobs WHERE added < ? AND NOT EXISTS"
        " (SELECT 1 FROM blob_uses WHERE blob_uses.sha256 = blobs.sha256)",
        (before,),
    )
    return [row[0] for row in rows]


def drop_unused(connection: sqlite3.Connection, names: Iterable[str]) -> None:
    """Drops bytes that neither a message nor what a chat keeps beside its messages names."""
    connection.executemany(
        "DELETE FROM blobs WHERE sha256 = :name AND NOT EXISTS (SELECT 1 FROM blob_uses WHERE sha256 = :name)"
        " AND NOT EXISTS (SELECT 1 FROM chat_blobs WHERE sha256 = :name)",
        [{"name": name} for name in sorted(names)],
    )
