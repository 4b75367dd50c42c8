"""Files of the data folder: private ones, and what dead processes left unfinished."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from workbench.core import file_replacement


def remove_partial_files(*folders: Path) -> None:
    """Takes away what dead processes did not finish. What cannot be taken away stops nothing."""
    for folder in folders:
        for path in folder.glob(".*.part*"):
            with contextlib.suppress(OSError):
                file_replacement.remove(path)


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file that only its owner may read, on disk when this returns. Raises ``OSError``; then the old file
    stands."""
    file_replacement.write_whole(path, data, mode=0o600, durable=True)


def make_private(folder: Path, *names: str) -> None:
    """Takes from others what they may do with these files and folders of ``folder``, which may be older than it is
    private; the folder itself is its owner's business."""
    if sys.platform != "win32":
        for name in names:
            try:
                mode = (path := folder / name).stat().st_mode
                if mode & 0o077:
                    path.chmod(mode & 0o700)
            except OSError:  # not there, or another's: opening it says what matters
                continue
