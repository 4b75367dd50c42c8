"""The instruments of the benchmarks: stalls of the window's thread, memory, and how cost grows with size."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QPaintEvent

from workbench.ui.transcript.view import TranscriptView

_INTERVAL = 8  # milliseconds


class StallMeter(QObject):
    """A timer in the window's thread that records how late it fires, in seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.late: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self._record)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> None:
        self._timer.stop()

    def _record(self) -> None:
        now = time.perf_counter()
        self.late.append(max(0.0, now - self._last - _INTERVAL / 1000))
        self._last = now

    def report(self) -> dict[str, float]:
        return {
            "longest_stall_ms": round(max(self.late, default=0.0) * 1000, 2),
            "p99_frame_ms": round(percentile(self.late, 0.99) * 1000, 2),
        }


class WatchedView(TranscriptView):
    """A view that calls ``painted`` when it has painted."""

    painted: Callable[[], None] | None = None

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.painted is not None:
            self.painted()


def percentile(values: Sequence[float], share: float) -> float:
    if not values:
        return 0.0
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(len(ordered) * share) - 1)]


def exponent(sizes: Sequence[int], costs: Sequence[float]) -> float:
    """Returns the slope of cost over size on logarithmic scales: 1 is linear (least squares)."""
    xs, ys = [math.log(size) for size in sizes], [math.log(max(cost, 1e-6)) for cost in costs]
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / sum((x - mx) ** 2 for x in xs)


def memory_kb() -> int:
    """Returns the proportional set size of this process; 0 where the system does not provide it."""
    try:
        lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def wait_until(ready: Callable[[], bool], timeout: float = 60, look: float = 0.02) -> None:
    """Runs the event loop until ``ready()``, checked every ``look`` seconds. Raises ``TimeoutError``."""
    end = time.perf_counter() + timeout
    while not ready():
        if time.perf_counter() > end:
            raise TimeoutError("The view did not come to rest.")
        run_for(look)


def run_for(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()
