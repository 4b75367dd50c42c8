"""Bytes of attachments: stored once, and dropped when no message has used them for 30 days."""

from __future__ import annotations

import time
from datetime import datetime
from hashlib import sha256

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message
from workbench.core.chat.parts import Image
from workbench.core.errors import BadInput
from workbench.storage.store import SqliteStore

DAY = 24 * 3600.0


def test_the_same_bytes_are_stored_once_under_each_name(run: Run, store: SqliteStore) -> None:
    async def scene() -> None:
        one, two = [await store.put_blob(b"\0\1" * 1000, "image/png", name) for name in ("a.png", "b.png")]
        assert one.sha256 == two.sha256 == sha256(b"\0\1" * 1000).hexdigest()
        assert (one.size, one.mime, one.name, two.name) == (2000, "image/png", "a.png", "b.png")
        assert await store.blob(one.sha256) == b"\0\1" * 1000
        empty = await store.put_blob(b"", "text/plain")
        assert empty.size == 0 and await store.blob(empty.sha256) == b""
        with pytest.raises(BadInput, match="attach the file again"):
            await store.blob("0" * 64)

    run(scene())


def test_only_what_no_message_uses_is_dropped_after_30_days(
    run: Run, store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()

    async def scene() -> None:
        chat = await store.create_chat(Chat("", "Pictures"))
        used, unused, again = [await store.put_blob(data, "image/png") for data in (b"used", b"unused", b"again")]
        await store.add_message(chat.id, None, Message("user", (Image(used),)))
        monkeypatch.setattr(time, "time", lambda: now + 20 * DAY)
        await store.put_blob(b"again", "image/png")
        for day in (31, 32):
            monkeypatch.setattr(time, "time", lambda: now + day * DAY)  # noqa: B023
            await store.maintain(backups=False, now=datetime.fromtimestamp(now + day * DAY))
        assert await store.blob(used.sha256) == b"used" and await store.blob(again.sha256) == b"again"
        with pytest.raises(BadInput):
            await store.blob(unused.sha256)

    run(scene())
