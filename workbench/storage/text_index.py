"""The indexes of text: three letters for all scripts, one and two for those that write words with so few.

They hold folded text, so that words are found whatever their accents, and narrow a search down; whether a text
really has what is asked for is decided by looking at it (trigrams say neither order nor place), see
``search.py``. Texts so long that they would hold up the store are listed instead, and always looked at.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from workbench.core.text.folding import fold

from .content import INDEXED, short_grams


def index_text(
    connection: sqlite3.Connection, number: int, text: str, folding: Callable[[str], str] = fold
) -> None:
    """Adds a text to the index. ``number`` is that of a message, or the negative one of a chat for its title;
    ``folding`` differs in migrations only."""
    if len(text) > INDEXED:
        connection.execute("INSERT OR IGNORE INTO long_texts VALUES(?)", (number,))
    elif text:
        folded = folding(text)
        connection.execute("INSERT INTO found(rowid, body) VALUES(?, ?)", (number, folded))
        if grams := short_grams(folded):
            connection.execute("INSERT INTO found_short(rowid, grams) VALUES(?, ?)", (number, grams))


def unindex_text(connection: sqlite3.Connection, number: int, text: str) -> None:
    """Removes a text from the index. ``text`` must be what was added: an index without contents cannot look it up."""
    if len(text) > INDEXED:
        connection.execute("DELETE FROM long_texts WHERE number = ?", (number,))
    elif text:
        remove_folded(connection, number, fold(text))


def remove_folded(connection: sqlite3.Connection, number: int, folded: str) -> None:
    """Removes from the index what was added of a text."""
    connection.execute("INSERT INTO found(found, rowid, body) VALUES('delete', ?, ?)", (number, folded))
    if grams := short_grams(folded):
        connection.execute("INSERT INTO found_short(found_short, rowid, grams) VALUES('delete', ?, ?)", (number, grams))


def index_query(words: Iterable[str]) -> tuple[str, str] | None:
    """Returns the index and the query for texts that may have all these words; None when they are too short."""
    words = [fold(word) or word for word in words]
    for index, query in (("found", _trigrams), ("found_short", _short)):
        if match := " AND ".join(filter(None, map(query, words))):
            return index, match
    return None


def title_matches(words: Iterable[str]) -> list[tuple[str, tuple[Any, ...]]]:
    """Returns conditions, with their values, on ``chats`` for those whose title has all these words, folded."""
    words = list(words)
    conditions: list[tuple[str, tuple[Any, ...]]] = [text_condition("title", word) for word in words]
    if narrow := index_query(words):
        index, match = narrow
        conditions.insert(0, (f"chats.no IN (SELECT -rowid FROM {index} WHERE {index} MATCH ? AND rowid < 0"
                              " UNION ALL SELECT -number FROM long_texts WHERE number < 0)", (match,)))
    return conditions


def text_condition(column: str, word: str) -> tuple[str, tuple[str, ...]]:
    """Returns the condition, with its values, that a text has the word in it, folded.

    What is ASCII is looked for by SQLite alone, which holds up no other Python thread.
    """
    folded = fold(word) or word
    if not folded.isascii():
        return f"has_folded(CAST({column} AS BLOB), ?)", (folded,)
    return (f"(instr(lower({column}), ?) > 0 OR (length({column}) <> length(CAST({column} AS BLOB))"
            f" AND has_folded(CAST({column} AS BLOB), ?)))"), (folded, folded)


def _trigrams(word: str) -> str:
    grams = dict.fromkeys(word[start : start + 3] for start in range(len(word) - 2))
    return " AND ".join(map(quoted, grams))


def _short(word: str) -> str:
    """Returns the query for one or two letters of a script that ``short_grams`` knows."""
    return quoted(word) if 1 <= len(word) <= 2 and short_grams(word).split(" ")[-1] == word else ""


def quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def has_folded(text: bytes | None, word: str) -> bool:
    """Returns whether ``word`` (by ``fold``) is in ``text``: the SQL function of this name. It takes bytes, because
    SQLite would end the statement at text that is not in UTF-8."""
    return text is not None and word in fold(text.decode("utf-8", "replace"))
