"""Atomic writes of files: readers see the old content or the new one."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

from workbench.core.file_replacement import replace_file

_NOT_OFFERED = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF, errno.EACCES, errno.EPERM, errno.ENOSYS}
"""What file systems say that do not put names on disk when asked: older CIFS, sshfs and other FUSE, shares of WSL."""


def partial_path(path: Path) -> Path:
    """Returns where a file is written before it takes its place: beside it, hidden."""
    return path.with_name(f".{path.name}.part")


def remove_partial_files(*folders: Path) -> None:
    """Takes away what dead processes did not finish."""
    for folder in folders:
        for path in folder.glob(".*.part*"):
            path.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Writes a file that only its owner may read. Raises ``OSError``; then the old file stands."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.part")  # two processes may save at once
    try:
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        put_in_place(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def put_in_place(partial: Path, path: Path) -> None:
    """Makes what was written to ``partial`` (in the same folder) the file ``path``, for good."""
    with partial.open("rb+") as file:
        os.fsync(file.fileno())
    replace_file(partial, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Puts names given and taken in a folder on disk; Windows does so by itself."""
    if sys.platform == "win32":
        return
    try:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:  # the file itself is written
        if error.errno not in _NOT_OFFERED:
            raise


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
