"""A worker for what would hold up the window: one thread beside it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import Shiboken

T = TypeVar("T")


class _Bridge(QObject):
    """Where results cross into the window's thread. There is one, and it lives as long as the process: a
    signal of an object that the window may delete at that moment cannot be used from another thread."""

    done = Signal(object, object, object)  # the worker, what to call, the result


@cache
def _bridge() -> _Bridge:
    bridge = _Bridge()
    bridge.done.connect(_hand_over)
    return bridge


@cache
def _pool() -> ThreadPoolExecutor:
    """One thread for all transcripts: what they do there is Python, so more would not be faster."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="transcript")


class Worker(Protocol):
    """``run(job, then)`` calls ``job()`` and hands its result to ``then``, at once or later; a job that raises has
    the exception for its result."""

    def run(self, job: Callable[[], T], then: Callable[[T | BaseException], None]) -> None: ...


class BackgroundWorker(QObject):
    """A ``Worker`` that runs ``job`` in the thread and ``then`` in the window's. Nothing comes after it is gone."""

    def run(self, job: Callable[[], T], then: Callable[[T | BaseException], None]) -> None:
        bridge = _bridge()

        def finished(future: Future[T]) -> None:
            bridge.done.emit(self, then, future.exception() or future.result())

        _pool().submit(job).add_done_callback(finished)


def _hand_over(worker: BackgroundWorker, then: Callable[[object], None], result: object) -> None:
    if Shiboken.isValid(worker):
        then(result)
