"""``workbench bench import``: a ChatGPT export of so many megabytes into an empty store, in a fresh process."""

from __future__ import annotations

import asyncio
import json
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from workbench.core.processes import child_process

MEGABYTES = 50
_TURNS = 12
_TEXT = """the model answers with a number of tokens and says why it chose each of them while you watch and compare
temperature sampling context window prompt seed branch reply stream parameter history search export"""
_WORDS = _TEXT.split()


def run(name: str, size: int | None) -> dict[str, Any]:
    """Measures an import of ``size`` megabytes. Memory is the largest resident size of the process, store and all."""
    megabytes = size or MEGABYTES
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        path = Path(folder) / "conversations.json"
        chats = generate(path, megabytes * 1_000_000)
        command = child_process.python("-m", __name__, str(path), str(Path(folder) / "data"))
        done = child_process.run(command, seconds=3600)
        if done.code:
            raise RuntimeError(f"The measured process failed: {done.errors[-2000:]}")
        figures: dict[str, Any] = json.loads(done.output)
        assert figures["chats"] == chats, figures
        figures["mb"] = round(path.stat().st_size / 1e6, 1)
        figures["mb_per_s"] = round(figures["mb"] / figures["seconds"], 2)
        return figures


def generate(path: Path, size: int) -> int:
    """Writes an export of about ``size`` bytes, the same each time; returns how many chats are in it."""
    chance = random.Random(1)
    chats = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        while file.tell() < size:
            file.write(",\n" if chats else "")
            json.dump(_conversation(chats, chance), file)
            chats += 1
        file.write("]")
    return chats


def _conversation(number: int, chance: random.Random) -> dict[str, Any]:
    mapping: dict[str, Any] = {"root": {"id": "root", "parent": None, "children": ["0"], "message": None}}
    for turn in range(_TURNS):
        role = "assistant" if turn % 2 else "user"
        text = " ".join(chance.choices(_WORDS, k=chance.randint(5, 200) if turn % 2 else 15))
        mapping[f"{turn}"] = {
            "id": f"{turn}", "parent": f"{turn - 1}" if turn else "root",
            "children": [f"{turn + 1}"] if turn + 1 < _TURNS else [],
            "message": {"id": f"{turn}", "author": {"role": role, "metadata": {}}, "create_time": 1.7e9 + number + turn,
                        "content": {"content_type": "text", "parts": [text]}, "status": "finished_successfully",
                        "recipient": "all", "weight": 1.0, "metadata": {"model_slug": "gpt-4o"}},
        }
    return {"title": f"Conversation {number}", "conversation_id": f"c-{number}", "create_time": 1.7e9 + number,
            "update_time": 1.7e9 + number, "current_node": f"{_TURNS - 1}", "mapping": mapping}


def _measured(path: Path, folder: Path) -> None:
    """Measures in the measured process: prints its figures as JSON."""
    from workbench.bench.measure import cpu_seconds
    from workbench.files.import_export_service import ImportExportService
    from workbench.storage.store import open_store

    async def work() -> dict[str, Any]:
        store = await open_store(folder)
        started = time.perf_counter()
        report = await ImportExportService(store).import_files([path], dry_run=False, progress=lambda done, of: None)
        seconds = time.perf_counter() - started
        await store.close()
        return {"chats": report.chats, "messages": report.messages, "seconds": round(seconds, 2),
                "cpu_s": round(cpu_seconds(), 2), "peak_mb": _peak_mb()}

    folder.mkdir()
    sys.stdout.write(json.dumps(asyncio.run(work())))


def _peak_mb() -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3), 1)


if __name__ == "__main__":
    _measured(Path(sys.argv[1]), Path(sys.argv[2]))
