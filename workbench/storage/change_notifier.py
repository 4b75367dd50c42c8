"""The change notifier: tells listeners what changed, in this process and in others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

from workbench.core.errors import StoreError

Listener = Callable[[str, str], None]
POLL_SECONDS = 1.0


class ChangeNotifier:
    """Asks for changes by others once a second (20 µs of the database thread), and only while somebody
    listens. For the event loop's thread."""

    def __init__(self, changes_by_others: Callable[[], Coroutine[Any, Any, int]]) -> None:
        self._changes_by_others = changes_by_others
        self._listeners: list[Listener] = []
        self._poll: asyncio.Task[None] | None = None

    def add(self, listener: Listener) -> Callable[[], None]:
        self._listeners.append(listener)
        if self._poll is None:
            self._poll = asyncio.get_event_loop().create_task(self._watch(), name="store changes")

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)
            if not self._listeners:
                self.close()

        return remove

    def announce(self, what: str, id: str) -> None:
        for listener in tuple(self._listeners):
            listener(what, id)

    def close(self) -> None:
        self._listeners.clear()
        if self._poll is not None:
            self._poll.cancel()
            self._poll = None

    async def _watch(self) -> None:
        seen: int | None = None
        while True:
            with suppress(StoreError):  # the next write says what is wrong
                now = await self._changes_by_others()
                if seen is not None and now != seen:
                    for what in ("folder", "chat", "message"):
                        self.announce(what, "")
                seen = now
            await asyncio.sleep(POLL_SECONDS)
