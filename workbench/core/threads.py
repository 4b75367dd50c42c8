"""Worker threads that are always waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def in_thread(work: Callable[[], T], stop: Callable[[], None] = lambda: None) -> T:
    """Runs ``work`` in a thread and returns its result. When this is cancelled, ``stop`` tells the worker, which is
    waited for: its files or its transaction must not be closed while it uses them."""
    worker = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(worker)
    except asyncio.CancelledError:
        stop()
        await asyncio.wait([worker])
        if not worker.cancelled():
            worker.exception()  # that it was stopped is known
        raise
