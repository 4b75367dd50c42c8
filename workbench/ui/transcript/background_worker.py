"""A worker thread for jobs that would block the window."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import Shiboken

T = TypeVar("T")


class _Bridge(QObject):
    """The object whose signal carries results into the window's thread. There is one, which lives as long as the
    process: a signal of an object that the window may just delete cannot be used from another thread."""

    done = Signal(object, object, object)  # the worker, the callback, the result


@cache
def _bridge() -> _Bridge:
    bridge = _Bridge()
    bridge.done.connect(_deliver)
    return bridge


@cache
def _pool() -> ThreadPoolExecutor:
    """Returns the one thread of all transcripts: their jobs are Python, so more threads would not be faster."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="transcript")


class Worker(Protocol):
    """Something that runs jobs: ``run(job, then)`` calls ``job()`` and passes its result to ``then``, at once or
    later. The result of a job that raises is the exception."""

    def run(self, job: Callable[[], T], then: Callable[[T | BaseException], None]) -> None: ...


class BackgroundWorker(QObject):
    """A ``Worker`` that calls ``job`` in the thread and ``then`` in the window's, unless the worker was deleted."""

    def run(self, job: Callable[[], T], then: Callable[[T | BaseException], None]) -> None:
        bridge = _bridge()

        def finished(future: Future[T]) -> None:
            bridge.done.emit(self, then, future.exception() or future.result())

        _pool().submit(job).add_done_callback(finished)


def _deliver(worker: BackgroundWorker, then: Callable[[object], None], result: object) -> None:
    if Shiboken.isValid(worker):
        then(result)
