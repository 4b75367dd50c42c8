"""Faults of disks: one that is full, as the system makes it for this process, and one that is slow."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

import pytest


@contextlib.contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """What a full disk does to this process; Python ignores the signal that comes with it."""
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


SLOW = ("strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fsync,fdatasync",
        "-e", "inject=fsync,fdatasync:delay_enter=200000")
"""Goes before a command: each of its writes takes a fifth of a second to reach the disk."""
