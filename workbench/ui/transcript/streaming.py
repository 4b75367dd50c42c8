"""The beat of the view: text that has arrived is taken in, and shown, once a frame; at rest nothing beats."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QObject, Qt, QTimer

from .blocks import BlockView
from .document import Hold

if TYPE_CHECKING:
    from .view import TranscriptView

FRAME = 20  # milliseconds: an eye sees no difference to 16, and a core has a fifth less to do
TEXT_BUDGET = 0.007  # seconds of a frame spent on taking in text
WORK_BUDGET = 0.004  # seconds of a frame spent on colouring


class _Unsettled(NamedTuple):
    """Text that was taken in and is not laid out: in which messages, and what was at the upper edge, and
    where, before."""

    changed: list[int]
    edge: Hold | None
    top: int


class Streamer(QObject):
    """Takes text into messages in slices. A long text takes several frames, and the window lives on."""

    def __init__(self, view: TranscriptView) -> None:
        super().__init__(view)
        self._view = view
        self._busy: dict[str, None] = {}  # messages with text to take in, in the order they came
        self._working: dict[BlockView, None] = {}  # blocks with work to go on with
        self._unsettled: _Unsettled | None = None
        self._last_frame = 0.0
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._frame)

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
        """A message has text to take in."""
        self._busy[key] = None
        self._tick()

    def look(self, indices: Iterable[int]) -> None:
        """Wakes those of the visible messages that are not taken in as a whole."""
        for index in indices:
            message = self._view.document.messages[index]
            if message.busy and message.key not in self._busy:
                self.wake(message.key)

    def want_work(self, block: BlockView) -> None:
        self._working[block] = None
        self._tick()

    def _tick(self) -> None:
        """Sees to it that a frame comes: at once after a rest, otherwise when the current one is over."""
        if not self._clock.isActive():
            rest = FRAME - (perf_counter() - self._last_frame) * 1000
            self._clock.start(max(0, round(rest)))

    def _frame(self) -> None:
        """Takes in text, and lays out what is visible of it: in two turns of the event loop when there is
        much, so that neither holds up the window. Painting is a turn of its own by nature."""
        start = perf_counter()
        if self._unsettled is None:
            self._last_frame = start
            edge, top = self._view.scroller.edge(), self._view.scroller.top
            changed = self._take_in(start)
            if changed:
                self._unsettled = _Unsettled(changed, edge, top)
        if self._unsettled is not None and perf_counter() - start < TEXT_BUDGET / 2:
            self._settle()
        self._work_on()
        if self._unsettled is not None:
            self._clock.start(0)
        elif self._busy or self._working:
            self._clock.start(max(1, round(FRAME - (perf_counter() - self._last_frame) * 1000)))

    def _settle(self) -> None:
        assert self._unsettled is not None
        (changed, edge, top), self._unsettled = self._unsettled, None
        scroller = self._view.scroller
        self._view.version += 1
        if scroller.top != top:  # the reader scrolled in between
            edge = scroller.edge()
        scroller.settle(edge, edge, changed)

    def _take_in(self, start: float) -> list[int]:
        """Feeds the waiting messages for a while; the indices of those that changed."""
        document, changed = self._view.document, []
        for key in list(self._busy):
            index = document.index(key)
            if index is None:
                del self._busy[key]
                continue
            message = document.messages[index]
            while message.step(self._view.context) and perf_counter() - start < TEXT_BUDGET:
                pass
            if not message.busy:
                del self._busy[key]
            document.remeasure(index)
            changed.append(index)
        return changed

    def _work_on(self) -> None:
        """Lets one block go on with what it wants to do, once all text is taken in."""
        if self._working and not self._busy:
            block = next(iter(self._working))
            if not block.work(self._view.context, WORK_BUDGET):
                del self._working[block]
            index = self._view.document.index(block.key)
            if index is not None and block in self._view.document.messages[index].views:
                self._view.draw_block(index, self._view.document.messages[index].views.index(block))
