"""Chats, folders and small values in the database. Functions run on the database thread."""

from __future__ import annotations

import dataclasses
import sqlite3
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from workbench.core.chat.chats import Chat, ChatQuery, Folder
from workbench.core.chat.parts import blobs_named_in
from workbench.core.errors import BadInput
from workbench.core.ids import new_id
from workbench.core.json_types import Json
from workbench.core.request.tool_secrets import hidden
from workbench.core.text.sinks import for_line
from workbench.core.text.surrogates import join_surrogates

from .content import dumps
from .damaged_values import stored_json, stored_line, stored_object, stored_text, stored_time
from .text_index import index_text, title_matches, unindex_text

_FIELDS = (
    "id", "title", "model", "pinned", "archived", "folder", "tip", "created", "updated", "system", "params",
    "draft", "extra",
)  # fmt: skip
_COLUMNS = ", ".join(f"chats.{name}" for name in ("no", *_FIELDS))
_BATCH = 500
_DEEPEST = 100
"""Folders in folders."""


def insert_chat(connection: sqlite3.Connection, chat: Chat, *, deleted: str | None = None) -> int:
    """Returns the number of the new row. ``extra["source"]`` is what an import calls the chat."""
    cursor = connection.execute(
        f"INSERT INTO chats({', '.join(_FIELDS)}, touched, deleted, source)"
        f" VALUES({', '.join('?' * (len(_FIELDS) + 3))})",
        (*_values(chat), chat.updated, deleted, source_of(chat)),
    )
    number = cursor.lastrowid
    assert number is not None
    _set_tags(connection, number, chat.tags)
    _use_blobs(connection, number, chat.extra)
    index_text(connection, -number, _line(chat.title))
    return number


def source_of(chat: Chat) -> str | None:
    """Returns what an import calls the chat, as the database can hold it."""
    source = chat.extra.get("source")
    return join_surrogates(source) if isinstance(source, str) else None


def create_chat(connection: sqlite3.Connection, chat: Chat) -> Chat:
    now = time.time()
    created = chat.created or now
    chat = dataclasses.replace(
        chat, id=chat.id or new_id(), created=created, updated=chat.updated or created, title=_line(chat.title),
        model=_line(chat.model), tags=tuple(dict.fromkeys(map(_line, chat.tags))),
    )
    number = insert_chat(connection, chat)
    if not chat.extra.get("source"):
        touch(connection, number, chat.updated)
    return chat


def chat_number(connection: sqlite3.Connection, chat_id: str) -> int:
    row = connection.execute("SELECT no FROM chats WHERE id = ? AND deleted IS NULL", (chat_id,)).fetchone()
    if row is None:
        raise BadInput(f"There is no chat {chat_id}: it may have been deleted. “workbench list” shows all.")
    return int(row[0])


def get_chat(connection: sqlite3.Connection, chat_id: str) -> Chat:
    number = chat_number(connection, chat_id)
    return _load(connection, f"SELECT {_COLUMNS} FROM chats WHERE no = ?", [number])[0]


def list_chats(connection: sqlite3.Connection, query: ChatQuery) -> Sequence[Chat]:
    where, values = _where(query)
    order = "touched DESC" if query.pinned is not None else "pinned DESC, touched DESC"
    # The inner query walks an index alone, so that a far page costs little more than the first.
    return _load(
        connection,
        f"SELECT {_COLUMNS} FROM chats JOIN (SELECT no FROM chats WHERE {where} ORDER BY {order}"
        f" LIMIT ? OFFSET ?) AS page ON page.no = chats.no ORDER BY {order}",
        [*values, query.limit, query.offset],
    )


def count_chats(connection: sqlite3.Connection, query: ChatQuery) -> int:
    where, values = _where(query)
    return int(connection.execute(f"SELECT count(*) FROM chats WHERE {where}", values).fetchone()[0])


def _where(query: ChatQuery) -> tuple[str, list[Any]]:
    conditions: list[tuple[str, tuple[Any, ...]]] = [("archived = ?", (query.archived,))]
    if query.pinned is not None:
        conditions.append(("pinned = ?", (query.pinned,)))
    if query.folder_id is not None:
        conditions.append(("folder = ?", (query.folder_id,)))
    if query.tag:
        conditions.append(("no IN (SELECT chat FROM chat_tags WHERE tag = ?)", (query.tag,)))
    if query.title:
        conditions += title_matches([query.title])
    return " AND ".join(["deleted IS NULL", *(sql for sql, _ in conditions)]), [
        value for _, values in conditions for value in values]


