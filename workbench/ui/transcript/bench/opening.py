"""The benchmarks of long chats: opening, scrolling, resizing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from random import Random

from PySide6.QtCore import QCoreApplication

from workbench.core.chat.parts import Text
from workbench.ui.transcript.blocks import load_all
from workbench.ui.transcript.entries import Entry, EntryHeader

from .measure import WatchedView, exponent, memory_kb, percentile, run_for
from .texts import text_of


class _Chat:
    """A generated chat of ``count`` messages, whose texts are made when they are loaded."""

    def __init__(self, count: int) -> None:
        random = Random(7)
        self.sizes = [random.choice((80, 300, 900, 2500)) for _ in range(count)]
        load_all()  # as the program has soon after its window is shown
        self.view = WatchedView()
        self.view.resize(900, 800)

    def open(self) -> None:
        headers = [EntryHeader(str(at), self._role(at), size) for at, size in enumerate(self.sizes)]
        self.view.set_entries(headers, self._load)

    @staticmethod
    def _role(at: int) -> str:
        return "assistant" if at % 2 else "user"

    def _load(self, keys: list[str]) -> None:
        self.view.provide([
            Entry(key, self._role(int(key)), (Text(text_of("mixed", self.sizes[int(key)], int(key))),), "Model")
            for key in keys
        ])

    def close(self) -> None:
        self.view.close()
        self.view.deleteLater()


def _paint() -> None:
    QCoreApplication.processEvents()


def _frames(moves: int, move: Callable[[int], None]) -> dict[str, float]:
    """Measures the times from a movement until it is painted."""
    times: list[float] = []
    cpu = time.process_time()
    for at in range(moves):
        begun = time.perf_counter()
        move(at)
        _paint()
        times.append(time.perf_counter() - begun)
    return {
        "p50_ms": round(percentile(times, 0.5) * 1000, 2),
        "p99_ms": round(percentile(times, 0.99) * 1000, 2),
        "longest_ms": round(max(times) * 1000, 2),
        "cpu_ms_per_frame": round((time.process_time() - cpu) / moves * 1000, 2),
    }


def bench_open(counts: Sequence[int] = (10, 100, 1000, 10_000)) -> dict[str, object]:
    """Measures from the ids and sizes of a chat until its end is painted."""
    warm = _Chat(10)
    warm.view.show()
    warm.open()
    run_for(0.3)
    warm.close()
    runs: dict[str, dict[str, float]] = {}
    for count in counts:
        chat = _Chat(count)
        chat.view.show()
        run_for(0.1)
        before, begun = memory_kb(), time.perf_counter()
        chat.open()
        _paint()
        took = time.perf_counter() - begun
        runs[str(count)] = {"first_paint_ms": round(took * 1000, 1), "memory_pss_kb": memory_kb() - before}
        chat.close()
        run_for(0.05)
    grows = exponent(counts, [run["first_paint_ms"] for run in runs.values()]) if len(counts) > 1 else None
    return {"runs": runs, "growth_exponent": round(grows, 2) if grows is not None else None}


def bench_scroll(count: int = 10_000) -> dict[str, object]:
    """Scrolls through a chat with the wheel, by pages, and by jumps of the scroll bar."""
    chat = _Chat(count)
    chat.view.show()
    chat.open()
    run_for(0.3)
    bar = chat.view.verticalScrollBar()
    random = Random(3)
    before = memory_kb()
    out: dict[str, object] = {
        "wheel": _frames(300, lambda at: bar.setValue(bar.value() - 66)),
        "page": _frames(100, lambda at: bar.setValue(bar.value() - 700)),
        "jump": _frames(60, lambda at: bar.setValue(random.randrange(bar.maximum()))),
    }
    out["memory_grown_kb"] = memory_kb() - before
    chat.close()
    return out


def bench_resize(count: int = 10_000) -> dict[str, float]:
    """Makes the window narrower and wider, a step at a time."""
    chat = _Chat(count)
    chat.view.show()
    chat.open()
    run_for(0.3)
    out = _frames(80, lambda at: chat.view.resize(900 - 8 * (at if at < 40 else 80 - at), 800))
    chat.close()
    return out
