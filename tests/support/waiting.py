"""Waiting for something to become true, on whichever loop the test runs."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable

PATIENCE = 30.0
"""Seconds until a wait is given up: far more than a slow machine needs. Only a test that fails waits so long."""


async def until(condition: Callable[[], object], timeout: float = PATIENCE, what: str = "") -> None:
    """Lets the loop (and with it Qt) run until ``condition()`` is true; TimeoutError after ``timeout`` seconds, which
    names ``what`` was waited for, or shows the condition itself."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {timeout:g} s for {what or source_of(condition)}")
        await asyncio.sleep(0.005)


def source_of(condition: Callable[[], object]) -> str:
    """Returns the lines that a condition stands in, as one."""
    try:
        return " ".join(line.strip() for line in inspect.getsource(condition).splitlines())
    except (OSError, TypeError):  # it was made by C, as a partial or a Qt method
        return repr(condition)
