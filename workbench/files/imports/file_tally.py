"""Tally of a file: how many of its messages hold anything."""

from __future__ import annotations

from workbench.core.errors import BadInput

_CHECKED_AFTER = 20


class FileTally:
    """Counts the chats and messages of one file of a format. A file whose messages hold nothing was taken for what it
    is not."""

    def __init__(self, format: str, name: str) -> None:
        self._format, self._name = format, name
        self._chats = self._messages = self.empty = 0

    def add(self, messages: int, empty: int) -> None:
        """Counts a chat. Raises ``BadInput`` as ``check`` does, once there are enough."""
        self._chats += 1
        self._messages += messages
        self.empty += empty
        if self._chats == _CHECKED_AFTER:
            self.check()

    def check(self) -> None:
        """Raises ``BadInput`` when all messages are empty, or most of many."""
        most = self.empty * 2 > self._messages >= _CHECKED_AFTER
        if self._messages and (most or self.empty == self._messages):
            raise BadInput(f"{self._name} looks like {self._format}, but its messages hold nothing that this version "
                           "can read: nothing was taken.")
