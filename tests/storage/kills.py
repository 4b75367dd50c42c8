"""Kills the program at random moments and looks at what it left: ``python -m tests.storage.kills 200``.

A child process works on a store and says on its standard output what it was told is saved. It is killed
(-9) while it streams, edits, imports, backs up, restores, exports or migrates. Then everything acknowledged must be
there, what streamed at most one journal behind, the database whole, and no half file left.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.chat.messages import Message, MessageNode, Status, user
from workbench.core.chat.parts import Text
from workbench.core.ids import new_id
from workbench.files.import_export_service import ImportExportService
from workbench.storage import schema
from workbench.storage.restore import check_backup
from workbench.storage.store import SqliteStore, open_store

IMPORTED, EACH = 40, 25
ROOT = Path(__file__).parents[2]


def say(**facts: object) -> None:
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


async def stream(store: SqliteStore, folder: Path) -> None:
    chat = await store.create_chat(Chat("", "Streaming"))
    asked = await store.add_message(chat.id, None, user("A question"))
    say(message=asked.id, text="A question")
    node = await store.add_message(chat.id, asked.id, Message("assistant"), status=Status.STREAMING)
    text = ""
    for number in range(10_000):
        text += f"word{number} "
        await store.journal(node.id, Message("assistant", (Text(text),)))
        say(streaming=node.id, text=text)


async def edit(store: SqliteStore, folder: Path) -> None:
    chat = await store.create_chat(Chat("", "Editing"))
    parent = None
    for number in range(10_000):
        node = await store.add_message(chat.id, parent, user(f"Message {number}"))
        parent = node.id if number % 3 else parent
        await store.update_chat(chat.id, title=f"Title {number}")
        if number % 5 == 4:
            await store.undo(await store.delete_messages(chat.id, [node.id], below=True))
        if number % 7 == 6:
            put_in, _ = await store.insert_message(chat.id, node.parent_id, node.id, user(f"Put in {number}"))
            say(message=put_in.id, text=f"Put in {number}")
        say(message=node.id, text=f"Message {number}")
        say(chat=chat.id, at_least=number)


async def bring_in(store: SqliteStore, folder: Path) -> None:
    for batch in range(1000):
        name = new_id()
        async with store.transaction() as bulk:
            for number in range(IMPORTED):
                id = f"{name}c{number}"
                bulk.put_chat(Chat(id, "Imported", tip=f"{id}m{EACH - 1}", extra={"source": id}))
                for place in range(EACH):
                    above = f"{id}m{place - 1}" if place else None
                    bulk.put_node(MessageNode(f"{id}m{place}", id, above, user(f"{id} {place}"), position=place))
                await asyncio.sleep(0)
        say(batch=batch)


async def back_up(store: SqliteStore, folder: Path) -> None:
    for number in range(1000):
        chat = await store.create_chat(Chat("", f"Chat {number}"))
        node = await store.add_message(chat.id, None, user("x" * 5000))
        say(message=node.id, text="x" * 5000)
        await store.backup(folder / "backups" / "copy.db")


async def restore(store: SqliteStore, folder: Path) -> None:
    (templates := folder / "templates").mkdir(exist_ok=True)
    for number in range(300):
        (templates / f"{number}.md").write_text("x" * 1000)
    chat = await store.create_chat(Chat("", "Restored"))
    node = await store.add_message(chat.id, None, user("Kept"))
    await store.backup(folder / "backups" / "copy.db")
    say(message=node.id, text="Kept")
    for _ in range(1000):
        await store.restore(folder / "backups" / "copy.db", "replace")
        _clear(folder)


def _clear(folder: Path) -> None:
    for copy in folder.glob("backups/before-restore-*.db"):
        copy.unlink()


async def export(store: SqliteStore, folder: Path) -> None:
    exchange = ImportExportService(store)
    chat = await store.create_chat(Chat("", "Exported"))
    for number in range(200):
        node = await store.add_message(chat.id, None, user(f"Line {number}"))
        say(message=node.id, text=f"Line {number}")
        await exchange.export(
            [chat.id], "json", folder / "out" / "chat.json", options={}, progress=lambda done, total: None
        )


async def migrate(store: SqliteStore, folder: Path) -> None:
    chat = await store.create_chat(Chat("", "Before"))
    for number in range(30):
        node = await store.add_message(chat.id, None, user(f"Old {number}"))
        say(message=node.id, text=f"Old {number}")
    for number in range(1000):
        await store.close()
        schema.MIGRATIONS.append(_migration(number))
        store = await open_store(folder)
        say(migrated=len(schema.MIGRATIONS))


def _migration(number: int) -> Callable[[sqlite3.Connection], None]:
    def run(connection: sqlite3.Connection) -> None:
        connection.execute(f"CREATE TABLE migrated{number} AS SELECT * FROM contents")
        connection.execute(f"UPDATE migrated{number} SET body = body || 'x'")
        connection.execute(f"ALTER TABLE chats ADD COLUMN migrated{number} TEXT")

    return run


WORK: dict[str, Callable[[SqliteStore, Path], Awaitable[None]]] = {
    "stream": stream, "edit": edit, "import": bring_in, "back_up": back_up, "restore": restore, "export": export,
    "migrate": migrate,
}  # fmt: skip


@dataclass
class Told:
    """What the child said was saved."""

    messages: dict[str, str] = field(default_factory=dict)
    streaming: dict[str, str] = field(default_factory=dict)
    titles: dict[str, int] = field(default_factory=dict)
    batches: set[int] = field(default_factory=set)
    migrated: int = 1

    def hear(self, line: str) -> None:
        facts = json.loads(line)
        if "message" in facts:
            self.messages[facts["message"]] = facts["text"]
        elif "streaming" in facts:
            self.streaming[facts["streaming"]] = facts["text"]
        elif "chat" in facts:
            self.titles[facts["chat"]] = facts["at_least"]
        elif "batch" in facts:
            self.batches.add(facts["batch"])
        elif "migrated" in facts:
            self.migrated = facts["migrated"]


def kill_once(work: str, folder: Path, delay: float) -> Told:
    """Starts the child, lets it save something, kills it after ``delay`` seconds more."""
    command = [sys.executable, "-m", "tests.storage.kills", "--work", work, str(folder)]
    told = Told()
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        told.hear(child.stdout.readline())
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(delay)
        child.kill()
        for line in child.stdout.read().splitlines(keepends=True):
            if line.endswith("\n"):
                told.hear(line)
    return told


async def look(folder: Path, told: Told) -> None:
    """Raises ``AssertionError`` when something is lost, half done or damaged."""
    with contextlib.closing(sqlite3.connect(folder / "workbench.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        assert version >= told.migrated
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
        assert sum(name.startswith("migrated") for name in tables) == version - len(schema.MIGRATIONS)
    known = list(schema.MIGRATIONS)
    schema.MIGRATIONS += [_migration(number) for number in range(version - len(known))]
    store = await open_store(folder)
    try:
        await store.clean()
        kept = {node.id: node for node in await store.nodes([*told.messages, *told.streaming])}
        assert {id: kept[id].message.text for id in told.messages} == told.messages
        for id, text in told.streaming.items():
            assert kept[id].status is Status.INTERRUPTED and kept[id].message.text.startswith(text)
        for id, number in told.titles.items():
            assert int((await store.chat(id)).title.removeprefix("Title ")) >= number
        imported = [chat for chat in await store.chats(ChatQuery(limit=10**6)) if chat.extra.get("source")]
        assert len(imported) % IMPORTED == 0 and len(imported) >= len(told.batches) * IMPORTED
        for chat in imported[:50]:
            assert len(await store.path(chat.id)) == EACH
        look_at_files(folder)
    finally:
        await store.close()
        schema.MIGRATIONS[:] = known


def look_at_files(folder: Path) -> None:
    for path in folder.glob("backups/*.db"):
        check_backup(path)
    for path in folder.glob("out/chat.json"):
        json.loads(path.read_bytes())
    assert not [*folder.glob(".*"), *folder.glob("backups/.*")]
    assert len([*folder.glob("locks/*")]) == 1


def run(count: int, folder: Path, seed: int) -> None:
    """Kills ``count`` children, each kind of work in turn; stores lie in ``folder``."""
    choose = random.Random(seed)
    for number in range(count):
        work = list(WORK)[number % len(WORK)]
        # Later children find what earlier ones left; none of them knows the tables of another's migrations.
        place = folder / (f"migrate{number}" if work == "migrate" else work)
        place.mkdir(exist_ok=True)
        told = kill_once(work, place, choose.uniform(0.0, 0.3))
        asyncio.run(look(place, told))


async def _work(name: str, folder: Path) -> None:
    await WORK[name](await open_store(folder), folder)


if __name__ == "__main__":
    if sys.argv[1] == "--work":
        asyncio.run(_work(sys.argv[2], Path(sys.argv[3])))
    else:
        with tempfile.TemporaryDirectory() as temporary:
            run(int(sys.argv[1]), Path(temporary), seed=int(sys.argv[2]) if len(sys.argv) > 2 else 1)
        sys.stdout.write(f"{sys.argv[1]} kills: nothing lost.\n")
