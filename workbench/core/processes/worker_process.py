"""The worker's side of its pipes: limits first, then one function after another (``worker.py`` is the other side)."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import threading
from typing import IO, Any

from workbench.core.errors import WorkbenchError

TOO_MUCH_MEMORY = 77
"""The exit code of a process that noticed by itself that it uses too much memory."""
_LIBRARIES = 300_000_000
"""Bytes of address space for what is loaded, and never all in memory."""
_SPARE_SECONDS = 2
"""Of computing time over the limit of waiting time: by then the other side has ended it, if there still is one."""


def main() -> int:
    """Answers calls until the input ends; returns the exit code."""
    questions = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a library prints is no answer
    while line := questions.readline():
        head = json.loads(line)
        _limit(**head["limits"])
        _answer(answers, head, questions.read(head["size"]))
    return 0


def _answer(answers: IO[bytes], head: dict[str, Any], data: bytes) -> None:
    found = b""
    try:
        module, name = head["function"].split(":")
        value, found = getattr(importlib.import_module(module), name)(data, **head["arguments"])
        answer = {"value": value, "size": len(found)}
        text = json.dumps(answer)
    except WorkbenchError as error:
        text = json.dumps({"refused": str(error), "size": 0})
    except MemoryError:
        text = json.dumps({"failed": "memory", "detail": "", "size": 0})
    except Exception as error:  # noqa: BLE001 - whatever a library raises on hostile input is told
        text = json.dumps({"failed": "error", "detail": f"{type(error).__name__}: {error}", "size": 0})
    answers.write(text.encode() + b"\n")
    answers.write(found if text.startswith('{"value"') else b"")
    answers.flush()


def _limit(seconds: float, memory: int | None, written: int | None, output: int) -> None:
    """Sets what the system can limit. The time of a call is kept by the other side; computing time is limited besides,
    for the case that it is gone."""
    try:
        import resource
    except ImportError:  # Windows
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    wanted = {
        resource.RLIMIT_CPU: int(used.ru_utime + used.ru_stime + seconds * (os.cpu_count() or 1)) + _SPARE_SECONDS,
        resource.RLIMIT_FSIZE: written, resource.RLIMIT_CORE: 0,
    }
    for kind, most in wanted.items():
        if most is not None:
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
    if memory is not None:
        space = memory + _LIBRARIES
        try:
            resource.setrlimit(resource.RLIMIT_AS, (space, space))
            if sys.platform == "linux":  # the memory that is written to, on the heap and outside it
                resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        except (ValueError, OSError):  # macOS has the limit, but refuses to set it
            _watch_memory(memory)


def _watch_memory(most: int) -> None:
    """Ends the process when it has used more than ``most`` bytes, where the system does not."""
    import resource

    unit = 1 if sys.platform == "darwin" else 1024

    def watch() -> None:
        never = threading.Event()
        while not never.wait(0.02):
            if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit > most:
                os._exit(TOO_MUCH_MEMORY)

    if not any(thread.name == "memory" for thread in threading.enumerate()):
        threading.Thread(target=watch, name="memory", daemon=True).start()
