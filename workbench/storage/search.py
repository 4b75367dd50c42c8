"""The search itself: titles, then messages, on a connection that only reads."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn

from workbench.core.chat.chats import Hit
from workbench.core.errors import BadInput

from .chats import distinct
from .content import HAS
from .query import Query, filter_names, parse, unknown_filter
from .search_messages import Conditions, find_messages
from .snippets import snippet
from .text_index import text_condition, title_matches

RARE = 2000
"""So many messages are read one by one rather than looked up among all that have the words."""
_TITLES = 10
_NAMED = 6  # tags, folders or models that a sentence names


def search(connection: sqlite3.Connection, text: str, limit: int) -> list[Hit]:
    """Returns titles first, with the role ``title`` and the end of the chat's line as message (empty: none).
    Raises ``BadInput`` for a filter's value that cannot be or that nothing here has, and when nothing is found for what
    looks like a filter and is none."""
    query = parse(text)
    if query.empty:
        return []
    of_chat, of_node, rare = _filters(connection, query)
    of_chat.add("chats.deleted IS NULL")
    of_node.add("nodes.deleted IS NULL")
    for excluded in query.excluded:
        of_unwanted = _filters(connection, excluded)
        for conditions, unwanted in ((of_chat, of_unwanted[0]), (of_node, of_unwanted[1])):
            if unwanted.sql:
                conditions.add(f"({unwanted}) IS NOT TRUE", *unwanted.values)
    hits = list(_titles(connection, query, of_chat)) if query.for_titles else []
    hits += find_messages(connection, query, [of_node, of_chat], _few(connection, rare), max(0, limit - len(hits)))
    if not hits and limit and (word := unknown_filter(text)):
        raise BadInput(f"“{word}” is no filter, and no text has it: use {filter_names()} or write it in quotes.")
    return hits


def _filters(
    connection: sqlite3.Connection, query: Query
) -> tuple[Conditions, Conditions, list[tuple[str, Sequence[Any]]]]:
    """Returns the conditions on chats, those on messages, and of both, on messages, those that may leave few."""
    of_chat, of_node = Conditions(), Conditions()
    rare: list[tuple[str, Sequence[Any]]] = []
    if query.tag:
        of_chat.add(*_one_of("chats.no", "SELECT chat FROM chat_tags WHERE tag", _tags(connection, query.tag)))
    if query.folder:
        of_chat.add(*_one_of("chats.folder", None, _folders(connection, query.folder)))
    if of_chat.sql:
        rare.append((f"chat IN (SELECT no FROM chats WHERE chats.deleted IS NULL AND {of_chat})", of_chat.values))
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
    return of_chat, of_node, rare


def _one_of(column: str, select: str | None, values: Sequence[str]) -> tuple[Any, ...]:
    places = f"({', '.join('?' * len(values))})"
    return (f"{column} IN ({select} IN {places})" if select else f"{column} IN {places}", *values)


def _tags(connection: sqlite3.Connection, name: str) -> list[str]:
    tags = distinct(connection, "chat_tags", "tag")
    return [tag for tag in tags if tag.casefold() == name.casefold()] or _refuse("tag", name, tags)


def _folders(connection: sqlite3.Connection, name: str) -> list[str]:
    """Returns the ids of the folders of this name and of those in them."""
    rows = connection.execute("SELECT id, name, parent FROM folders WHERE deleted IS NULL").fetchall()
    found = {id for id, title, _ in rows if title.casefold() == name.casefold()}
    while more := {id for id, _, parent in rows if parent in found} - found:
        found |= more
    return list(found) or _refuse("folder", name, [title for _, title, _ in rows])


def _models(connection: sqlite3.Connection, part: str, provider: str) -> list[str]:
    models = [model for model in distinct(connection, "nodes", "model") if model]
    of_name = [model for model in models if part.casefold() in model.casefold()] or _refuse("model", part, models)
    providers = dict.fromkeys(model.partition("/")[0] for model in models)
    if provider and provider not in providers:
        _refuse("provider", provider, providers)
    return [model for model in of_name if not provider or model.startswith(provider + "/")]


def _refuse(name: str, value: str, known: Iterable[str]) -> NoReturn:
    """Raises ``BadInput`` that names some of the values that there are."""
    some = sorted(dict.fromkeys(known))[:_NAMED]
    if not some:
        raise BadInput(f"“{name}:{value}” fits nothing: nothing is here that this filter could find.")
    listed = ", ".join(f'{name}:"{each}"' if " " in each else f"{name}:{each}" for each in some)
    raise BadInput(f"“{name}:{value}” fits nothing that is here: use {listed}.")


def _few(connection: sqlite3.Connection, rare: Sequence[tuple[str, Sequence[Any]]]) -> list[int] | None:
    """Returns the messages that one of the filters leaves, if they are few."""
    for sql, values in rare:
        rows = connection.execute(f"SELECT no FROM nodes WHERE {sql} LIMIT {RARE + 1}", values).fetchall()
        if len(rows) <= RARE:
            return [row[0] for row in rows]
    return None


def _titles(connection: sqlite3.Connection, query: Query, of_chat: Conditions) -> Iterator[Hit]:
    where = Conditions()
    where.add(str(of_chat), *of_chat.values)
    for condition, condition_values in title_matches(query.words):
        where.add(condition, *condition_values)
    for word in query.without:
        condition, condition_values = text_condition("title", word)
        where.add(f"NOT {condition}", *condition_values)
    for wanted, one in (("", query), *(("NOT ", one) for one in query.excluded)):
        if one.before is not None:
            where.add(f"{wanted}chats.updated < ?", one.before)
        if one.after is not None:
            where.add(f"{wanted}chats.updated >= ?", one.after)
    rows = connection.execute(
        f"SELECT id, tip, title, updated FROM chats WHERE {where} ORDER BY touched DESC LIMIT {_TITLES}",
        where.values,
    )
    for chat_id, tip, title, updated in rows:
        yield Hit(chat_id, tip or "", title, "title", updated, *snippet(title, query.words))
