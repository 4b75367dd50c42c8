"""Listeners: functions that are called when a fact has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec

P = ParamSpec("P")


class Listeners(Generic[P]):
    """Functions in the order they were added. For one thread: that of the event loop."""

    def __init__(self) -> None:
        self._listeners: dict[object, Callable[P, None]] = {}

    def __bool__(self) -> bool:
        return bool(self._listeners)

    def add(self, listener: Callable[P, None]) -> Callable[[], None]:
        """Adds a listener and returns the function that removes it, which may be called more than once."""
        token = object()
        self._listeners[token] = listener

        def remove() -> None:
            self._listeners.pop(token, None)

        return remove

    def tell(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Calls every listener; one that is added or removed meanwhile counts from the next time."""
        for listener in tuple(self._listeners.values()):
            listener(*args, **kwargs)
