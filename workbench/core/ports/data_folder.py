"""What the settings need to know of the data folder, as a Protocol: the copies in it, and where it may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class KeptBackup:
    """A copy of the store in the data folder. ``made`` is seconds since 1970, ``size`` in bytes; ``kind`` says why
    it was made (``daily``, ``before a restore``, ``""`` for what somebody put there)."""

    path: Path
    made: float
    size: int
    kind: str


class DataFolder(Protocol):
    """The folder that has everything of the user's. For a worker thread."""

    def backups(self) -> Sequence[KeptBackup]:
        """Newest first."""
        ...

    def check_movable(self) -> None:
        """Raises ``BadInput`` when the program could not find it in another place."""
        ...

    def check_move(self, target: Path) -> None:
        """Raises ``BadInput`` with why it cannot go to ``target``."""
        ...
