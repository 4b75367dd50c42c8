"""The search itself: newest messages first, as many as asked for, on a connection that only reads.

The indexes narrow down, the text decides. What drives a search is, in this order: the messages that a rare
filter leaves (a tag, a folder, a model, pictures); those that have the three-letter pieces of the words;
those that have a word of one or two Chinese, Japanese or Korean letters; all, from the newest on. Other
words of one or two letters are common, and the last way meets them soon.
"""

from __future__ import annotations

import json
import math
import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from workbench.core.chat.chats import Hit

from .chats import distinct
from .content import HAS
from .query import Query, parse
from .text_index import index_query, text_condition, title_matches

RARE = 2000
"""So many messages are read one by one rather than looked up among all that have the words."""
_TITLES = 10
_SNIPPET = 160
_SPACE = re.compile(r"\s+")


class _Conditions:
    """SQL conditions and their values, in step."""

    def __init__(self) -> None:
        self.sql: list[str] = []
        self.values: list[Any] = []

    def add(self, sql: str, *values: Any) -> None:
        self.sql.append(sql)
        self.values += values

    def __str__(self) -> str:
        return " AND ".join(self.sql)


def search(connection: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """Returns titles first, with the role ``title`` and the end of the chat's line as message (empty: none).
    Raises ``BadInput`` for a filter's value that cannot be."""
    query = parse(text)
    if query.empty:
        return []
    of_chat, of_node, rare = _Conditions(), _Conditions(), []
    of_chat.add("chats.deleted IS NULL")
    of_node.add("nodes.deleted IS NULL")
    if query.tag:
        of_chat.add(*_one_of("chats.no", "SELECT chat FROM chat_tags WHERE tag", _tags(connection, query.tag)))
    if query.folder:
        of_chat.add(*_one_of("chats.folder", None, _folders(connection, query.folder)))
    if query.tag or query.folder:
        rare.append((f"chat IN (SELECT no FROM chats WHERE {of_chat})", of_chat.values))
    if query.model or query.provider:
        sql, *values = _one_of("nodes.model", None, _models(connection, query.model, query.provider))
        of_node.add(sql, *values)
        rare.append((sql, values))
    for name in query.has:
        of_node.add(f"nodes.has & {HAS[name]}")
        rare.append((f"nodes.has & {HAS[name]}", []))
    if query.role:
        of_node.add("nodes.role = ?", query.role)
    if query.before is not None:
        of_node.add("nodes.created < ?", query.before)
    if query.after is not None:
        of_node.add("nodes.created >= ?", query.after)
    hits = list(_titles(connection, query, of_chat)) if query.for_titles else []
    hits += sorted(
        _messages(connection, query, of_chat, of_node, _few(connection, rare), limit - len(hits)),
        key=lambda hit: hit.created, reverse=True,
    )  # fmt: skip
    return hits


def _one_of(column: str, select: str | None, values: Sequence[str]) -> tuple[Any, ...]:
    places = f"({', '.join('?' * len(values))})"
    return (f"{column} IN ({select} IN {places})" if select else f"{column} IN {places}", *values)


def _tags(connection: sqlite3.Connection, name: str) -> list[str]:
    return [tag for tag in distinct(connection, "chat_tags", "tag") if tag.casefold() == name.casefold()]


def _folders(connection: sqlite3.Connection, name: str) -> list[str]:
    """Returns the ids of the folders of this name and of those in them."""
    rows = connection.execute("SELECT id, name, parent FROM folders WHERE deleted IS NULL").fetchall()
    found = {id for id, title, _ in rows if title.casefold() == name.casefold()}
    while more := {id for id, _, parent in rows if parent in found} - found:
        found |= more
    return list(found)


def _models(connection: sqlite3.Connection, part: str, provider: str) -> list[str]:
    return [
        model
        for model in distinct(connection, "nodes", "model")
        if part.casefold() in model.casefold() and (not provider or model.startswith(provider + "/"))
    ]


def _few(connection: sqlite3.Connection, rare: Sequence[tuple[str, Sequence[Any]]]) -> list[int] | None:
    """Returns the messages that one of the filters leaves, if they are few."""
    for sql, values in rare:
        rows = connection.execute(f"SELECT no FROM nodes WHERE {sql} LIMIT {RARE + 1}", values).fetchall()
        if len(rows) <= RARE:
            return [row[0] for row in rows]
    return None


def _messages(
    connection: sqlite3.Connection,
    query: Query,
    of_chat: _Conditions,
    of_node: _Conditions,
    few: list[int] | None,
    limit: int,
) -> Iterator[Hit]:
    drive, values, order = _drive(query, few)
    says = _Conditions()
    for word in query.words:
        says.add(*text_condition("body", word))
    for word in query.without:
        sql, value = text_condition("body", word)
        says.add(f"NOT {sql}", value)
    where = [("nodes.no = number", of_node), ("chats.no = nodes.chat", of_chat), ("node = number", says)]
    tables = ["nodes", "chats", "contents"]
    if len(of_node.sql) + len(of_chat.sql) == 2:  # no filters: what is said decides more than what is deleted
        tables, where = ["contents", "nodes", "chats"], [where[2], *where[:2]]
    joins = [
        f"CROSS JOIN {table} ON {' AND '.join([key, *conditions.sql])}"
        for table, (key, conditions) in zip(tables, where, strict=True)
    ]
    rows = connection.execute(
        f"SELECT chats.id, nodes.id, chats.title, nodes.role, nodes.created, body FROM {drive} {' '.join(joins)}"
        f" ORDER BY {order} LIMIT ?",
        [*values, *(value for _, conditions in where for value in conditions.values), limit],
    )
    for chat_id, node_id, title, role, created, body in rows:
        yield Hit(chat_id, node_id, title, role, created, *snippet(body, query.words))


def _drive(query: Query, few: list[int] | None) -> tuple[str, list[Any], str]:
    """Returns what yields the ``number`` of messages, with its values, and in what order."""
    if few is not None:
        return "(SELECT value AS number FROM json_each(?))", [json.dumps(few)], "nodes.created DESC"
    if narrow := index_query(query.words):
        index, match = narrow
        found = f"(SELECT rowid AS number FROM {index} WHERE {index} MATCH ? AND rowid > 0)"
        return found, [match], "number DESC"
    period = [-math.inf if query.after is None else query.after, math.inf if query.before is None else query.before]
    return "(SELECT no AS number, created AS at FROM nodes WHERE created >= ? AND created < ?)", period, "at DESC"


def _titles(connection: sqlite3.Connection, query: Query, of_chat: _Conditions) -> Iterator[Hit]:
    where = _Conditions()
    where.add(str(of_chat), *of_chat.values)
    for condition, value in title_matches(query.words):
        where.add(condition, value)
    for word in query.without:
        condition, value = text_condition("title", word)
        where.add(f"NOT {condition}", value)
    if query.before is not None:
        where.add("chats.updated < ?", query.before)
    if query.after is not None:
        where.add("chats.updated >= ?", query.after)
    rows = connection.execute(
        f"SELECT id, tip, title, updated FROM chats WHERE {where} ORDER BY touched DESC LIMIT {_TITLES}",
        where.values,
    )
    for chat_id, tip, title, updated in rows:
        yield Hit(chat_id, tip or "", title, "title", updated, *snippet(title, query.words))


def snippet(body: str, words: Sequence[str]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Returns one line of some 160 characters around the first word found, and where the words are in it."""
    pattern = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE) if words else None
    first = pattern.search(body) if pattern else None
    start = max(0, first.start() - _SNIPPET // 4) if first else 0
    if start:  # from the start of a word, if there is one near
        space = body.find(" ", start, start + 16)
        start = space + 1 if 0 <= space < first.start() else start  # type: ignore[union-attr]
    end = min(len(body), start + _SNIPPET)
    text = _SPACE.sub(" ", body[start:end]).strip()
    text = ("…" if start else "") + text + ("…" if end < len(body) else "")
    marks = tuple((found.start(), len(found[0])) for found in pattern.finditer(text)) if pattern else ()
    return text, marks
