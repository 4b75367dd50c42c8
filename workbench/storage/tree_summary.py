"""Tree summaries: every message of a chat without its text, and the first words of some.

Functions run on the database thread.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from workbench.core.chat.context import excerpt
from workbench.core.chat.messages import MessageSummary

from .damaged_values import readable, stored_line
from .messages import batches, tree_rows

_LETTERS = 160
_INSTEAD = {"error": "sentence", "tool_call": "name", "tool_result": "name", "file": "name", "citation": "title"}
"""By the kind of a part that has no text of its own: the field that stands in for it."""


def summaries(connection: sqlite3.Connection, chat_id: str) -> Sequence[MessageSummary]:
    rows = tree_rows(connection, chat_id, "id, role, model, status, label, origin")
    ids: dict[int | None, str] = {row[0]: row[2] for row in rows}
    return [MessageSummary(row[2], ids.get(row[1]), row[3],
                           *(stored_line(value, f"a name in message {row[2]}") for value in row[4:]))
            for row in rows]


def excerpts(connection: sqlite3.Connection, node_ids: Iterable[str]) -> Mapping[str, str]:
    """Returns how messages begin. Only so much is read: a message may be as long as a book."""
    found: dict[str, str] = {}
    for batch in batches(list(node_ids)):
        frames = connection.execute(
            "SELECT no, id, frame FROM nodes JOIN contents ON node = no"
            f" WHERE id IN ({', '.join('?' * len(batch))}) AND deleted IS NULL",
            tuple(batch),
        ).fetchall()
        for number, id, frame in frames:
            found[id] = readable(f"message {id}", partial(_excerpt, connection, number, frame)) or ""
    return found


def _excerpt(connection: sqlite3.Connection, number: int, text: str) -> str:
    from workbench.core.text.markdown_marks import without_marks  # not needed to start

    frame: list[tuple[int | None, dict[str, Any]]] = json.loads(text)
    start = 1
    for length, data in frame:
        if length and data["kind"] == "text":
            row = connection.execute(
                "SELECT substr(body, ?, ?) FROM contents WHERE node = ?", (start, min(length, _LETTERS * 4), number)
            ).fetchone()
            if words := excerpt(without_marks(row[0]), _LETTERS):
                return words
        start += 0 if length is None else length + 1
    kinds = [data["kind"] for _, data in frame]
    words = next((str(data[name]) for _, data in frame if data.get(name := _INSTEAD.get(data["kind"], ""))), "")
    return excerpt(words, _LETTERS) or next((f"[{kind}]" for kind in kinds if kind != "text"), "")
