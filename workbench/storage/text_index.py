"""The indexes of text: three letters for all scripts, one and two for those that write words with so few.

They take text in and out and narrow a search down; whether a text really has what is asked for is decided
by looking at it (trigrams say neither order nor place), see ``search.py``.
"""

from __future__ import annotations

import sqlite3
from typing import Any

from .content import INDEXED, short_grams


def index_body(connection: sqlite3.Connection, node: int, body: str) -> None:
    if body:
        connection.execute("INSERT INTO found(rowid, body) VALUES(?, ?)", (node, body[:INDEXED]))
        if grams := short_grams(body[:INDEXED]):
            connection.execute("INSERT INTO found_short(rowid, grams) VALUES(?, ?)", (node, grams))


def unindex_body(connection: sqlite3.Connection, node: int, body: str) -> None:
    """``body`` must be what was taken in: an index without contents cannot look it up."""
    if body:
        connection.execute("INSERT INTO found(found, rowid, body) VALUES('delete', ?, ?)", (node, body[:INDEXED]))
        if grams := short_grams(body[:INDEXED]):
            connection.execute(
                "INSERT INTO found_short(found_short, rowid, grams) VALUES('delete', ?, ?)", (node, grams)
            )


def index_title(connection: sqlite3.Connection, chat: int, title: str) -> None:
    if title:
        connection.execute("INSERT INTO found_titles(rowid, title) VALUES(?, ?)", (chat, title))


def unindex_title(connection: sqlite3.Connection, chat: int, title: str) -> None:
    if title:
        connection.execute("INSERT INTO found_titles(found_titles, rowid, title) VALUES('delete', ?, ?)", (chat, title))


def title_matches(text: str) -> list[tuple[str, Any]]:
    """Conditions, with their values, on ``chats`` for those whose title has ``text`` in it, any case."""
    conditions: list[tuple[str, Any]] = [("has_text(title, ?)", text.casefold())]
    if query := trigram_query(text):
        conditions.insert(0, ("no IN (SELECT rowid FROM found_titles WHERE found_titles MATCH ?)", query))
    return conditions


def trigram_query(text: str) -> str:
    """The query for texts that may have ``text`` in them; empty when it is too short for one.

    Every third trigram and the last: as selective as all of them, for a third of the work.
    """
    text = text.replace("\0", "")
    starts = [*range(0, len(text) - 2, 3), len(text) - 3] if len(text) >= 3 else []
    grams = dict.fromkeys(text[start : start + 3] for start in starts)
    return " AND ".join(quoted(gram) for gram in grams)


def short_query(text: str) -> str:
    """As ``trigram_query``, for one or two letters of a script that ``short_grams`` knows."""
    return quoted(text) if 1 <= len(text) <= 2 and short_grams(text).split(" ")[-1] == text else ""


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def has_text(text: str, folded: str) -> bool:
    """The SQL function of this name: whether ``folded`` (case folded) is in ``text``, any case."""
    return folded in text.casefold()
