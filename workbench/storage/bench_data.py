"""A generated store for benchmarks: chats of ordinary length, one of 10,000 messages, words as in languages
(few are frequent, most are rare), and a twentieth in Chinese."""

from __future__ import annotations

import itertools
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from workbench.core.chat.chats import Chat
from workbench.core.ids import new_id
from workbench.core.text.folding import fold

from .chats import insert_chat
from .content import short_grams
from .database import connect, migrate, transaction
from .paths import DATABASE

LONG_CHAT = "benchlongchat000"
LONG = 10_000
_MODELS = [f"maker{maker}/chat-{size}" for maker in range(8) for size in range(5)]
_BEGINNINGS = (
    "b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "st", "tr", "ch", "sh", "th",
    "pl", "br", "gr",
)  # fmt: skip
_ENDINGS = (
    "a", "e", "i", "o", "u", "ea", "ou", "ai", "an", "en", "in", "on", "ar", "er", "or", "ing", "ess", "ation", "ent",
)  # fmt: skip
_START = 1_600_000_000.0


def generate(folder: Path, messages: int, chats: int) -> None:
    """Fills the data folder, unless it is filled already. Takes some two minutes for a million messages."""
    path = folder / DATABASE
    if path.exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    connection = connect(path)
    try:
        migrate(connection, path, lambda version: None)
        connection.execute("PRAGMA synchronous = OFF")
        with transaction(connection, "BEGIN IMMEDIATE"):
            _fill(connection, messages, chats)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


def _fill(connection: sqlite3.Connection, messages: int, chats: int) -> None:
    write = random.Random(1)
    talk = Words(write)
    for number in range(1, chats + 1):
        created = _START + number * 1000
        id = LONG_CHAT if number == 1 else new_id()
        insert_chat(connection, Chat(id, talk.text(6), _MODELS[number % 40], created=created, updated=created))
    rows = _messages(write, talk, messages, chats)
    while batch := list(itertools.islice(rows, 20_000)):
        connection.executemany(
            "INSERT INTO nodes(no, id, chat, parent, position, role, model, created, status, shown, label, origin,"
            " size, has) VALUES(?, ?, ?, ?, ?, ?, ?, ?, 'complete', 0, '', '', length(?), 0)",
            [row for row, _ in batch],
        )
        connection.executemany(
            "INSERT INTO contents VALUES(?, ?, '', ?)", [(row[0], frame, row[8]) for row, frame in batch]
        )
        folded = [(row[0], fold(str(row[8]))) for row, _ in batch]
        connection.executemany("INSERT INTO found(rowid, body) VALUES(?, ?)", folded)
        short = [(number, grams) for number, text in folded if (grams := short_grams(text))]
        connection.executemany("INSERT INTO found_short(rowid, grams) VALUES(?, ?)", short)
    connection.execute(
        "UPDATE chats SET tip = (SELECT id FROM nodes WHERE chat = chats.no ORDER BY position DESC LIMIT 1)"
    )


def _messages(write: random.Random, talk: Words, messages: int, chats: int) -> Iterator[tuple[tuple[object, ...], str]]:
    """Yields rows of ``nodes`` with the text as the last value, and the frame."""
    number = 0
    for chat in range(1, chats + 1):
        left = min(LONG, messages) if chat == 1 else (messages - number) // (chats - chat + 1)
        for position in range(1, left + 1):
            number += 1
            reply = position % 2 == 0
            count = int(write.expovariate(1 / (90 if reply else 20))) + 1
            body = talk.chinese(2 * count) if write.random() < 0.05 else talk.text(count)
            role, model = ("assistant", _MODELS[chat % 40]) if reply else ("user", "")
            row = (
                number, f"bench{number:011}", chat, number - 1 if position > 1 else None, position, role, model,
                _START + chat * 1000 + position, body,
            )  # fmt: skip
            yield row, f'[[{len(body)},{{"kind":"text"}}]]'


class Words:
    """Text of made-up words, the n-th of them with a frequency of 1/n as in natural languages."""

    def __init__(self, write: random.Random) -> None:
        self._write = write
        make = random.Random(0)
        syllables = [beginning + ending for beginning in _BEGINNINGS for ending in _ENDINGS]
        words = dict.fromkeys(
            "".join(make.choices(syllables, k=make.choice((1, 2, 2, 3, 3, 4)))) for _ in range(40_000)
        )
        self.vocabulary = sorted(words, key=lambda word: (len(word), make.random()))
        self._weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(self.vocabulary))))
        self._han = [chr(letter) for letter in make.sample(range(0x4E00, 0x4E00 + 6000), 3000)]
        self._han_weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(self._han))))

    def text(self, count: int) -> str:
        return " ".join(self._write.choices(self.vocabulary, cum_weights=self._weights, k=count))

    def chinese(self, count: int) -> str:
        return "".join(self._write.choices(self._han, cum_weights=self._han_weights, k=count))
