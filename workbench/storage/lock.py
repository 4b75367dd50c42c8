"""File locks that the operating system releases when their holder dies, however it dies."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    _FAR = 1 << 30  # beyond the text: Windows forbids others to read what is locked

    def _lock(descriptor: int) -> bool:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        finally:
            os.lseek(descriptor, 0, os.SEEK_SET)
        return True

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)
else:
    import fcntl

    def _lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        except OSError:  # a file system without locks: better to work alone than not at all
            return True
        return True

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)  # what a link leads to is no lock


class FileLock:
    """``acquire`` never waits. The file holds the pid of its last holder, for messages only."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Takes the lock if it is free; returns whether it is ours now.

        Raises ``OSError`` when the file cannot be made.
        """
        if self._descriptor is not None:
            return True
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, _FLAGS, 0o600)
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        with suppress(OSError):  # the disk is full: the lock holds without a name
            os.truncate(descriptor, 0)
            os.write(descriptor, str(os.getpid()).encode())
        return True

    def holder(self) -> int | None:
        """Returns the pid of the process that holds the lock, None when nobody does or it is not known."""
        try:
            return int(self.path.read_text("ascii")) if self.held_by_other() else None
        except (OSError, ValueError):
            return None

    def held_by_other(self) -> bool:
        """Returns whether another ``FileLock`` holds it now. A file that is not there is held by nobody."""
        try:
            descriptor = os.open(self.path, os.O_RDWR)
        except FileNotFoundError:
            return False
        except PermissionError:  # Windows says so of a file that is being deleted while another looks at it
            return True
        try:
            return not _lock(descriptor)
        finally:
            os.close(descriptor)

    def release(self, *, remove: bool = False) -> None:
        """Releases the lock; ``remove`` takes the file away too, for locks whose name is used once only."""
        if self._descriptor is None:
            return
        os.close(self._descriptor)
        self._descriptor = None
        if remove:
            with suppress(OSError):  # the next one to look takes it away
                self.path.unlink(missing_ok=True)


def living_holders(folder: Path) -> set[str]:
    """Returns the names of the locks in a folder that a living process holds; files of dead ones are taken away."""
    living = set()
    for path in folder.glob("*.lock"):
        if FileLock(path).held_by_other():
            living.add(path.stem)
        else:
            with suppress(OSError):  # another process looks at it just now: the next one takes it away
                path.unlink(missing_ok=True)
    return living


class Turns:
    """Processes take turns: only one is inside ``turn()`` at a time. For the use of one thread."""

    def __init__(self, path: Path, patience: float) -> None:
        """``patience`` is in seconds. Raises ``OSError`` when the file cannot be made."""
        self._descriptor = os.open(path, _FLAGS, 0o600)
        self._patience = patience
        self._pause = threading.Event()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Raises ``TimeoutError`` when it is another's turn for longer than the patience lasts."""
        deadline = time.monotonic() + self._patience
        while not _lock(self._descriptor):
            if time.monotonic() > deadline:
                raise TimeoutError
            self._pause.wait(0.005)
        try:
            yield
        finally:
            _unlock(self._descriptor)

    def close(self) -> None:
        os.close(self._descriptor)


class NoTurns:
    """For what no other process can see."""

    @contextmanager
    def turn(self) -> Iterator[None]:
        yield

    def close(self) -> None:
        pass


def window_lock(folder: Path) -> FileLock:
    """Returns the lock of the one window that a data folder may have."""
    return FileLock(folder / "window.lock")
