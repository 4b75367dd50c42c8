"""Work that would hold up the window, done in one thread beside it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import Shiboken


class _Bridge(QObject):
    """Where results cross into the window's thread. There is one, and it lives as long as the process: a
    signal of an object that the window may delete at that moment cannot be used from another thread."""

    done = Signal(object, object, object)  # the workshop, what to call, the result


@cache
def _bridge() -> _Bridge:
    bridge = _Bridge()
    bridge.done.connect(_hand_over)
    return bridge


@cache
def _pool() -> ThreadPoolExecutor:
    """One thread for all transcripts: what they do there is Python, so more would not be faster."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="transcript")


class BackgroundWorker(QObject):
    """``run(job, then)`` calls ``job()`` in the thread and ``then(result)`` back in the window's; a job that
    raises has the exception for its result. Nothing comes after the workshop is gone."""

    def run(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        bridge = _bridge()

        def finished(future: Future) -> None:
            bridge.done.emit(self, then, future.exception() or future.result())

        _pool().submit(job).add_done_callback(finished)


def _hand_over(workshop: BackgroundWorker, then: Callable[[Any], None], result: Any) -> None:
    if Shiboken.isValid(workshop):
        then(result)
