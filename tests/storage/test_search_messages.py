"""The search in messages: the newest of all, exact words first, whatever their accents and the length of the text."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import unicodedata
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import MessageNode, user
from workbench.core.errors import BadInput
from workbench.core.text.folding import fold_of_format_2
from workbench.storage import schema, search_messages
from workbench.storage.content import INDEXED
from workbench.storage.database import MEMORY, connect, migrate
from workbench.storage.store import SqliteStore
from workbench.storage.text_index import index_query, index_text


async def imported(store: SqliteStore, *texts: tuple[str, float]) -> list[str]:
    """Imports messages with their times, in this order."""
    def bring(bulk) -> None:  # type: ignore[no-untyped-def]
        bulk.put_chat(Chat("chat", "—", extra={"source": "x:1"}))
        for number, (text, created) in enumerate(texts):
            bulk.put_node(MessageNode(f"m{number}", "chat", None, user(text), created=created, position=number))

    async with store.transaction() as bulk:
        await asyncio.to_thread(bring, bulk)
    return [f"m{number}" for number in range(len(texts))]


async def hits(store: SqliteStore, query: str, limit: int = 50) -> list[str]:
    return [hit.message_id for hit in await store.search(query, limit) if hit.role != "title"]


@pytest.mark.parametrize(("common", "newest"), [(5000, 20_000), (20, 20_000), (20, 10)])
def test_the_newest_come_first_however_they_were_stored(
    run: Run, store: SqliteStore, monkeypatch: pytest.MonkeyPatch, common: int, newest: int
) -> None:
    """A history that is imported later holds older messages: rare words, common ones, and ones common long ago."""
    monkeypatch.setattr(search_messages, "COMMON", common)
    monkeypatch.setattr(search_messages, "_NEWEST", newest)

    async def scene() -> None:
        texts = [("about kubernetes today", 9e8), *((f"kubernetes {number}", 1e8 + number) for number in range(120)),
                 *((f"other {number}", 2e8 + number) for number in range(60))]
        ids = await imported(store, *texts)
        assert await hits(store, "kubernetes") == [ids[0], *reversed(ids[72:121])]
        assert await hits(store, "kubernetes", 200) == [ids[0], *reversed(ids[1:121])]
        assert await hits(store, "kubernetes before:1990") == list(reversed(ids[71:121]))
        assert await hits(store, "o") == [ids[0], *reversed(ids[132:181])]

    run(scene())


def test_exact_words_come_before_folded_ones(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        ids = await imported(store, ("a cafe in town", 1.0), ("ein Café", 2.0), ("CAFE\u0301 noir", 3.0), ("tea", 4.0))
        assert await hits(store, "cafe") == [ids[0], ids[2], ids[1]]
        assert await hits(store, "café") == [ids[2], ids[1], ids[0]]
        assert await hits(store, "cafe -noir") == [ids[0], ids[1]]
        marked = {hit.message_id: hit.snippet[hit.marks[0][0]:sum(hit.marks[0])] for hit in await store.search("cafe")}
        assert marked == {ids[0]: "cafe", ids[1]: "Café", ids[2]: "CAFE"}

    run(scene())


@pytest.mark.parametrize(("text", "query"), [
    ("Müller kam", "muller"), ("Köln", "koln"), ("Fuß", "fuss"), ("fuss", "Fuß"), ("İstanbul", "istanbul"),
    ("ёлка", "елка"), ("كِتَاب جديد", "كتاب"), ("أحمد", "احمد"), ("ＡＢＣＤ", "abcd"), ("it’s here", "it's"),
    *((unicodedata.normalize("NFD", word), word) for word in ("Müller", "Gespräch", "학교", "がぎ", "é")),
    *((word, unicodedata.normalize("NFD", word)) for word in ("Müller", "Gespräch", "학교", "がぎ", "é")),
])
def test_the_same_words_written_otherwise(run: Run, store: SqliteStore, text: str, query: str) -> None:
    async def scene() -> None:
        ids = await imported(store, (text, 1.0), ("nothing of it", 2.0))
        assert await hits(store, query) == ids[:1]
        title = await store.create_chat(Chat("", text))
        assert [hit.chat_id for hit in await store.search(query) if hit.role == "title"] == [title.id]

    run(scene())


def test_a_text_of_any_length_is_searched_to_its_end(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        text = "word " * (INDEXED // 5) + "and at the end the Wörterbuch"
        ids = await imported(store, (text, 1.0), ("short", 2.0))
        for query in ("wörterbuch", "worterbuch", '"end the"'):
            assert await hits(store, query) == ids[:1], query
        (hit,) = await store.search("worterbuch")
        assert "Wörterbuch" in hit.snippet and hit.marks

    run(scene())


def test_wrong_filters_are_told_and_two_dashes_are_a_word(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        ids = await imported(store, ("git commit --no-verify", 1.0), ("no verify", 2.0))
        assert await hits(store, "--no-verify") == ids[:1]
        with pytest.raises(BadInput, match="use role:system"):
            await store.search("role:admin x")

    run(scene())


def test_an_older_index_is_folded(tmp_path: Path) -> None:
    """What an earlier version indexed as it was written is found folded, and nothing else is lost."""
    with contextlib.closing(connect(MEMORY)) as connection:
        connection.execute("BEGIN")
        schema.first(connection)
        connection.execute("PRAGMA user_version = 1")
        chat = ("INSERT INTO chats(no, id, title, model, pinned, archived, created, updated, touched, system, params,"
                " draft, extra) VALUES(1, 'c', 'Ein Café', '', 0, 0, 0, 0, 0, '', '{}', '', '')")
        connection.execute(chat)
        for number, text in enumerate(("Straße", "plain", "x" * (INDEXED + 5)), 1):
            connection.execute("INSERT INTO nodes(no, id, chat, position, role, status, size, has, model, created,"
                               " shown, label, origin) VALUES(?, ?, 1, 0, 'user', 'complete', 0, 0, '', 0, 0, '', '')",
                               (number, f"n{number}"))
            connection.execute("INSERT INTO contents VALUES(?, '[]', '', ?)", (number, text))
            connection.execute("INSERT INTO found(rowid, body) VALUES(?, ?)", (number, text[:INDEXED]))
        connection.execute("INSERT INTO found(rowid, body) VALUES(-1, 'Ein Café')")
        connection.execute("COMMIT")
        migrate(connection, tmp_path / "x.db", lambda version: None)
        assert _found(connection, "strasse") == [1] and _found(connection, "cafe") == [-1]
        assert _found(connection, "plain") == [2] and _found(connection, "xxx") == []
        assert connection.execute("SELECT number FROM long_texts").fetchall() == [(3,)]


def test_text_that_is_not_in_utf8_stops_no_search(run: Run, store: SqliteStore, folder: Path) -> None:
    async def scene() -> None:
        chat = await store.create_chat(Chat("", "Café Title"))
        await store.create_chat(Chat("", "Café"))
        nodes = [await store.add_message(chat.id, None, user(text)) for text in ("damaged café", "whole café")]

        def damage(connection: sqlite3.Connection) -> None:
            connection.execute("UPDATE contents SET body = CAST(X'64616dff616765642063616666c3a9' AS TEXT)"
                               " WHERE node = (SELECT no FROM nodes WHERE id = ?)", (nodes[0].id,))
            connection.execute("UPDATE chats SET title = CAST(X'43c3a9ff' AS TEXT) WHERE id = ?", (chat.id,))

        with contextlib.closing(connect(folder / "workbench.db")) as connection:
            damage(connection)
        for query in ("café", "cafe -nothing", "role:user", "-role:tool"):
            assert nodes[1].id in {hit.message_id for hit in await store.search(query)}, query
        assert (await store.chat(chat.id)).title == "Cé\ufffd"
        assert [node.message.text[:5] for node in await store.nodes([nodes[0].id])] == ["dam\ufffda"]
        assert {hit.chat_title for hit in await store.search("role:user")} == {"Cé\ufffd"}

    run(scene())


def test_an_index_of_the_second_format_is_folded_further(tmp_path: Path) -> None:
    with contextlib.closing(connect(MEMORY)) as connection:
        connection.execute("BEGIN")
        schema.first(connection)
        schema.fold_indexes(connection)
        connection.execute("PRAGMA user_version = 2")
        connection.execute("INSERT INTO chats(no, id, title, model, pinned, archived, created, updated, touched,"
                           " system, params, draft, extra) VALUES(1, 'c', 'Æther', '', 0, 0, 0, 0, 0, '', '{}', '',"
                           " '')")
        index_text(connection, -1, "Æther", fold_of_format_2)
        for number, text in enumerate(("zero\u200bwidth", "Straße", "plain"), 1):
            connection.execute("INSERT INTO nodes(no, id, chat, position, role, status, size, has, model, created,"
                               " shown, label, origin) VALUES(?, ?, 1, 0, 'user', 'complete', 0, 0, '', 0, 0, '', '')",
                               (number, f"n{number}"))
            connection.execute("INSERT INTO contents VALUES(?, '[]', '', ?)", (number, text))
            index_text(connection, number, text, fold_of_format_2)
        assert _found(connection, "aether") == [] == _found(connection, "zerowidth")
        connection.execute("COMMIT")
        migrate(connection, tmp_path / "x.db", lambda version: None)
        assert _found(connection, "aether") == [-1] and _found(connection, "zerowidth") == [1]
        assert _found(connection, "strasse") == [2] and _found(connection, "plain") == [3]
        connection.execute("INSERT INTO found(found) VALUES('integrity-check')")


def _found(connection: sqlite3.Connection, word: str) -> list[int]:
    index, match = index_query([word]) or ("found", "")
    return [row[0] for row in connection.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH ?", (match,))]
