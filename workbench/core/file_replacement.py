"""Replacement of files: readers see the old content or the new one, and nothing is written through a link.

What is new is written beside the file, under a name that nobody can guess: in a folder that somebody else made, or may
write to, a link may stand in the place of any name that is known before. Scanners, indexers and sync clients of Windows
hold new files for a moment, for which the replacement waits.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import shutil
import stat
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from .ids import new_id
from .text.file_names import shortened

_HELD = (5, 32, 33)
"""ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION."""
_PAUSES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5)
"""Seconds between the attempts, 1.6 in all; those who measured it saw files held for less than one."""
_NOT_OFFERED = {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EBADF, errno.EACCES, errno.EPERM, errno.ENOSYS}
"""Errors of file systems that do not put names on disk when asked: older CIFS, sshfs and other FUSE, shares of WSL."""
_MOST_NAME = 120
"""Bytes of a name that leave room for more."""
_ABANDONED = 3600.0
"""Seconds after which nobody is still writing what will take a file's place."""


def partial_path(path: Path) -> Path:
    """Returns where a file or a folder is written before it takes its place: beside it, hidden, another each time."""
    return path.with_name(f".{shortened(path.name, _MOST_NAME)}.{new_id()}.part")


def clear_leftovers(path: Path) -> None:
    """Deletes what was to take the place of ``path`` when its writer was killed."""
    for left in path.parent.glob(f".{glob.escape(shortened(path.name, _MOST_NAME))}.*.part"):
        with contextlib.suppress(OSError):  # another one has just done it, or it is somebody else's
            if time.time() - left.lstat().st_mtime > _ABANDONED:
                remove(left)


def remove(path: Path) -> None:
    """Deletes a file, or a folder as far as it can be; a link goes itself."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing(path: Path, *, mode: int = 0o666, durable: bool = False) -> Iterator[Path]:
    """Yields a new, empty file, which takes the place of ``path`` when the block ends well. ``mode`` is what may be
    done with it but for the umask; with ``durable`` it is on disk then. Raises ``OSError``; the old file stands."""
    clear_leftovers(path)
    partial = partial_path(path)
    os.close(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode))
    try:
        yield partial
        if durable:
            with partial.open("rb+") as file:
                os.fsync(file.fileno())
        replace_file(partial, path)
        if durable:
            sync_folder(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes, *, mode: int = 0o666, durable: bool = False) -> None:
    """Writes a file as ``replacing`` does."""
    with replacing(path, mode=mode, durable=durable) as partial:
        partial.write_bytes(data)


def write_named(path: Path, data: bytes) -> None:
    """Writes what a user named, which may be a device or a pipe too (``/dev/stdout``). Raises ``OSError``."""
    if _is_special(path):
        path.write_bytes(data)
    else:
        write_whole(path, data)


def replace_file(source: Path, target: Path) -> None:
    """Puts ``source`` in the place of ``target``, again while another program holds one of them. Waits: for threads or
    small files. Raises ``OSError`` when it is held for longer, for a device or a pipe, or for another reason."""
    if _is_special(target):
        raise OSError(errno.EINVAL, "it is a device or a pipe", str(target))
    pause = threading.Event()
    for seconds in _PAUSES:
        try:
            source.replace(target)
            return
        except OSError as error:
            if getattr(error, "winerror", None) not in _HELD:
                raise
            pause.wait(seconds)
    source.replace(target)


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


def _is_special(path: Path) -> bool:
    """Returns whether a path leads to what is neither a file nor a folder."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode))