def update_chat(connection: sqlite3.Connection, chat_id: str, changes: Mapping[str, Any]) -> Chat:
    """Raises ``TypeError`` for a name that no chat has. Writes what changes alone: a damaged value stays as it is."""
    old = get_chat(connection, chat_id)
    new = dataclasses.replace(old, **changes)
    number = chat_number(connection, chat_id)
    old_title = connection.execute("SELECT title FROM chats WHERE no = ?", (number,)).fetchone()[0]
    changed = {name: after for name, before, after in zip(_FIELDS, _values(old), _values(new), strict=True)
               if before != after}
    if changed:
        connection.execute(
            f"UPDATE chats SET {', '.join(f'{name} = ?' for name in changed)} WHERE no = ?",
            (*changed.values(), number))
    if "title" in changed:
        title = _line(new.title)
        unindex_text(connection, -number, stored_text(old_title, f"the title of chat {chat_id}"))
        index_text(connection, -number, title)
    if new.tags != old.tags:
        _set_tags(connection, number, new.tags)
    if new.extra != old.extra:
        _use_blobs(connection, number, new.extra)
    return get_chat(connection, chat_id)


def update_chats(connection: sqlite3.Connection, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Changes all of the chats or none."""
    for chat_id, of_chat in changes.items():
        update_chat(connection, chat_id, of_chat)


def list_tags(connection: sqlite3.Connection) -> list[str]:
    """Lists the tags of chats that are not deleted, in the order of the alphabet."""
    return [
        for_line(tag)
        for tag in distinct(connection, "chat_tags", "tag")
        if connection.execute(
            "SELECT 1 FROM chat_tags JOIN chats ON no = chat WHERE tag = ? AND deleted IS NULL LIMIT 1", (tag,)
        ).fetchone()
    ]


def distinct(connection: sqlite3.Connection, table: str, column: str) -> list[str]:
    """Lists the different values of an indexed column, by leaps: one step each, however many rows there are."""
    rows = connection.execute(
        f"WITH RECURSIVE leap(value) AS (SELECT min({column}) FROM {table} UNION ALL"
        f" SELECT (SELECT min({column}) FROM {table} WHERE {column} > value) FROM leap"
        " WHERE value IS NOT NULL)"
        " SELECT value FROM leap WHERE value IS NOT NULL"
    )
    return [row[0] for row in rows]


def touch(connection: sqlite3.Connection, number: int, now: float) -> None:
    """Makes a chat the newest, even when the clock was set back since the last one."""
    newest = connection.execute("SELECT max(touched) FROM chats").fetchone()[0] or 0.0
    connection.execute(
        "UPDATE chats SET updated = ?, touched = ? WHERE no = ?", (now, max(now, newest + 0.001), number)
    )


def _values(chat: Chat) -> tuple[Any, ...]:
    return (
        chat.id, _line(chat.title), _line(chat.model), chat.pinned, chat.archived, chat.folder_id, chat.tip,
        chat.created, chat.updated, join_surrogates(chat.system), dumps(hidden(chat.params)),
        join_surrogates(chat.draft), dumps(dict(chat.extra)),
    )  # fmt: skip


def _line(text: str) -> str:
    return for_line(join_surrogates(text))


def _load(connection: sqlite3.Connection, sql: str, values: Sequence[Any]) -> list[Chat]:
    rows = connection.execute(sql, values).fetchall()
    tags: dict[int, list[str]] = {}
    for start in range(0, len(rows), _BATCH):
        numbers = [row[0] for row in rows[start : start + _BATCH]]
        for chat, tag in connection.execute(
            f"SELECT chat, tag FROM chat_tags WHERE chat IN ({', '.join('?' * len(numbers))}) ORDER BY chat, place",
            numbers,
        ):
            tags.setdefault(chat, []).append(tag)
    return [_chat(row, tuple(tags.get(row[0], ()))) for row in rows]


def _chat(row: Sequence[Any], tags: tuple[str, ...]) -> Chat:
    _, id, title, model, pinned, archived, folder, tip, created, updated, system, params, draft, extra = row
    at = f"chat {id}"
    return Chat(
        id, for_line(stored_text(title, f"the title of {at}")), stored_line(model, f"the model of {at}"),
        stored_text(system, f"the system prompt of {at}"), stored_object(params, f"the parameters of {at}"),
        None if tip is None else stored_text(tip, f"the tip of {at}"),
        stored_text(draft, f"the draft of {at}"),
        None if folder is None else stored_text(folder, f"the folder of {at}"),
        tuple(stored_line(tag, f"a tag of {at}") for tag in tags), bool(pinned), bool(archived),
        stored_time(created, f"the time of {at}"), stored_time(updated, f"the last time of {at}"),
        stored_object(extra, f"the notes of {at}"),
    )


def _set_tags(connection: sqlite3.Connection, number: int, tags: Iterable[str]) -> None:
    connection.execute("DELETE FROM chat_tags WHERE chat = ?", (number,))
    connection.executemany(
        "INSERT INTO chat_tags(tag, chat, place) VALUES(?, ?, ?)",
        [(tag, number, place) for place, tag in enumerate(dict.fromkeys(map(_line, tags)))],
    )


def _use_blobs(connection: sqlite3.Connection, number: int, extra: Mapping[str, Json]) -> None:
    """Holds on to the bytes that ``extra`` names anywhere."""
    connection.execute("DELETE FROM chat_blobs WHERE chat = ?", (number,))
    names = [(name, number) for name in blobs_named_in(dict(extra))]
    connection.executemany("INSERT INTO chat_blobs VALUES(?, ?)", names)


def list_folders(connection: sqlite3.Connection) -> Sequence[Folder]:
    """Lists all folders, those of one parent in order."""
    rows = connection.execute(
        "SELECT id, name, parent, position FROM folders WHERE deleted IS NULL ORDER BY position, name"
    )
    return _without_circles([Folder(id, stored_line(name, f"the name of folder {id}"), parent, position)
                             for id, name, parent, position in rows])


def _without_circles(folders: Sequence[Folder]) -> Sequence[Folder]:
    """Returns the folders; one that lies in itself, or deeper than any is put, lies nowhere. Only a foreign database
    has such ones, and who walks up from them would never end."""
    parents = {folder.id: folder.parent_id for folder in folders}
    depths: dict[str | None, int] = {None: 0}
    for folder in folders:
        line: list[str] = []
        above: str | None = folder.id
        while above in parents and above not in depths and above not in line:
            line.append(above)
            above = parents[above]
        depth = depths.get(above, 0)
        for id in reversed(line):
            if above in line or depth >= _DEEPEST:
                parents[id], above, depth = None, None, 0
            depth += 1
            depths[id] = depth
    return [folder if parents[folder.id] == folder.parent_id else dataclasses.replace(folder, parent_id=None)
            for folder in folders]


def save_folder(connection: sqlite3.Connection, folder: Folder) -> Folder:
    """Raises ``BadInput`` when a folder would come to lie in itself."""
    folder = dataclasses.replace(folder, id=folder.id or new_id(), name=_line(folder.name))
    parents = {each.id: each.parent_id for each in list_folders(connection)}
    above = folder.parent_id
    while above is not None:
        if above == folder.id:
            raise BadInput(f"The folder “{folder.name}” cannot be put into itself: choose another place.")
        above = parents.get(above)
    connection.execute(
        "INSERT INTO folders(id, name, parent, position) VALUES(?, ?, ?, ?) ON CONFLICT(id) DO UPDATE"
        " SET name = excluded.name, parent = excluded.parent, position = excluded.position",
        (folder.id, folder.name, folder.parent_id, folder.position),
    )
    return folder


def value_of(connection: sqlite3.Connection, key: str) -> Json:
    row = connection.execute("SELECT value FROM kept WHERE key = ?", (key,)).fetchone()
    return stored_json(row[0], f"the value {key}") if row else None


def set_value(connection: sqlite3.Connection, key: str, value: Json) -> None:
    if value is None:
        connection.execute("DELETE FROM kept WHERE key = ?", (key,))
    else:
        connection.execute("INSERT OR REPLACE INTO kept VALUES(?, ?)", (key, dumps(value)))


def values_of(connection: sqlite3.Connection, prefix: str) -> dict[str, Json]:
    rows = connection.execute("SELECT key, value FROM kept WHERE key >= ? AND key < ?", (prefix, prefix + "\U0010ffff"))
    return {key: stored_json(value, f"the value {key}") for key, value in rows}
