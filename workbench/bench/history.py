"""``workbench bench history``: the window on a large store. Starting, scrolling the list of chats to its end,
opening chats, and searching as somebody types, in a fresh process."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from workbench.bench.measure import memory_mb
from workbench.bench.start import child, compare
from workbench.bench.store import large_store

if TYPE_CHECKING:
    from workbench.ui.window import MainWindow

_CODE = """
import sys
from PySide6.QtCore import QTimer
from workbench.window_app import run_window
from workbench.bench import history
from workbench.cli.parser import parse
def ready(window):
    QTimer.singleShot(0, lambda: window.services.tasks.start("bench", history.measure(window)))
sys.exit(run_window(parse(["--data-dir", sys.argv[1]]), ready))
"""
_OPENED, _KEY_SECONDS = 20, 0.12
_TYPED = (
    "ation", "stea", "brou", "chan", "gress", "plain", "shing", "traing", "choner", "ploo", "grent", "thessa",
)  # parts of the made-up words of the store, and some that are nowhere in it


def run(name: str, size: int | None) -> dict[str, Any]:
    """Measures the window on a store. ``size`` is the number of messages, a tenth of it the number of chats."""
    folder = large_store(size)
    return {**compare(folder), **child(_CODE, str(folder), timeout=1800)[0]}


async def measure(window: MainWindow) -> None:
    """Measures in the measured process; prints its figures as one line of JSON and closes the window."""
    try:
        await _until(lambda: window.sidebar.chats())
        figures: dict[str, Any] = {"pss_at_rest_mb": memory_mb()}
        figures |= await _watched("scroll_to_end", _scroll(window))
        figures["pss_scrolled_mb"] = memory_mb()
        figures |= await _watched("open_chat", _open(window))
        figures |= await _watched("search", _search(window))
        print(json.dumps(figures), flush=True)  # noqa: T201
    finally:
        window.close()


async def _watched(name: str, work: Any) -> dict[str, Any]:
    """Returns the figures of ``work``, and how long the window's thread stood still at the worst."""
    from workbench.ui.transcript.bench.measure import StallMeter

    stalls = StallMeter()
    stalls.start()
    figures = await work
    stalls.stop()
    return {f"{name}_{key}": value for key, value in {**figures, **stalls.report()}.items()}


async def _scroll(window: MainWindow) -> dict[str, Any]:
    """Scrolls page after page, until the end of the list is reached."""
    count = await window.services.store.count_chats(window.sidebar.chat_list.query)
    started = time.perf_counter()
    while len(window.sidebar.chats()) < count:
        window.sidebar.view.chats.scrollToBottom()
        await asyncio.sleep(0.001)
    return {"chats": count, "seconds": round(time.perf_counter() - started, 2)}


async def _open(window: MainWindow) -> dict[str, Any]:
    """Opens chats, each until its first picture is painted."""
    chats = random.Random(3).sample(list(window.sidebar.chats()), _OPENED)
    times = []
    for chat in chats:
        started = time.perf_counter()
        await window.chat.conversation.open(chat.id)
        window.chat.transcript.viewport().repaint()
        times.append((time.perf_counter() - started) * 1000)
        await asyncio.sleep(0.05)
    return _figures(times)


async def _search(window: MainWindow) -> dict[str, Any]:
    """Searches for words letter by letter, each until its hits stand in the list."""
    asked: dict[str, float] = {}
    times: list[float] = []
    field = window.sidebar.view.search
    window.sidebar.view.search_requested.connect(lambda text: asked.setdefault(text, time.perf_counter()))
    window.sidebar.search.found.connect(
        lambda text, _: times.append((time.perf_counter() - asked.pop(text)) * 1000) if text in asked else None)
    for word in _TYPED:
        for end in range(3, len(word) + 1):
            field.setText(word[:end])
            await asyncio.sleep(_KEY_SECONDS)
        field.setText("")
        await asyncio.sleep(_KEY_SECONDS * 2)
    return _figures(times)


def _figures(times: list[float]) -> dict[str, Any]:
    ordered = sorted(times)
    return {"count": len(ordered), "median_ms": round(ordered[len(ordered) // 2], 1),
            "p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))], 1)}


async def _until(ready: Callable[[], object]) -> None:
    while not ready():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
