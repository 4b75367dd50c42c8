"""The benchmarks of streamed replies: at full speed, and at the speed of models."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QTextBrowser

from workbench.core.chat.parts import Text
from workbench.ui.transcript.entries import Entry

from .measure import StallMeter, WatchedView, exponent, memory_kb, percentile, run_for, wait_until
from .texts import SHAPES, text_of

_CHUNK = 4096  # characters that arrive at once at full speed: about a network read
_TOKEN = 4  # characters
_NAIVE = 12_000  # characters: the naive way is not finished with more in reasonable time


def bench_stream(
    shapes: Sequence[str] = SHAPES,
    sizes: Sequence[int] = (20_000, 100_000, 400_000),
    rates: Sequence[int] = (100, 1000),
    seconds: float = 4.0,
) -> dict[str, object]:
    """Streams replies of each shape and size at full speed, for the growth of their cost; then ``rates`` tokens a
    second for some seconds at the end of a long reply; and the naive way at a small size."""
    by_shape: dict[str, object] = {}
    full_speed(shapes[0], 8_000)  # loads what is imported on first use
    for shape in shapes:
        runs = {str(size): full_speed(shape, size) for size in sizes}
        costs = [run["cpu_s"] for run in runs.values()]
        grows = round(exponent(sizes, costs), 2) if len(sizes) > 1 else None
        by_shape[shape] = {"runs": runs, "growth_exponent": grows}
    by_rate = {str(rate): at_rate(rate, seconds) for rate in rates}
    return {
        "full_speed": by_shape, "at_rate": by_rate, "memory_pss_kb": memory_kb(),
        "naive_setMarkdown": {"ours": full_speed("mixed", _NAIVE), "naive": _naive("mixed", _NAIVE)},
    }


def _view() -> WatchedView:
    view = WatchedView()
    view.resize(900, 800)
    view.set_entries([Entry("q", "user", (Text("Go on."),), "You")])
    view.show()
    run_for(0.1)
    return view


class _Producer(QObject):
    """Appends a text to a streaming entry, piece by piece, and records when each piece was painted."""

    def __init__(self, view: WatchedView, text: str, step: int, interval: float) -> None:
        super().__init__()
        self.latencies: list[float] = []
        self._view, self._text, self._step = view, text, step
        self._at, self._interval = 0, interval
        self._waiting: deque[float] = deque()  # when each piece that is not painted yet was appended
        self._begun = time.perf_counter()
        view.painted = self._painted
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._produce)
        self._timer.start(max(1, int(interval * 1000)))

    @property
    def done(self) -> bool:
        return self._at >= len(self._text)

    def _produce(self) -> None:
        due = (time.perf_counter() - self._begun) / self._interval * self._step
        while self._at < min(due, len(self._text)):
            self._view.append_text("r", self._text[self._at : self._at + self._step])
            self._waiting.append(time.perf_counter())
            self._at += self._step
        if self.done:
            self._timer.stop()

    def _painted(self) -> None:
        message = self._view.document.get("r")
        ahead = -(-message.waiting // self._step) if message is not None else 0
        now = time.perf_counter()
        while len(self._waiting) > ahead:
            self.latencies.append(now - self._waiting.popleft())


def full_speed(shape: str, size: int) -> dict[str, float]:
    """Streams a reply whose text arrives as fast as it can be appended."""
    text = text_of(shape, size)
    view, stalls = _view(), StallMeter()
    view.begin(Entry("r", "assistant", author="Model", state="streaming"))
    stalls.start()
    wall, cpu = time.perf_counter(), time.process_time()
    producer = _Producer(view, text, _CHUNK, 0.001)
    wait_until(lambda: producer.done and not view.is_busy("r"))
    view.finish("r", Entry("r", "assistant", (Text(text),), "Model"))
    wait_until(lambda: not view.is_busy("r"))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    stalls.stop()
    view.close()
    view.deleteLater()
    return {"cpu_s": round(cpu, 3), "wall_s": round(wall, 3), **stalls.report()}


def at_rate(rate: int, seconds: float, before: int = 100_000) -> dict[str, float]:
    """Streams ``rate`` tokens a second of mixed Markdown, at the end of ``before`` characters."""
    text = text_of("mixed", before + int(rate * seconds * _TOKEN))
    view, stalls = _view(), StallMeter()
    view.begin(Entry("r", "assistant", author="Model", state="streaming"))
    view.append_text("r", text[:before])
    wait_until(lambda: not view.is_busy("r"))
    run_for(0.5)
    idle = time.process_time()
    stalls.start()
    run_for(1)
    idle = time.process_time() - idle
    wall, cpu = time.perf_counter(), time.process_time()
    tokens = max(1, rate // 200)  # a stream has no more than some 200 pieces a second
    producer = _Producer(view, text[before:], _TOKEN * tokens, tokens / rate)
    wait_until(lambda: producer.done and not view.is_busy("r"), look=0.25)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    stalls.stop()
    view.close()
    view.deleteLater()
    return {
        "share_of_a_core": round(cpu / wall - idle, 4),
        "chunk_to_paint_p95_ms": round(percentile(producer.latencies, 0.95) * 1000, 1),
        **stalls.report(),
    }


def _naive(shape: str, size: int) -> dict[str, float]:
    """Passes the whole reply to QTextBrowser.setMarkdown at each frame."""
    text = text_of(shape, size)
    browser, stalls = QTextBrowser(), StallMeter()
    browser.resize(900, 800)
    browser.show()
    run_for(0.1)
    stalls.start()
    wall, cpu = time.perf_counter(), time.process_time()
    for end in range(200, size + 200, 200):
        browser.setMarkdown(text[:end])
        browser.verticalScrollBar().setValue(browser.verticalScrollBar().maximum())
        run_for(0.001)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    stalls.stop()
    browser.close()
    return {"cpu_s": round(cpu, 3), "wall_s": round(wall, 3), **stalls.report()}
