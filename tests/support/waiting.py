"""Waiting for something to become true, on whichever loop the test runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


async def until(condition: Callable[[], object], timeout: float = 5, what: str = "") -> None:
    """Let the loop (and with it Qt) run until `condition()` is true; TimeoutError after `timeout` seconds."""
    end = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what or 'the condition'} did not come true within {timeout} s")
        await asyncio.sleep(0.005)
