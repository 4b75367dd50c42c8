"""The port for the data folder: its backups, and where it may be moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """A copy of the store in the data folder. ``made`` is seconds since 1970, ``size`` in bytes; ``kind`` says why it
    was made (``daily``, ``before a restore``, ``""`` for a file that somebody put there)."""

    path: Path
    made: float
    size: int
    kind: str


class DataFolder(Protocol):
    """The folder that has all of the user's data. For a worker thread."""

    def backups(self) -> Sequence[KeptBackup]:
        """Returns the backups, newest first."""
        ...

    def check_movable(self) -> None:
        """Raises ``BadInput`` when the program could not find the folder in another place."""
        ...

    def check_move(self, target: Path) -> None:
        """Raises ``BadInput`` with the reason why the folder cannot be moved to ``target``."""
        ...
