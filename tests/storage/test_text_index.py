"""The indexes of text: which of them is asked, and what stands in them."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

import pytest

from workbench.core.text.folding import fold
from workbench.storage.content import INDEXED
from workbench.storage.database import MEMORY, connect, migrate
from workbench.storage.text_index import has_folded, index_query, index_text, text_condition, unindex_text


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with contextlib.closing(connect(MEMORY)) as opened:
        migrate(opened, MEMORY, lambda version: None)
        yield opened


def found(connection: sqlite3.Connection, *words: str) -> list[int]:
    query = index_query(words)
    assert query is not None
    index, match = query
    return [row[0] for row in connection.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH ?", (match,))]


@pytest.mark.parametrize(("words", "index"), [
    (["lighthouse"], "found"), (["天气预报"], "found"), (["天气"], "found_short"), (["天"], "found_short"),
    (["天", "lighthouse"], "found"), (["ab"], None), (["a", "é"], None), ([], None),
])
def test_the_index_is_that_of_the_longest_words(words: list[str], index: str | None) -> None:
    query = index_query(words)
    assert (query and query[0]) == index


def test_what_is_taken_in_is_found_until_it_is_taken_out(connection: sqlite3.Connection) -> None:
    texts = {1: "The lighthouse keeper", 2: "今天天气很好", -1: 'A title with "quotes" OR NOT*'}
    for number, text in texts.items():
        index_text(connection, number, text)
    index_text(connection, 3, "")
    assert found(connection, "IGHTHOU") == [1] and found(connection, "keeper", "light") == [1]
    assert found(connection, "天气") == [2] and found(connection, "今") == [2] and found(connection, "天气很") == [2]
    assert found(connection, '"quotes" OR NOT*') == [-1], "a query's own signs are letters like others"
    for number, text in texts.items():
        unindex_text(connection, number, text)
    assert not found(connection, "lighthouse") and not found(connection, "天气") and not found(connection, "title")


def test_a_huge_text_is_listed_instead(connection: sqlite3.Connection) -> None:
    text = "begin " + "x" * INDEXED + " beyond"
    index_text(connection, 1, text)
    assert not found(connection, "begin")
    assert connection.execute("SELECT number FROM long_texts").fetchall() == [(1,)]
    unindex_text(connection, 1, text)
    assert connection.execute("SELECT number FROM long_texts").fetchall() == []


@pytest.mark.parametrize(("text", "word", "has"), [
    ("Straße", "STRASSE", True), ("ÄRGER", "ärger", True), ("one\ntwo", "ONE\nTWO", True), ("50 %", "50%", False),
    ("", "a", False), ("Привет", "привет", True), ("Café", "cafe", True), ("cafe", "CAFÉ", True),
])
def test_a_text_has_a_word_in_any_case(connection: sqlite3.Connection, text: str, word: str, has: bool) -> None:
    assert has_folded(text.encode(), fold(word)) == has
    sql, values = text_condition("text", word)
    row = connection.execute(f"SELECT {sql} FROM (SELECT ? AS text)", (*values, text)).fetchone()
    assert bool(row[0]) == has
