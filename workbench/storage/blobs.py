"""Blobs, keyed by their content: the same image in ten chats is stored once. Runs on the database thread."""

from __future__ import annotations

import hashlib
import sqlite3
import time

from workbench.core.chat.parts import Blob
from workbench.core.errors import BadInput


def put_blob(connection: sqlite3.Connection, data: bytes, mime: str, name: str) -> Blob:
    """Stores bytes; those that no message uses within 30 days are dropped."""
    blob = Blob(hashlib.sha256(data).hexdigest(), len(data), mime, name)
    connection.execute(
        "INSERT INTO blobs(sha256, added, data) VALUES(?, ?, ?)"
        " ON CONFLICT(sha256) DO UPDATE SET added = excluded.added",
        (blob.sha256, time.time(), data),
    )
    return blob


def get_blob(connection: sqlite3.Connection, sha256: str) -> bytes:
    row = connection.execute("SELECT data FROM blobs WHERE sha256 = ?", (sha256,)).fetchone()
    if row is None:
        raise BadInput("The bytes of this attachment are not in the store: attach the file again.")
    return bytes(row[0])
