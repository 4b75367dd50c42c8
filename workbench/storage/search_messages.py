"""The search in messages: exact words before folded ones, and the newest first among all that there are.

The indexes narrow down, the text decides. What drives a search is, in this order: the messages that a rare
filter leaves (a tag, a folder, a model, pictures); those that have the three-letter pieces of the words;
those that have a word of one or two Chinese, Japanese or Korean letters; all, from the newest on. Words that
thousands of messages have are looked for from the newest on too, which meets enough of them soon.
"""

from __future__ import annotations

import itertools
import json
import math
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from workbench.core.chat.chats import Hit
from workbench.core.text.folding import without_case

from .query import Query
from .snippets import snippet
from .text_index import index_query, text_condition

COMMON = 5000
"""Words that more messages have are common."""
_NEWEST = 20_000
"""So many of the newest messages are looked at for common words before all that the index has are put in order."""
_AT_ONCE = 200


class Conditions:
    """SQL conditions and their values, in step."""

    def __init__(self) -> None:
        self.sql: list[str] = []
        self.values: list[Any] = []

    def add(self, sql: str, *values: Any) -> None:
        self.sql.append(sql)
        self.values += values

    def __str__(self) -> str:
        return " AND ".join(self.sql)


def find_messages(
    connection: sqlite3.Connection, query: Query, filters: Sequence[Conditions], few: list[int] | None, limit: int
) -> list[Hit]:
    """Returns as many hits as asked for. ``filters`` are those of messages and of chats; ``few`` are the numbers of the
    messages that are left by one of them, None for many."""
    exact: list[Hit] = []
    folded: list[Hit] = []
    if limit <= 0:
        return []
    words = [without_case(word) for word in query.words]
    for chat_id, node_id, title, role, created, body in _rows(connection, query, filters, few):
        hit = Hit(chat_id, node_id, title, role, created, *snippet(body, query.words))
        plain = without_case(body)
        if all(word in plain for word in words):
            exact.append(hit)
            if len(exact) == limit:
                break
        elif len(folded) < limit:
            folded.append(hit)
    return [*exact, *folded][:limit]


def _rows(
    connection: sqlite3.Connection, query: Query, filters: Sequence[Conditions], few: list[int] | None
) -> Iterator[tuple[Any, ...]]:
    """Yields all messages that match, the newest first."""
    narrow = index_query(query.words)
    numbers = few
    if numbers is None and narrow is not None:
        found = list(itertools.islice(_indexed(connection, *narrow), COMMON + 1))
        numbers = found if len(found) <= COMMON else None
    if numbers is not None:
        yield from _looked_up(connection, query, filters, numbers)
        return
    met: set[str] = set()
    for row in _walk(connection, query, filters, -1 if narrow is None else _NEWEST):
        met.add(row[1])
        yield row
    if narrow is not None:
        rest = _looked_up(connection, query, filters, list(_indexed(connection, *narrow)))
        yield from (row for row in rest if row[1] not in met)


def _indexed(connection: sqlite3.Connection, index: str, match: str) -> Iterator[int]:
    """Yields the messages that the index has, as they are asked for; one that is long may come twice."""
    rows = connection.execute(f"SELECT number FROM long_texts WHERE number > 0 UNION ALL SELECT rowid FROM {index}"
                              f" WHERE {index} MATCH ? AND rowid > 0", (match,))
    return (row[0] for row in rows)


def _looked_up(
    connection: sqlite3.Connection, query: Query, filters: Sequence[Conditions], numbers: Iterable[int]
) -> Iterator[tuple[Any, ...]]:
    """Yields those of some messages that match: put in order first, and read then."""
    of_node = filters[0]
    ordered = [row[0] for row in connection.execute(
        f"SELECT no FROM json_each(?) CROSS JOIN nodes ON no = value WHERE {of_node} ORDER BY created DESC, no DESC",
        [json.dumps(list(dict.fromkeys(numbers))), *of_node.values])]
    for start in range(0, len(ordered), _AT_ONCE):
        batch = json.dumps(ordered[start:start + _AT_ONCE])
        yield from _matching(connection, query, filters, "(SELECT value AS number FROM json_each(?))", [batch])


def _walk(
    connection: sqlite3.Connection, query: Query, filters: Sequence[Conditions], most: int
) -> Iterator[tuple[Any, ...]]:
    """Yields those of the newest messages that match; of all for ``most`` -1."""
    period = [-math.inf if query.after is None else query.after, math.inf if query.before is None else query.before]
    newest = ("(SELECT no AS number FROM nodes INDEXED BY nodes_created WHERE created >= ? AND created < ?"
              " ORDER BY created DESC LIMIT ?)")
    return _matching(connection, query, filters, newest, [*period, most])


def _matching(
    connection: sqlite3.Connection, query: Query, filters: Sequence[Conditions], drive: str, values: Sequence[Any]
) -> Iterator[tuple[Any, ...]]:
    """Yields what the store has of the driven messages that match, in their order, as they are asked for."""
    says = Conditions()
    for word in query.words:
        sql, sought = text_condition("body", word)
        says.add(sql, *sought)
    for word in query.without:
        sql, sought = text_condition("body", word)
        says.add(f"NOT {sql}", *sought)
    tables = (("nodes", "nodes.no = number", filters[0]), ("chats", "chats.no = nodes.chat", filters[1]),
              ("contents", "node = number", says))
    joins = [f"CROSS JOIN {table} ON {' AND '.join([key, *conditions.sql])}" for table, key, conditions in tables]
    return iter(connection.execute(
        f"SELECT chats.id, nodes.id, chats.title, nodes.role, nodes.created, body FROM {drive} {' '.join(joins)}",
        [*values, *(value for _, _, conditions in tables for value in conditions.values)]))
