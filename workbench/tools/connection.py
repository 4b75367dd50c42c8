"""Connections to servers of tools: each is held by a task of its own, in which the SDK's client is entered and left.

The SDK's client must be left in the task that entered it, and when a connection breaks it cancels that task: a call
made there would look like one that the user stopped. So each call has a task of its own, too, and whichever of the two
ends first tells what happened.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, TypeVar

from workbench import __version__
from workbench.core.errors import ToolServerError
from workbench.core.tasks import Tasks
from workbench.core.text.sinks import for_line

if TYPE_CHECKING:
    from mcp import Client
    from mcp.client._transport import TransportStreams

T = TypeVar("T")

CONNECT_SECONDS = 90.0
"""Time to start and greet: “npx -y” fetches a server at its first start."""


CLOSE_SECONDS = 5.0
"""Time to take leave. Ending a process takes three at most."""


class CallTimedOut(Exception):
    """A call whose server was silent for too long."""


class Deadline:
    """The end of a call's patience, which each sign of life moves."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._loop = asyncio.get_running_loop()
        self.extend()

    def extend(self) -> None:
        self._end = self._loop.time() + self.seconds

    @property
    def left(self) -> float:
        """Seconds until the end."""
        return self._end - self._loop.time()


class Connection:
    """One connection; it is opened once. ``explain`` says what is known of a server that is gone."""

    def __init__(
        self, name: str, transport: AbstractAsyncContextManager[TransportStreams], explain: Callable[[], str],
        tasks: Tasks,
    ) -> None:
        self._name, self._transport, self._explain, self._tasks = name, transport, explain, tasks
        self._client: Client | None = None
        self._opened = asyncio.Event()
        self._over = asyncio.Event()
        self._fault: BaseException | None = None
        self._host: asyncio.Task[None] | None = None
        self.stale = True
        """Whether the server said that its tools are others now, or was never asked."""

    @property
    def alive(self) -> bool:
        return self._host is not None and not self._host.done()

    @property
    def client(self) -> Client:
        """The SDK's client, once it is open."""
        assert self._client is not None
        return self._client

    async def open(self, seconds: float = CONNECT_SECONDS) -> None:
        """Starts the server and greets it. Raises ``ToolServerError``."""
        self._host = self._tasks.spawn(f"server of tools {self._name}", self._hold())
        opened = self._tasks.spawn("server of tools opens", self._until_open())
        try:
            await asyncio.wait({self._host, opened}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if self._host.done():
                raise ToolServerError(self.failure(f"The server of tools {self._name} could not be used."))
            if not self._opened.is_set():
                raise ToolServerError(self.failure(
                    f"The server of tools {self._name} did not answer within {seconds:g} s."))
        finally:
            opened.cancel()
            if not self._opened.is_set():
                await self.close()

    async def _until_open(self) -> None:
        await self._opened.wait()

    async def _hold(self) -> None:
        from mcp import Client
        from mcp_types import Implementation

        try:
            async with Client(
                self._transport, client_info=Implementation(name="chat-workbench", version=__version__),
                message_handler=self._heard, cache=None,
            ) as self._client:
                self._opened.set()
                await self._over.wait()
        except Exception as error:  # noqa: BLE001 - what a strange server makes the SDK raise is of many kinds
            self._fault = error

    async def _heard(self, message: object) -> None:
        if type(message).__name__ == "ToolListChangedNotification":
            self.stale = True

    def failure(self, beginning: str) -> str:
        """Returns sentences on a server that failed."""
        why = self._explain() or (words_of(self._fault) if self._fault is not None else "")
        return f"{beginning} {why}".rstrip()

    async def run(self, work: Callable[[Client], Awaitable[T]], deadline: Deadline) -> T:
        """Returns what ``work`` gets from the server. Raises ``ToolServerError`` when the connection ends,
        ``CallTimedOut``, and what the SDK raises. Cancelling it tells the server."""
        assert self._host is not None
        call = self._tasks.spawn("call of a tool", self._outcome(work))
        try:
            while not call.done() and not self._host.done() and deadline.left > 0:
                await asyncio.wait({call, self._host}, timeout=deadline.left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            over = not call.done()
            call.cancel()
            await asyncio.wait({call})
        if over or call.cancelled():
            if not self.alive:
                raise ToolServerError(self.failure(f"The connection to the server of tools {self._name} ended."))
            raise CallTimedOut
        value, error = call.result()
        if error is None:
            return value  # type: ignore[return-value]  # there is a value where there is no error
        if not self.alive or await self._ends_now(error):
            raise ToolServerError(self.failure(f"The connection to the server of tools {self._name} ended."))
        raise error

    async def _ends_now(self, error: Exception) -> bool:
        """Returns whether a call failed because the connection ends: the client is told of that before its task."""
        from mcp_types import CONNECTION_CLOSED

        code = getattr(getattr(error, "error", None), "code", None)
        if closed := bool(code == CONNECTION_CLOSED):
            await self.close()
        return closed

    async def _outcome(self, work: Callable[[Client], Awaitable[T]]) -> tuple[T | None, Exception | None]:
        try:
            return await work(self.client), None
        except Exception as error:  # noqa: BLE001 - as above; the caller gets it
            return None, error

    async def close(self) -> None:
        """Ends the connection, and the server with it."""
        if self._host is None:
            return
        self._over.set()
        if self._opened.is_set():  # a server at an address may never answer that the session is over
            await asyncio.wait({self._host}, timeout=CLOSE_SECONDS)
        self._host.cancel()
        await asyncio.wait({self._host})


def words_of(error: BaseException) -> str:
    """Returns what an error of the SDK says, in one line: of a group the first that says anything."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    fault = getattr(error, "error", None)
    text = str(getattr(fault, "message", "") or error or type(error).__name__)
    return for_line(text if text.endswith((".", "!", "?")) else f"{text}.")
