"""The streamer of a transcript: parses text that arrived and shows it once a frame; at rest no timer runs."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter
from typing import NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer

from .blocks import BlockView
from .canvas import Canvas
from .document import ScrollAnchor
from .scroller import Scroller

FRAME = 20  # milliseconds: the eye sees no difference to 16, and the CPU has a fifth less to do
TEXT_BUDGET = 0.007  # seconds of a frame spent on parsing
WORK_BUDGET = 0.004  # seconds of a frame spent on colouring


class _Unsettled(NamedTuple):
    """Text that is parsed and not laid out: in which messages, and what was at the upper edge, and where, before."""

    changed: list[int]
    edge: ScrollAnchor | None
    top: int


class Streamer(QObject):
    """Parses the text of messages in slices. A long text takes several frames, between which the window responds."""

    def __init__(self, canvas: Canvas, scroller: Scroller) -> None:
        super().__init__(canvas.viewport)
        self._canvas, self._scroller = canvas, scroller
        self._busy: dict[str, None] = {}  # messages with text to parse, the longest waiting first
        self._working: dict[BlockView, None] = {}  # blocks that requested work
        self._unsettled: _Unsettled | None = None
        self._last_frame = 0.0
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._run_frame)
        scroller.settled.connect(self._wake_visible)

    def clear(self) -> None:
        self._busy.clear()
        self._working.clear()
        self._unsettled = None
        self._clock.stop()

    @property
    def active(self) -> bool:
        return bool(self._busy) or self._unsettled is not None

    def is_busy(self, key: str) -> bool:
        return key in self._busy or self._unsettled is not None

    def wake(self, key: str) -> None:
        """Has the text of a message parsed."""
        self._busy[key] = None
        self._schedule_frame()

    def _wake_visible(self, indices: Iterable[int]) -> None:
        for index in indices:
            message = self._canvas.document.messages[index]
            if message.busy and message.key not in self._busy:
                self.wake(message.key)

    def request_work(self, block: BlockView) -> None:
        """Has ``do_work`` of a block called until it is done."""
        self._working[block] = None
        self._schedule_frame()

    def _schedule_frame(self) -> None:
        """Makes sure that a frame comes: at once after a rest, otherwise when the current one is over."""
        if not self._clock.isActive():
            rest = FRAME - (perf_counter() - self._last_frame) * 1000
            self._clock.start(max(0, round(rest)))

    def _run_frame(self) -> None:
        """Parses text, and lays out what is visible of it: in two turns of the event loop when there is much, so that
        neither blocks the window. Painting is a turn of its own anyway."""
        start = perf_counter()
        if self._unsettled is None:
            self._last_frame = start
            edge, top = self._scroller.edge(), self._canvas.top
            changed = self._parse(start)
            if changed:
                self._unsettled = _Unsettled(changed, edge, top)
        if self._unsettled is not None and perf_counter() - start < TEXT_BUDGET / 2:
            self._settle()
        self._let_work()
        if self._unsettled is not None:
            self._clock.start(0)
        elif self._busy or self._working:
            self._clock.start(max(1, round(FRAME - (perf_counter() - self._last_frame) * 1000)))

    def _parse(self, start: float) -> list[int]:
        """Parses for a while; returns the indices of the messages that changed."""
        document, changed = self._canvas.document, []
        for key in list(self._busy):
            index = document.index(key)
            if index is None:
                del self._busy[key]
                continue
            message = document.messages[index]
            while message.step(self._canvas.context) and perf_counter() - start < TEXT_BUDGET:
                pass
            if not message.busy:
                del self._busy[key]
            document.remeasure(index)
            changed.append(index)
        return changed

    def _settle(self) -> None:
        assert self._unsettled is not None
        (changed, edge, top), self._unsettled = self._unsettled, None
        self._canvas.document.version += 1
        if self._canvas.top != top:  # the reader scrolled in between
            edge = self._scroller.edge()
        self._scroller.settle(edge, edge, changed)

    def _let_work(self) -> None:
        """Lets one block continue with its work, once all text is parsed."""
        if self._working and not self._busy:
            block = next(iter(self._working))
            if not block.do_work(self._canvas.context, WORK_BUDGET):
                del self._working[block]
            index = self._canvas.document.index(block.key)
            if index is not None and block in self._canvas.document.messages[index].views:
                self._canvas.repaint_block(index, self._canvas.document.messages[index].views.index(block))
