"""Tasks: the one place that starts coroutines. Tasks have names, are kept alive, and no failure is silent."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias, TypeVar

log = logging.getLogger(__name__)

T = TypeVar("T")
Work: TypeAlias = Coroutine[Any, Any, T]  # what it awaits is between it and the event loop


class Tasks:
    """Holds every running task (the event loop itself keeps only weak references).

    ``on_error`` is called for each failure with the task's name; without one it is logged.
    """

    def __init__(self, on_error: Callable[[str, BaseException], None] | None = None) -> None:
        self._running: dict[str, asyncio.Task[Any]] = {}
        self._count = 0
        self.on_error = on_error

    def start(self, name: str, work: Work[T]) -> asyncio.Task[T]:
        """Starts ``work`` in the place of a task of the same name, which is cancelled if it still runs."""
        if old := self._running.get(name):
            old.cancel()
        return self._hold(name, name, work)

    def spawn(self, name: str, work: Work[T]) -> asyncio.Task[T]:
        """Starts ``work`` beside tasks of the same name: each of them is carried out."""
        self._count += 1
        return self._hold(f"{name} #{self._count}", name, work)

    def _hold(self, key: str, name: str, work: Work[T]) -> asyncio.Task[T]:
        task = asyncio.get_event_loop().create_task(work, name=key)
        log.debug("The task %s starts.", key)
        self._running[key] = task
        task.add_done_callback(lambda done: self._done(key, name, done))
        return task

    def running(self, name: str) -> bool:
        """Returns whether a task of that name runs, started in either way. One that has done its last step does not,
        even if the loop has yet to say so: nothing that is left to it would be done."""
        return any(not task.done() and name in (key, key.rpartition(" #")[0]) for key, task in self._running.items())

    def cancel(self, name: str) -> None:
        if task := self._running.get(name):
            task.cancel()

    async def close(self) -> None:
        """Cancels everything and waits until it has ended."""
        while self._running:
            tasks = list(self._running.values())
            for task in tasks:
                task.cancel()
            # Not gather: from Python 3.12 on it does not let the loop run when all are done already, and
            # the loop is what calls _done.
            await asyncio.wait(tasks)

    def _done(self, key: str, name: str, task: asyncio.Task[Any]) -> None:
        if self._running.get(key) is task:
            del self._running[key]
        log.debug("The task %s %s.", key, "was cancelled" if task.cancelled() else "has ended")
        if task.cancelled() or (error := task.exception()) is None:
            return
        if self.on_error is not None:
            self.on_error(name, error)
        else:
            log.error("The task %s failed.", name, exc_info=error)
