"""The event loop of the window: asyncio on Qt, by qasync, with a queue of its own.

qasync starts a Qt timer for each callback, 20 µs each time, and lets those that were cancelled run to their end, and
makes a notifier each time that a socket is read: with 64 replies coming in that is a quarter of a core. Here all that
is due waits in one queue, which one timer wakes, and each socket keeps its notifier.
"""

from __future__ import annotations

import asyncio
import logging
import math
import sys
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from heapq import heappop, heappush
from typing import TypeVarTuple

from PySide6.QtCore import QSocketNotifier, Qt, QTimer
from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

Ts = TypeVarTuple("Ts")

log = logging.getLogger("asyncio")  # as asyncio's own loops

SLICE = 0.008
"""Seconds that callbacks may take before Qt has its turn: half a frame."""

THREADS = 10
"""At most, for what would hold up the loop."""


class EventLoop(QEventLoop):  # type: ignore[misc]  # qasync has no types
    """Runs callbacks in the order of ``call_soon``, timed ones when they are due, as asyncio does."""

    def __init__(self, app: QApplication) -> None:
        self._soon: deque[asyncio.Handle] = deque()
        self._later: list[asyncio.TimerHandle] = []  # a heap
        self._pulse = QTimer(singleShot=True, interval=0)  # runs while something is in ``_soon``
        self._pulse.timeout.connect(self._turn)
        self._alarm = QTimer(singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._alarm.timeout.connect(self._ring)
        self._run: Callable[[asyncio.Handle], object] = asyncio.Handle._run
        self._notifiers: dict[int, QSocketNotifier] = {}  # by file descriptor, kept when a socket pauses
        self._readers: dict[int, asyncio.Handle] = {}
        self._stopped = False
        self._over = False  # closed: what still comes in has nowhere to run
        super().__init__(app)
        # qasync's own starts all its threads with the first call.
        self.set_default_executor(ThreadPoolExecutor(THREADS, "worker"))

    def call_soon(
        self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._add(handle)
        return handle

    def call_later(
        self, delay: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._later, handle)
        if self._later[0] is handle:
            self._set_alarm()
        return handle

    def _add_reader(self, fd: int, callback: Callable[[*Ts], object], *args: *Ts) -> asyncio.Handle:
        """Adds a reader as asyncio's transports do, often: they pause between two reads."""
        if fd not in self._notifiers:
            notifier = self._notifiers[fd] = QSocketNotifier(fd, QSocketNotifier.Type.Read)
            notifier.activated.connect(lambda *_: self._readable(fd))
        self._readers[fd] = asyncio.Handle(callback, args, self)
        self._notifiers[fd].setEnabled(True)
        return self._readers[fd]

    def _remove_reader(self, fd: int) -> bool:
        if self._readers.pop(fd, None) is None:
            return False
        self._notifiers[fd].setEnabled(False)
        return True

    def _readable(self, fd: int) -> None:
        if (handle := self._readers.get(fd)) is not None:
            handle._run()

    def run_forever(self) -> int:
        """Runs until ``stop``, also when the system wishes that the program ends: Qt leaves its loop then, and what the
        window writes at its end would not be written. Generators that were left in the middle are closed as asyncio
        does, which qasync forgets: in a task."""
        self._stopped = False
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(self._asyncgen_firstiter_hook, self._asyncgen_finalizer_hook)
        try:
            while True:
                code: int = super().run_forever()
                if self._stopped:
                    return code
        finally:
            sys.set_asyncgen_hooks(*hooks)

    def stop(self) -> None:
        self._stopped = True
        super().stop()

    def set_debug(self, enabled: bool) -> None:
        """Logs callbacks that hold up the loop in debug mode, as asyncio does."""
        super().set_debug(enabled)
        self._run = self._run_watched if enabled else asyncio.Handle._run

    def _run_watched(self, handle: asyncio.Handle) -> None:
        began = self.time()
        handle._run()
        if (took := self.time() - began) >= self.slow_callback_duration:
            log.warning("Executing %s took %.3f seconds", handle, took)

    def close(self) -> None:
        super().close()
        self._over = True
        self._pulse.stop()
        self._alarm.stop()
        self._soon.clear()
        self._later.clear()

    def _add(self, handle: asyncio.Handle) -> None:
        if self._over:
            return
        if not self._soon:
            self._pulse.start()
        self._soon.append(handle)

    def _turn(self) -> None:
        """Runs what was due when it began, as long as its slice lasts.

        One callback always runs: the system may take the processor away between two looks at the clock, and a turn
        that ran nothing would leave a queue that nothing wakes again.
        """
        due, until = len(self._soon), self.time() + SLICE
        if due > 1:
            self._pulse.start()  # a callback may open a dialog with a loop of its own: in there the others go on
        while due and self._soon:
            due -= 1
            handle = self._soon.popleft()
            if not handle.cancelled():
                self._run(handle)
            if self.time() >= until:
                break
        if not self._soon:
            self._pulse.stop()

    def _ring(self) -> None:
        now = self.time()
        while self._later and (self._later[0].when() <= now or self._later[0].cancelled()):
            handle = heappop(self._later)
            if not handle.cancelled():
                self._add(handle)
        self._set_alarm()

    def _set_alarm(self) -> None:
        if self._later:
            self._alarm.start(max(0, math.ceil((self._later[0].when() - self.time()) * 1000)))
