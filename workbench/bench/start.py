"""``workbench bench start``: from the command to a usable window, beside a bare PySide6 window."""

from __future__ import annotations

import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from workbench.core.processes import child_process

RUNS = 9

_BARE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow
from workbench.bench.start import report
app = QApplication([])
window = QMainWindow()
window.resize(1440, 900)
window.show()
QTimer.singleShot(0, lambda: (report(), app.quit()))
app.exec()
"""

_OURS = """
import sys
from workbench.window_app import run_window
from workbench.bench.start import report
from workbench.cli.parser import parse
def ready(window):
    from PySide6.QtCore import QTimer  # the program itself loads Qt only when it opens its window
    QTimer.singleShot(0, lambda: (report(), window.close()))
sys.exit(run_window(parse(["--data-dir", sys.argv[1], *sys.argv[2:]]), ready))
"""


def report() -> None:
    """Prints the figures of the measured process, once its window can be used, as one line of JSON."""
    from workbench.bench.measure import cpu_seconds, memory_mb, seconds_since_start

    figures = {"cpu_s": cpu_seconds(), "wall_s": seconds_since_start(), "pss_mb": memory_mb()}
    print(json.dumps(figures), flush=True)  # noqa: T201


def run(name: str, size: int | None) -> dict[str, Any]:
    """Returns medians of several starts; ``size`` chats are put into the store first (0 without)."""
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as temporary:
        folder = Path(temporary)
        chat = _prepare(folder, size or 0)
        return {"runs": RUNS, "chats": size or 0, **compare(folder, "--chat", chat)}


def compare(folder: Path, *arguments: str) -> dict[str, Any]:
    """Returns medians of several starts on a data folder, beside those of a bare window."""
    child(_OURS, str(folder), *arguments)  # once unmeasured, so that files are read and compiled
    ours = [child(_OURS, str(folder), *arguments)[0] for _ in range(RUNS)]
    bare = [child(_BARE)[0] for _ in range(RUNS)]
    result: dict[str, Any] = {}
    for figure in ("cpu_s", "wall_s", "pss_mb"):
        mine = [run[figure] for run in ours if run[figure] is not None]
        other = [run[figure] for run in bare if run[figure] is not None]
        if mine and other:
            result[figure] = round(statistics.median(mine), 3)
            result[f"bare_{figure}"] = round(statistics.median(other), 3)
            result[f"ratio_{figure}"] = round(result[figure] / result[f"bare_{figure}"], 2)
    return result


def child(code: str, *arguments: str, lines: int = 1, timeout: float = 120) -> list[dict[str, Any]]:
    """Runs ``code`` in a fresh process and returns the ``lines`` of JSON that it prints."""
    done = child_process.run(
        child_process.python("-c", code, *arguments), environment=child_process.display_environment(), seconds=timeout)
    found = [line for line in done.output.splitlines() if line.startswith("{")]
    if len(found) < lines:
        raise RuntimeError(f"The measured process said too little: {done.errors[-2000:]}")
    return [json.loads(line) for line in found[-lines:]]


def _prepare(folder: Path, size: int) -> str:
    """Makes a store with ``size`` chats and one with a short conversation, whose id is returned."""
    import asyncio

    from workbench.app import open_services
    from workbench.core.chat.chats import Chat
    from workbench.core.chat.messages import Message, user
    from workbench.core.chat.parts import Text

    async def fill() -> str:
        async with open_services(folder) as services:
            if size:
                async with services.store.transaction() as bulk:  # type: ignore[attr-defined]
                    for number in range(size):
                        bulk.put_chat(Chat("", f"Chat {number}", "builtin/guide"))
            chat = await services.store.create_chat(Chat("", "A conversation", "builtin/guide"))
            asked = await services.store.add_message(chat.id, None, user("What is temperature?"))
            answer = "**Temperature** scales how freely the next word is chosen.\n\n- 0: likeliest\n- 1: as is\n"
            await services.store.add_message(
                chat.id, asked.id, Message("assistant", (Text(answer),), "builtin/guide"))
            return chat.id

    return asyncio.run(fill())
