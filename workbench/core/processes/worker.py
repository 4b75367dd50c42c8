"""The worker: a process that runs functions of the program on what strangers made, within limits.

A function for the worker takes bytes and keyword arguments that JSON can hold, and returns a JSON value and bytes::

    def read(data: bytes, *, most: int) -> tuple[Any, bytes]:
        from pypdf import PdfReader  # heavy libraries are loaded in the worker only
        ...
        return {"pages": 3}, b""

    facts, _ = call(read, data, most=4_000_000, limits=Limits(seconds=60))  # a process of its own; waits
    facts, _ = await call_async(read, data, most=4_000_000)                 # for coroutines; cancelling ends it

    with Worker(Limits(seconds=1)) as worker:                               # one process for many calls
        found, _ = worker.call(search, pattern=pattern, text=text)

A ``WorkbenchError`` that the function raises comes out as ``BadInput`` with its sentence. Anything else (too long, too
much memory or output, a crash, an exception) is ``WorkerFailed``, whose ``kind`` tells which; the caller says it in a
sentence. A ``Worker`` that failed starts a new process for its next call. The function must be found by its name at
the top of a module of the program, because only its name goes to the process.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from types import TracebackType
from typing import Any, Literal

from workbench.core.errors import BadInput

from .child_process import Child, program
from .worker_process import TOO_MUCH_MEMORY

Function = Callable[..., tuple[Any, bytes]]
"""``Any``: a JSON value, of a shape that the caller knows."""
FailureKind = Literal["time", "memory", "output", "ended", "error"]

_BEAT = 0.1
"""Seconds between two looks at whether the caller still wants the answer."""
_AT_ONCE = threading.BoundedSemaphore(2)
"""Processes of single calls: ten pictures that are attached together must not take ten times the memory."""


@dataclass(frozen=True)
class Limits:
    """What a call may take. ``None``: no limit.

    ``memory`` is bytes that the process may fill, on Linux and on macOS; Windows sets no such limit, nor any on
    ``written`` (bytes of a file that the process writes). Time and output are limited everywhere.
    """

    seconds: float = 60
    memory: int | None = 1_000_000_000
    output: int = 100_000_000
    written: int | None = 0


class WorkerFailed(Exception):
    """A call that brought no answer: it took too much ``time``, ``memory`` or ``output``, the process ``ended`` by
    itself, or the function raised an ``error``. ``str()`` has details for the log, in no particular language."""

    def __init__(self, kind: FailureKind, detail: str = "") -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail


class Worker:
    """One process for calls one after another, from any thread. ``environment`` has further variables for it."""

    def __init__(self, limits: Limits | None = None, environment: Mapping[str, str] | None = None) -> None:
        self._limits = limits or Limits()
        self._environment = environment
        self._child: Child | None = None
        self._turn = threading.Lock()

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process."""
        child, self._child = self._child, None
        if child:
            child.close()

    def call(
        self, function: Function, data: bytes = b"", *, limits: Limits | None = None,
        check: Callable[[], None] = lambda: None, **arguments: Any,
    ) -> tuple[Any, bytes]:
        """Returns what ``function(data, **arguments)`` returns in the process, within other ``limits`` than those of
        the worker if they are given. ``check`` is called meanwhile and raises to stop it. Waits: call from a thread.
        Raises ``BadInput`` or ``WorkerFailed``."""
        limits = limits or self._limits
        with self._turn:
            try:
                child = self._child = self._child or Child(program("--worker"), self._environment)
                head = {"function": f"{function.__module__}:{function.__name__}", "arguments": arguments,
                        "size": len(data), "limits": asdict(limits)}
                question = (json.dumps(head).encode() + b"\n", data)
                answer, found = self._answer(child, question, limits.seconds, check)
            except BaseException:
                self.close()
                raise
        if "refused" in answer:
            raise BadInput(answer["refused"])
        if "failed" in answer:
            raise WorkerFailed(answer["failed"], answer["detail"])
        return answer["value"], found

    def _answer(
        self, child: Child, question: tuple[bytes, bytes], seconds: float, check: Callable[[], None]
    ) -> tuple[dict[str, Any], bytes]:
        answer: Future[tuple[dict[str, Any], bytes]] = Future()
        threading.Thread(target=self._exchange, args=(child, question, answer), daemon=True).start()
        end = time.monotonic() + seconds
        while True:
            check()
            try:
                return answer.result(timeout=_BEAT)
            except TimeoutError:
                if time.monotonic() > end:
                    raise WorkerFailed("time", f"over {seconds} s") from None

    def _exchange(
        self, child: Child, question: tuple[bytes, bytes], answer: Future[tuple[dict[str, Any], bytes]]
    ) -> None:
        """Writes the question and reads the answer, in a thread that ends with the process at the latest."""
        try:
            try:
                for piece in question:  # not joined: it may be large
                    child.stdin.write(piece)
                child.stdin.flush()
            except OSError:
                pass  # it has ended; what it said tells why
            line = child.stdout.readline(self._limits.output + 1)
            if len(line) > self._limits.output:
                raise WorkerFailed("output")
            if not line.endswith(b"\n"):
                code = child.wait()
                kind: FailureKind = "memory" if code == TOO_MUCH_MEMORY else "ended"
                raise WorkerFailed(kind, f"exit code {code}: {child.said()}")
            head = json.loads(line)
            if head["size"] > self._limits.output:
                raise WorkerFailed("output")
            found = child.stdout.read(head["size"])
            if len(found) < head["size"]:
                raise WorkerFailed("ended", child.said())
            answer.set_result((head, found))
        except (WorkerFailed, OSError, ValueError) as error:  # ValueError: closed meanwhile, or no JSON
            answer.set_exception(error if isinstance(error, WorkerFailed) else WorkerFailed("ended", str(error)))


def call(
    function: Function, data: bytes = b"", *, limits: Limits | None = None,
    environment: Mapping[str, str] | None = None, check: Callable[[], None] = lambda: None, **arguments: Any,
) -> tuple[Any, bytes]:
    """Returns what ``function(data, **arguments)`` returns in a process of its own; two run at once, others wait for
    them. See ``Worker.call``."""
    while not _AT_ONCE.acquire(timeout=_BEAT):
        check()
    try:
        with Worker(limits, environment) as worker:
            return worker.call(function, data, check=check, **arguments)
    finally:
        _AT_ONCE.release()


async def call_async(
    function: Function, data: bytes = b"", *, limits: Limits | None = None, **arguments: Any
) -> tuple[Any, bytes]:
    """Returns what ``call`` returns, without holding up the loop. When this is cancelled, the process is ended."""
    unwanted = threading.Event()

    def check() -> None:
        if unwanted.is_set():
            raise WorkerFailed("ended", "nobody waits for it any more")

    try:
        return await asyncio.to_thread(call, function, data, limits=limits, check=check, **arguments)
    except asyncio.CancelledError:
        unwanted.set()
        raise
