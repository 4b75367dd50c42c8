"""The stdio transport: a server in a process of its own, with one JSON-RPC message on each line.

The SDK's own transport has no limit on a line and reads it in quadratic time, logs what a server writes beside the
protocol, and dies of a byte that is not UTF-8. This one reads bytes, in a thread; the process starts where all child
processes do.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import IO, TYPE_CHECKING

from workbench.core.processes.child_process import Child
from workbench.core.text.sinks import for_line

if TYPE_CHECKING:
    from mcp.client._transport import TransportStreams

MOST_LINE = 8 * 2**20
"""Bytes of one message."""
MOST_UNASKED = 20_000
"""Lines in a row that answer nothing: notifications, and what is no message at all. More is a flood."""
_AHEAD = 4
"""Lines that the thread reads ahead of the client."""
_PATIENCE = 2.0
"""Seconds that a server has to end by itself."""


class ServerProcess:
    """A server's process, its lines, and what is wrong with them."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: str
    ) -> None:
        """Starts the server, whose ``name`` is for sentences. Raises ``OSError``."""
        self._name = name
        self._child = Child(command, environment, folder)
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[bytes] = asyncio.Queue()
        self._room = threading.Semaphore(_AHEAD)
        self._to_write: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._closed = False
        self._unasked = 0
        self._strange: deque[str] = deque(maxlen=3)
        self._fault = ""
        for work in (self._read, self._write):
            threading.Thread(target=work, name="tool server", daemon=True).start()

    def write(self, line: bytes) -> None:
        """Sends a line as soon as the server takes it."""
        self._to_write.put(line + b"\n")

    async def line(self) -> bytes:
        """Returns the next line, empty when there will be no more."""
        line = await self._lines.get()
        self._room.release()
        if len(line) > MOST_LINE:
            self.give_up(f"It sent a message of more than {MOST_LINE // 2**20} MB.")
            return b""
        return line

    def note(self, strange: bytes | None, answers: bool) -> None:
        """Counts a line, ``strange`` when it was no message. Too many that answer nothing end the server."""
        if strange is not None:
            self._strange.append(for_line(strange[:2000].decode("utf-8", "replace"), 200))
        self._unasked = 0 if answers else self._unasked + 1
        if self._unasked > MOST_UNASKED:
            self.give_up(f"It sent {MOST_UNASKED:,} messages in a row that nobody had asked for.")

    def give_up(self, fault: str) -> None:
        """Ends the server at once, because of a fault."""
        self._fault = self._fault or fault
        self._child.kill()

    def explanation(self) -> str:
        """Returns sentences on why the server is gone or silent, as far as that can be known."""
        if self._fault:
            return self._fault
        said = []
        with suppress(TimeoutError):
            said.append(f"It ended with exit code {self._child.wait(0)}.")
        if errors := self._child.said().splitlines()[-5:]:
            said.append("It wrote: " + " / ".join(for_line(line, 300) for line in errors))
        elif self._strange:
            said.append("It wrote what is no message: " + " / ".join(self._strange))
        return " ".join(said)

    async def close(self) -> None:
        """Ends the server: it has some seconds to do so by itself."""
        self._closed = True
        self._to_write.put(None)
        self._room.release()
        await asyncio.to_thread(self._child.end, _PATIENCE)

    def _read(self) -> None:
        with suppress(OSError, ValueError, RuntimeError):  # the pipe or the loop was closed meanwhile
            line = b"\n"
            while line and len(line) <= MOST_LINE and not self._closed:
                line = self._child.stdout.readline(MOST_LINE + 1)
                self._room.acquire()
                self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
            _drain(self._child.stdout)

    def _write(self) -> None:
        with suppress(OSError, ValueError):  # it has ended
            while (line := self._to_write.get()) is not None:
                self._child.stdin.write(line)
                self._child.stdin.flush()
        with suppress(OSError, ValueError):
            self._child.stdin.close()


def _drain(pipe: IO[bytes]) -> None:
    """Reads what nobody wants: a server that cannot write does not end."""
    while pipe.read(65536):
        pass


@asynccontextmanager
async def stdio_transport(process: ServerProcess) -> AsyncIterator[TransportStreams]:
    """Carries messages between a client of the SDK and a server's process, which is ended with it."""
    import anyio
    from mcp.shared.message import SessionMessage
    from mcp_types import jsonrpc_message_adapter

    to_client, from_server = anyio.create_memory_object_stream[SessionMessage | Exception](0)
    to_server, from_client = anyio.create_memory_object_stream[SessionMessage](0)

    async def read() -> None:
        async with to_client:
            while line := await process.line():
                try:
                    message = jsonrpc_message_adapter.validate_json(line.decode("utf-8", "replace"), by_name=False)
                except ValueError:
                    process.note(line if line.strip() else None, answers=False)
                    continue
                process.note(None, answers=not hasattr(message, "method"))
                try:
                    await to_client.send(SessionMessage(message))
                except (anyio.ClosedResourceError, anyio.BrokenResourceError):
                    return

    async def write() -> None:
        async with from_client:
            with suppress(anyio.EndOfStream):
                while True:
                    sent = await from_client.receive()
                    process.write(sent.message.model_dump_json(by_alias=True, exclude_unset=True).encode())

    try:
        async with anyio.create_task_group() as group:
            group.start_soon(read)
            group.start_soon(write)
            try:
                yield from_server, to_server
            finally:
                group.cancel_scope.cancel()
    finally:
        for stream in (to_client, from_server, to_server, from_client):
            stream.close()
        with anyio.CancelScope(shield=True):
            await process.close()
