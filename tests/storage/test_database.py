"""The database file: versions, other processes, full and read-only disks, damage."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.faults.disks import no_file_longer_than
from tests.storage.conversations import fill
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, Status, user
from workbench.core.chat.parts import Blob, Text
from workbench.core.errors import StoreFull, StoreTooNew
from workbench.storage import schema
from workbench.storage.store import SqliteStore, open_store

OTHER_PROCESS = """
import asyncio, sys
from pathlib import Path
from workbench.core.chat.chats import Chat
from workbench.core.chat.messages import Message, Status, user
from workbench.storage.store import open_store

async def main():
    store = await open_store(Path(sys.argv[1]))
    chat = await store.create_chat(Chat("", sys.argv[2]))
    for number in range(int(sys.argv[3])):
        await store.add_message(chat.id, None, user(f"{sys.argv[2]} {number}"), move_tip=False)
    node = await store.add_message(chat.id, None, Message("assistant"), status=Status.STREAMING)
    print(chat.id, node.id, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await store.close()

asyncio.run(main())
"""


def other_process(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, str(folder), name, str(count)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip


def test_a_database_from_the_future_is_refused_and_left_alone(run: Run, folder: Path) -> None:
    run(fill(folder))
    with contextlib.closing(sqlite3.connect(folder / "workbench.db")) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = (folder / "workbench.db").read_bytes()
    with pytest.raises(StoreTooNew, match="newer version"):
        run(open_store(folder))
    assert (folder / "workbench.db").read_bytes() == before


def test_a_migration_follows_a_copy_and_lands_whole_or_not(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(fill(folder))

    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE half(a)")
        raise sqlite3.OperationalError("stopped")

    def whole(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE more(a)")

    def tables(path: Path) -> set[str]:
        with contextlib.closing(sqlite3.connect(path)) as connection:
            return {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}

    monkeypatch.setattr(schema, "MIGRATIONS", schema.MIGRATIONS)
    schema.MIGRATIONS.append(broken)
    try:
        with pytest.raises(Exception, match="stopped"):
            run(open_store(folder))
        assert "half" not in tables(folder / "workbench.db")
        schema.MIGRATIONS[-1] = whole
        run(run(open_store(folder)).close())
        assert "more" in tables(folder / "workbench.db")
        copy = folder / f"backups/before-format-{len(schema.MIGRATIONS)}.db"
        assert "more" not in tables(copy) and "chats" in tables(copy)
    finally:
        schema.MIGRATIONS.pop()


@pytest.mark.process
def test_two_processes_write_at_once_and_hear_of_each_other(run: Run, store: SqliteStore, folder: Path) -> None:
    async def scene() -> None:
        heard = asyncio.Event()
        stop = store.changed(lambda what, id: heard.set() if (what, id) == ("chat", "") else None)
        mine = await store.create_chat(Chat("", "Mine"))
        others = [other_process(folder, f"Other{number}", 30) for number in range(2)]
        for number in range(60):
            await store.add_message(mine.id, None, user(f"Mine {number}"), move_tip=False)
        ids = [(await asyncio.to_thread(other.stdout.readline)).split() for other in others if other.stdout]
        await heard.wait()
        stop()
        assert len(await store.tree(mine.id)) == 60
        for chat_id, node_id in ids:
            assert len(await store.tree(chat_id)) == 31
            assert (await store.nodes([node_id]))[0].status is Status.STREAMING
        # A store that opens now leaves what living processes stream, and ends what dead ones did.
        others[0].kill()
        await asyncio.to_thread(others[0].communicate)
        third = await open_store(folder)
        nodes = await third.nodes([node_id for _, node_id in ids])
        assert [node.status for node in nodes] == [Status.INTERRUPTED, Status.STREAMING]
        await third.close()
        await asyncio.to_thread(others[1].communicate)

    run(scene())


def test_a_full_disk_loses_nothing(run: Run, store: SqliteStore, folder: Path) -> None:
    long = Message("assistant", (Text("word " * 200_000),))

    async def scene() -> None:
        chat = await store.create_chat(Chat("", "Full"))
        node = await store.add_message(chat.id, None, Message("assistant"), status=Status.STREAMING)
        with no_file_longer_than(400_000):
            for _ in range(3):
                with pytest.raises(StoreFull, match="kept in memory"):
                    await store.journal(node.id, long)
            assert (await store.nodes([node.id]))[0].message.text == ""
            with pytest.raises(StoreFull):
                async with store.transaction() as bulk:
                    bulk.put_blob(Blob(sha256(b"x" * 900_000).hexdigest(), 900_000, ""), b"x" * 900_000)
        with no_file_longer_than(50_000), pytest.raises(StoreFull):
            await store.backup(folder / "full" / "copy.db")
        assert (await store.finish(node.id, long, Status.COMPLETE, None)).message == long
        assert (await store.check())[0]

    run(scene())
    assert not [*folder.glob("full/*")]


def test_a_folder_that_cannot_be_written_is_a_sentence(run: Run, folder: Path) -> None:
    (folder / "workbench.lock").mkdir()
    with pytest.raises(StoreFull, match="cannot be written"):
        run(open_store(folder))
