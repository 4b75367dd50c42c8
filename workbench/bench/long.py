"""``workbench bench long``: a window in use for thousands of turns, and what grows meanwhile.

Turns on the built-in model: replies, some of them stopped, regenerated ones, searches, and a new chat every 25 turns.
Memory, handles, tasks, widgets and Python's objects are counted at ten points; they must level off.
"""

from __future__ import annotations

import asyncio
import gc
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.bench.measure import memory_mb
from workbench.bench.start import child

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow

TURNS = 5000
_CODE = """
import sys
from PySide6.QtCore import QTimer
from workbench.window_app import run_window
from workbench.bench import long
from workbench.cli.parser import parse
def ready(window):
    QTimer.singleShot(0, lambda: window.services.tasks.start("bench", long.use(window, int(sys.argv[2]))))
sys.exit(run_window(parse(["--data-dir", sys.argv[1]]), ready))
"""
_POINTS = 10


def run(name: str, size: int | None) -> dict[str, Any]:
    """Returns the figures at ten points of the use. ``size`` is the number of turns."""
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        turns = size or TURNS
        points = child(_CODE, folder, str(turns), lines=_POINTS, timeout=max(600.0, turns * 2.0))
    last, fifth = points[-1], points[_POINTS // 5 - 1]
    return {
        "turns": turns, "growth_mb_over_last_four_fifths": round(last["pss_mb"] - fifth["pss_mb"], 1),
        **{f"growth_of_{what}": last[what] - fifth[what] for what in ("handles", "tasks", "widgets", "objects")},
        "points": points,
    }


async def use(window: MainWindow, turns: int) -> None:
    """Uses the window in the measured process; prints the figures of each point as a line of JSON, and closes it."""
    try:
        await asyncio.sleep(1)
        for turn in range(1, turns + 1):
            await _turn(window, turn)
            if turn % (turns // _POINTS) == 0:
                print(json.dumps(await _figures(window, turn)), flush=True)  # noqa: T201
    finally:
        window.close()


async def _turn(window: MainWindow, turn: int) -> None:
    from workbench.ui.chat.message_actions import MessageActionId as ids
    from workbench.ui.composer.draft import Draft

    running = window.chat.replies
    if turn % 25 == 1:
        window.chat.conversation.open_new(model="builtin/ngram", params={"max_tokens": 60, "seed": turn})
        await asyncio.sleep(0.05)
    if turn % 10 == 0:
        await window.services.store.search(f"word {turn}")
    await _idle(window)
    window.composer.outbox.send(Draft(f"Turn {turn}: say something about temperature and seeds."))
    await asyncio.sleep(0.02)
    if turn % 7 == 0:
        running.stop(window.chat.conversation.chat.id)
    await _idle(window)
    if turn % 9 == 0:
        window.chat.message_actions.run(window.chat.conversation.last("assistant"), ids.REGENERATE)
        await asyncio.sleep(0.02)
        await _idle(window)


async def _idle(window: MainWindow) -> None:
    while window.chat.replies.running(window.chat.conversation.chat.id):  # noqa: ASYNC110 - nothing else tells all ends
        await asyncio.sleep(0.01)


async def _figures(window: MainWindow, turn: int) -> dict[str, Any]:
    from PySide6.QtWidgets import QApplication

    await asyncio.sleep(0.5)
    gc.collect()
    return {"turn": turn, "pss_mb": round(memory_mb() or 0, 1), "handles": _handles(),
            "tasks": len(asyncio.all_tasks()), "widgets": len(QApplication.allWidgets()),
            "objects": len(gc.get_objects())}


def _handles() -> int:
    """Returns the number of open files and sockets; 0 where the system does not tell."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0
