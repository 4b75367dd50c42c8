"""Imports one file again and again: ``python -m tests.files.imports.repeated 50000``.

Child processes import an export with ids and a data set without: once clean; then killed at a random moment and again
until it is done, and once more; then from two processes at once into an empty folder; then grown and edited. Each time
the store must hold exactly the chats and messages of a clean import.
"""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbench.core.chat.chats import ChatQuery
from workbench.storage.store import open_store

ROOT = Path(__file__).parents[3]
Contents = Counter[tuple[str, tuple[tuple[str, str, int], ...]]]
"""How often there is a chat of this title whose messages are these: role, parent's text and length."""


def conversation(number: int, turns: int) -> list[tuple[str, str]]:
    """Returns the messages of a chat; every third one begins like its neighbours."""
    first = "The same question" if number % 3 == 0 else f"Question {number}"
    return [("user" if turn % 2 == 0 else "assistant", f"{first if not turn else f'Turn {turn} of {number}'}")
            for turn in range(turns)]


def claude(number: int, turns: int) -> dict[str, Any]:
    return {"uuid": f"chat-{number}", "name": f"Chat {number}", "created_at": "2026-01-02T03:04:05Z", "chat_messages": [
        {"uuid": f"{number}-{place}", "sender": "human" if role == "user" else "assistant", "text": text}
        for place, (role, text) in enumerate(conversation(number, turns))]}


def write(folder: Path, chats: int, turns: int = 4, *, edited: bool = False) -> list[Path]:
    """Writes the export and the data set; half of the chats have ids."""
    export, lines = folder / "conversations.json", folder / "set.jsonl"
    with export.open("w", encoding="utf-8") as file:
        file.write("[" + ",\n".join(json.dumps(claude(number, turns)) for number in range(chats // 2)) + "]")
    with lines.open("w", encoding="utf-8") as file:
        for number in range(chats // 2, chats):
            said = conversation(number, turns)
            if edited and number % 7 == 0:
                said[2] = said[2][0], "Edited " + said[2][1]
            file.write(json.dumps({"messages": [{"role": role, "content": text} for role, text in said]}) + "\n")
    return [export, lines]


def started(data: Path, files: list[Path]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "workbench", "--data-dir", str(data), "import", *map(str, files)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def imported(data: Path, files: list[Path]) -> str:
    """Imports to the end and returns what was said."""
    process = started(data, files)
    out, errors = process.communicate()
    assert process.returncode == 0, errors.decode()
    return out.decode()


def contents(data: Path) -> Contents:
    async def work() -> Contents:
        store = await open_store(data)
        try:
            found: Contents = Counter()
            while page := await store.chats(ChatQuery(offset=found.total(), limit=500)):
                for chat in page:
                    stubs = await store.tree(chat.id)
                    nodes = {node.id: node for node in await store.nodes([stub.id for stub in stubs])}
                    said = [(node.message.role, nodes[node.parent_id].message.text if node.parent_id else "",
                             len(node.message.text)) for node in nodes.values()]
                    found[chat.title, tuple(sorted(said))] += 1
            return found
        finally:
            await store.close()

    return asyncio.run(work())


def killed_imports(data: Path, files: list[Path], seconds: float, chance: random.Random) -> Iterator[float]:
    """Imports until one lives to its end; yields after how many seconds each was killed."""
    for attempt in range(3):
        process = started(data, files)
        moment = chance.uniform(0.2, 0.9) * seconds / (1 + attempt)
        try:
            process.wait(moment)
            return
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            yield moment
        finally:
            process.communicate()


def main(chats: int, seed: int | None = None) -> None:
    """Raises ``AssertionError`` when a chat came twice or not at all."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        files = write(Path(folder), chats)
        begun = time.monotonic()
        sys.stdout.write(imported(Path(folder) / "clean", files))
        spent = time.monotonic() - begun
        clean = contents(Path(folder) / "clean")
        assert clean.total() == chats, clean.total()
        assert f"{chats:,} chats are unchanged".replace(",", "\u202f") in imported(Path(folder) / "clean", files)
        assert contents(Path(folder) / "clean") == clean
        for moment in killed_imports(Path(folder) / "killed", files, spent, chance):
            sys.stdout.write(f"killed after {moment:.1f} s of about {spent:.1f} s\n")
        for _ in range(2):
            imported(Path(folder) / "killed", files)
            assert contents(Path(folder) / "killed") == clean
        both = [started(Path(folder) / "both", files) for _ in range(2)]
        outcomes = [process.communicate() for process in both]
        assert [process.returncode for process in both] == [0, 0], outcomes
        assert contents(Path(folder) / "both") == clean
        grown = write(Path(folder), chats, 6, edited=True)
        imported(Path(folder) / "clean", grown)
        after = contents(Path(folder) / "clean")
        assert after.total() == chats, after.total()
        imported(Path(folder) / "clean", grown)
        assert contents(Path(folder) / "clean") == after
    sys.stdout.write(f"{chats} chats: twice, killed, at once, grown and edited: each is there once.\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
