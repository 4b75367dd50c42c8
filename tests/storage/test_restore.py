"""Restoration of a backup while the store is in use."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Literal

import pytest

from tests.conftest import Run
from tests.storage.test_bulk_import import bring_in
from workbench.core.chat.chats import Chat, ChatQuery, Folder
from workbench.core.chat.messages import user
from workbench.core.errors import BadInput, StoreDamaged
from workbench.storage.backups import check_backup, list_backups
from workbench.storage.schema import APPLICATION_ID
from workbench.storage.store import SqliteStore


def test_a_backup_while_running_merges_back_and_replaces(run: Run, store: SqliteStore, folder: Path) -> None:
    async def scene() -> None:
        place = await store.save_folder(Folder("", "Place"))
        await bring_in(store, 20, 3)
        await store.update_chat("chat1", folder_id=place.id)
        await store.backup(folder / "copy.db")
        await store.add_message("chat1", "c1m2", user("later"))
        await store.update_chat("chat2", title="Renamed")
        await store.purge(await store.delete_chats(["chat3"]))
        new = await store.create_chat(Chat("", "New"))
        heard: list[tuple[str, str]] = []
        store.changed(lambda what, id: heard.append((what, id)))
        await store.restore(folder / "copy.db", "merge")
        assert ("chat", "") in heard
        assert await store.count_chats(ChatQuery()) == 21
        assert [len(await store.tree(id)) for id in ("chat1", "chat3")] == [4, 3]
        assert (await store.chat("chat2")).title == "Renamed"
        await store.restore(folder / "copy.db", "replace")
        assert await store.count_chats(ChatQuery()) == 20
        assert (await store.chat("chat2")).title == "Old 2"
        with pytest.raises(BadInput):
            await store.chat(new.id)
        assert (await store.search('"message 2 of 3"'))[0].chat_id == "chat3"
        (kept,) = list_backups(folder)
        check_backup(kept.path)
        await store.restore(kept.path, "merge")
        assert (await store.chat(new.id)).title == "New"
        assert not [name for name in os.listdir(folder) if "part" in name]  # noqa: PTH208

    run(scene())


def test_an_older_backup_is_brought_up_to_date_first(run: Run, store: SqliteStore, folder: Path) -> None:
    async def scene() -> None:
        await bring_in(store, 2, 2)
        with contextlib.closing(sqlite3.connect(folder / "old.db")) as old:
            old.execute(f"PRAGMA application_id = {APPLICATION_ID}")  # empty, of format 0
        await store.restore(folder / "old.db", "merge")
        assert await store.count_chats(ChatQuery()) == 2

    run(scene())


def test_what_is_no_good_backup_changes_nothing(run: Run, store: SqliteStore, folder: Path) -> None:
    async def scene() -> None:
        await bring_in(store, 30, 3)
        copy = folder / "copy.db"
        await store.backup(copy)
        whole = copy.read_bytes()
        for content, error in (
            (whole[: len(whole) // 2], StoreDamaged),
            (whole[:8192] + bytes(8192) + whole[16384:], StoreDamaged),
            (b"text", BadInput),
            (b"", BadInput),
        ):
            copy.write_bytes(content)
            for mode in ("merge", "replace"):
                with pytest.raises(error):
                    await store.restore(copy, mode)
        with pytest.raises(BadInput):
            await store.restore(folder / "missing.db")
        with pytest.raises(BadInput, match="itself"):
            await store.backup(folder / "workbench.db")
        assert await store.count_chats(ChatQuery()) == 30
        assert not list_backups(folder)

    run(scene())


HOSTILE = (
    "CREATE TRIGGER ev AFTER INSERT ON chats BEGIN UPDATE chats SET title = 'TRIGGERED'; END",
    "CREATE VIEW v AS SELECT hex(zeroblob(480000000))",
    "CREATE TABLE foreign_table(a, g TEXT GENERATED ALWAYS AS (hex(zeroblob(480000000))) VIRTUAL)",
    "CREATE INDEX foreign_index ON chats(title)",
    "CREATE VIRTUAL TABLE searched USING fts5(x)",
)


@pytest.mark.parametrize("mode", ["replace", "merge"])
@pytest.mark.parametrize("statement", HOSTILE)
def test_rows_are_restored_and_never_a_schema(
    run: Run, store: SqliteStore, folder: Path, tmp_path: Path, statement: str, mode: Literal["merge", "replace"]
) -> None:
    async def scene() -> None:
        await store.create_chat(Chat("kept", "Kept"))
        await store.backup(tmp_path / "b.db")
        with contextlib.closing(sqlite3.connect(tmp_path / "b.db")) as backup:
            backup.execute(statement)
            backup.commit()
        await store.restore(tmp_path / "b.db", mode)
        await store.create_chat(Chat("", "Later"))
        assert sorted(chat.title for chat in await store.chats(ChatQuery())) == ["Kept", "Later"]
        with contextlib.closing(sqlite3.connect(folder / "workbench.db")) as database:
            names = {row[0] for row in database.execute("SELECT name FROM sqlite_schema")}
        assert names.isdisjoint({"ev", "v", "foreign_table", "foreign_index", "searched", "backup_files"})

    run(scene())


def test_a_table_of_ours_that_was_changed_is_refused(run: Run, store: SqliteStore, tmp_path: Path) -> None:
    async def scene() -> None:
        await store.create_chat(Chat("kept", "Kept"))
        await store.backup(tmp_path / "b.db")
        with contextlib.closing(sqlite3.connect(tmp_path / "b.db")) as backup:
            backup.execute("ALTER TABLE chats ADD COLUMN g GENERATED ALWAYS AS (hex(zeroblob(9))) VIRTUAL")
            backup.commit()
        with pytest.raises(BadInput, match="Nothing was restored"):
            await store.restore(tmp_path / "b.db", "replace")
        assert (await store.chat("kept")).title == "Kept"

    run(scene())
