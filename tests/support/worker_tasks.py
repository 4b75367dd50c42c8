"""What the tests of the worker let it do; its process imports this module by its name alone."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

from workbench.core.errors import BadInput


def reverse(data: bytes, *, word: str = "") -> tuple[Any, bytes]:
    return {"word": word, "process": os.getpid()}, data[::-1]


def look_around(data: bytes) -> tuple[Any, bytes]:
    files = [str(path) for path in Path().iterdir()]
    return {"environment": dict(os.environ), "folder": str(Path.cwd()), "files": files}, b""


def refuse(data: bytes) -> tuple[Any, bytes]:
    raise BadInput("Take another file.")


def fail(data: bytes) -> tuple[Any, bytes]:
    raise KeyError("a table")


def end(data: bytes) -> tuple[Any, bytes]:
    print("the library aborts", file=sys.stderr, flush=True)  # noqa: T201
    os._exit(3)


def spin(data: bytes) -> tuple[Any, bytes]:
    while True:
        pass


def allocate(data: bytes, *, size: int) -> tuple[Any, bytes]:
    taken = bytearray(size)
    taken[::4096] = b"x" * len(taken[::4096])
    while size:  # until somebody notices
        pass
    return None, b""


def give_much(data: bytes, *, size: int) -> tuple[Any, bytes]:
    return None, bytes(size)


def say_much(data: bytes, *, size: int) -> tuple[Any, bytes]:
    return "x" * size, b""


def print_something(data: bytes) -> tuple[Any, bytes]:
    print("warning: this is no answer")  # noqa: T201
    os.write(1, b"nor this\n")
    return "answer", b""


def write(data: bytes, *, path: str) -> tuple[Any, bytes]:
    return Path(path).write_bytes(data), b""


def peak_of_reading(data: bytes, *, name: str) -> tuple[int, bytes]:
    """Reads an attachment; returns the most memory, in bytes, that this process has had."""
    from workbench.files.attachments import contents

    with contextlib.suppress(BadInput, MemoryError):
        contents.read(data, name=name, most=4_000_000, memory=200_000_000)
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024, b""
