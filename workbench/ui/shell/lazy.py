"""A value made when it is first asked for: dialogs, pages and controllers that a start does without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazy(Generic[T]):
    """Calls ``make`` once, at the first call, and returns the same value ever after.

    ``made`` is the value so far, None while nobody has asked: for those who have something to tell it only if it
    is there.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self.made: T | None = None

    def __call__(self) -> T:
        if self.made is None:
            self.made = self._make()
        return self.made
