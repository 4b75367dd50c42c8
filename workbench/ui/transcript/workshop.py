"""Work that would hold up the window, done in one thread beside it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Any

from PySide6.QtCore import QObject, Signal
from shiboken6 import Shiboken


@cache
def _pool() -> ThreadPoolExecutor:
    """One thread for all transcripts: what they do there is Python, so more would not be faster."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="transcript")


class Workshop(QObject):
    """``run(job, then)`` calls ``job()`` in the thread and ``then(result)`` back in the window's; a job that
    raises has the exception for its result. Nothing comes after the workshop is gone."""

    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._done.connect(_call)

    def run(self, job: Callable[[], Any], then: Callable[[Any], None]) -> None:
        def hand_over(future: Future) -> None:
            if not future.cancelled() and Shiboken.isValid(self):
                self._done.emit(then, future.exception() or future.result())

        _pool().submit(job).add_done_callback(hand_over)


def _call(then: Callable[[Any], None], result: Any) -> None:
    then(result)
