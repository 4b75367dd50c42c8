"""SIGTERM: the wish of build servers and systems that a command ends, which it does as if it were stopped."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def ended_by_sigterm() -> Iterator[threading.Event]:
    """Cancels this task when the process is told to end, as build servers do; the event says that it was."""
    told, task, loop = threading.Event(), asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None

    def end() -> None:
        told.set()
        task.cancel()

    with suppress(NotImplementedError):  # Windows has no such signal
        loop.add_signal_handler(signal.SIGTERM, end)
    try:
        yield told
    finally:
        with suppress(NotImplementedError):
            loop.remove_signal_handler(signal.SIGTERM)
