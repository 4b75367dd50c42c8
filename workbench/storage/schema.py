"""The tables, as an append-only list of migrations.

A published migration is never changed: a change of the tables is another function at the end of the list.
``user_version`` counts those that were applied.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from workbench.core.text.folding import fold, fold_of_format_2

from .content import INDEXED
from .text_index import index_text, remove_folded

APPLICATION_ID = 0x43574253  # "CWBS"; tells our file from other SQLite files

_FIRST = """
CREATE TABLE chats(
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  title TEXT NOT NULL,
  model TEXT NOT NULL,
  pinned INTEGER NOT NULL,
  archived INTEGER NOT NULL,
  folder TEXT,
  tip TEXT,
  created REAL NOT NULL,
  updated REAL NOT NULL,
  touched REAL NOT NULL, -- orders chats; grows even when the clock is set back
  deleted TEXT,          -- token of the trash, or of an import that is under way
  source TEXT,           -- what an import calls it
  system TEXT NOT NULL,
  params TEXT NOT NULL,
  draft TEXT NOT NULL,
  extra TEXT NOT NULL
);
CREATE INDEX chats_shown ON chats(archived, pinned, touched) WHERE deleted IS NULL;
CREATE INDEX chats_touched ON chats(touched);
CREATE INDEX chats_folder ON chats(folder, archived, pinned, touched) WHERE folder IS NOT NULL;
CREATE INDEX chats_deleted ON chats(deleted) WHERE deleted IS NOT NULL;
CREATE INDEX chats_source ON chats(source) WHERE source IS NOT NULL;

CREATE TABLE chat_tags(
  tag TEXT NOT NULL,
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  place INTEGER NOT NULL,
  PRIMARY KEY(tag, chat)
) WITHOUT ROWID;
CREATE INDEX chat_tags_chat ON chat_tags(chat, place);

CREATE TABLE folders(
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  parent TEXT,
  position INTEGER NOT NULL,
  deleted TEXT
) WITHOUT ROWID;

-- What a message is and where it stands. Rows are small, so that walking a line of 10,000 is quick.
CREATE TABLE nodes(
  no INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  parent INTEGER,
  position INTEGER NOT NULL,
  role TEXT NOT NULL,
  status TEXT NOT NULL,
  size INTEGER NOT NULL,  -- characters of text
  has INTEGER NOT NULL,   -- bits, see content.HAS
  model TEXT NOT NULL,
  created REAL NOT NULL,
  shown INTEGER NOT NULL, -- when this was the end of the shown line, counted within the chat; 0: never
  label TEXT NOT NULL,
  origin TEXT NOT NULL,
  deleted TEXT,
  writer TEXT             -- who streams it
);
CREATE INDEX nodes_place ON nodes(chat, position);
CREATE INDEX nodes_children ON nodes(chat, parent, position);
CREATE INDEX nodes_shown ON nodes(chat, shown) WHERE shown > 0;
CREATE INDEX nodes_deleted ON nodes(deleted) WHERE deleted IS NOT NULL;
CREATE INDEX nodes_streaming ON nodes(writer) WHERE status = 'streaming';
CREATE INDEX nodes_created ON nodes(created);
CREATE INDEX nodes_model ON nodes(model);
CREATE INDEX nodes_image ON nodes(no) WHERE has & 1;
CREATE INDEX nodes_file ON nodes(no) WHERE has & 2;
CREATE INDEX nodes_reasoning ON nodes(no) WHERE has & 4;
CREATE INDEX nodes_audio ON nodes(no) WHERE has & 8;
CREATE INDEX nodes_tool ON nodes(no) WHERE has & 16;

-- What a message says: ``body`` is all of its text, ``frame`` the rest, see content.py.
CREATE TABLE contents(
  node INTEGER PRIMARY KEY REFERENCES nodes ON DELETE CASCADE,
  frame TEXT NOT NULL,
  extra TEXT NOT NULL,
  body TEXT NOT NULL
);
CREATE TABLE records(
  node INTEGER PRIMARY KEY REFERENCES nodes ON DELETE CASCADE,
  record TEXT NOT NULL
);

CREATE TABLE blobs(
  no INTEGER PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  added REAL NOT NULL,
  data BLOB NOT NULL
);
CREATE TABLE blob_uses(
  sha256 TEXT NOT NULL,
  node INTEGER NOT NULL REFERENCES nodes ON DELETE CASCADE,
  PRIMARY KEY(sha256, node)
) WITHOUT ROWID;
CREATE INDEX blob_uses_node ON blob_uses(node);
-- Bytes that a chat keeps beside its messages (attachments of a draft).
CREATE TABLE chat_blobs(
  sha256 TEXT NOT NULL,
  chat INTEGER NOT NULL REFERENCES chats ON DELETE CASCADE,
  PRIMARY KEY(sha256, chat)
) WITHOUT ROWID;
CREATE INDEX chat_blobs_chat ON chat_blobs(chat);

CREATE TABLE trash(
  token TEXT PRIMARY KEY,
  created REAL NOT NULL,
  kind TEXT NOT NULL,
  data TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE kept(
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) WITHOUT ROWID;

-- Indexes of text: of messages by their number, of titles by the negative number of the chat. They hold
-- which text has which three letters, without places, for a third of the size of full ones; search.py checks
-- what they find against the text itself.
CREATE VIRTUAL TABLE found USING fts5(body, content='', detail=none, columnsize=0, tokenize='trigram');
-- One and two letters of scripts that write words with so few.
CREATE VIRTUAL TABLE found_short USING fts5(grams, content='', detail=none, columnsize=0,
  tokenize='unicode61 remove_diacritics 0');
"""


def first(connection: sqlite3.Connection) -> None:
    for statement in _statements(_FIRST):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def fold_indexes(connection: sqlite3.Connection) -> None:
    """Indexes texts folded. Of ASCII the index holds the same either way; the others are taken out as they were put in
    and put in anew."""
    connection.execute("CREATE TABLE long_texts(number INTEGER PRIMARY KEY)")
    texts = connection.execute(
        "SELECT no, body FROM nodes JOIN contents ON node = no WHERE status <> 'streaming' AND "
        + _CHANGED.format("body") + " UNION ALL SELECT -no, title FROM chats WHERE " + _CHANGED.format("title"))
    for number, text in texts:
        remove_folded(connection, number, text[:INDEXED])
        index_text(connection, number, text, fold_of_format_2)


def fold_ligatures(connection: sqlite3.Connection) -> None:
    """Indexes ligatures by their letters, and leaves out characters that nobody sees."""
    texts = connection.execute(
        "SELECT no, body FROM nodes JOIN contents ON node = no WHERE status <> 'streaming' AND "
        + _BEYOND_ASCII.format("body") + " UNION ALL SELECT -no, title FROM chats WHERE "
        + _BEYOND_ASCII.format("title"))
    for number, text in texts:
        if len(text) <= INDEXED and (before := fold_of_format_2(text)) != fold(text):
            remove_folded(connection, number, before)
            index_text(connection, number, text)


_BEYOND_ASCII = "length({0}) <> length(CAST({0} AS BLOB))"
_CHANGED = "(length({0}) <> length(CAST({0} AS BLOB)) OR length({0}) > 1000000)"

MIGRATIONS: list[Callable[[sqlite3.Connection], None]] = [first, fold_indexes, fold_ligatures]


def _statements(script: str) -> list[str]:
    """Splits a script: ``executescript`` would commit first, and a migration lands whole or not at all."""
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements
