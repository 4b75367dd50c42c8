"""A server of tools: started when it is first needed, started again once when it has gone, stopped when idle."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, TypeVar

from workbench.core.api_keys import is_loopback
from workbench.core.errors import ToolServerError
from workbench.core.json_types import JsonObject
from workbench.core.settings import ToolServerConfig
from workbench.core.tasks import Tasks
from workbench.core.tools.tool import Outcome, Tool

from .connection import CallTimedOut, Connection, Deadline, words_of
from .network import Network
from .results import outcome_of, tools_of
from .stdio import ServerProcess, stdio_transport

if TYPE_CHECKING:
    import mcp_types
    from mcp import Client
    from mcp.client._transport import TransportStreams

T = TypeVar("T")

IDLE_SECONDS = 300.0
MOST_PAGES = 100
LIST_SECONDS = 30.0


class ToolServer:
    """One configured server, with the values of its environment and headers."""

    def __init__(
        self, config: ToolServerConfig, values: Mapping[str, str], network: Network, tasks: Tasks,
    ) -> None:
        """``values`` are those of ``env`` or ``headers`` as they are sent, by name."""
        self.config = config
        self._values, self._network, self._tasks = values, network, tasks
        self._connection: Connection | None = None
        self._turn, self._listing = asyncio.Lock(), asyncio.Lock()
        self._idle: asyncio.TimerHandle | None = None
        self._running = 0
        self.tools: Sequence[Tool] = ()
        self.notes: Sequence[str] = ()

    async def listed(self) -> Sequence[Tool]:
        """Returns the server's tools. Raises ``ToolServerError``."""
        connection = await self._use()
        try:
            async with self._listing:
                if connection.stale:
                    found = await self._pages(connection)
                    connection.stale = False
                    self.tools, self.notes = tools_of(self.config.id, found)
            return self.tools
        finally:
            self._rest()

    async def about(self) -> tuple[str, str, str]:
        """Returns the name and version that the server gives itself, and the version of the protocol."""
        connection = await self._use()
        self._rest()
        info = connection.client.server_info
        return (info.name, info.version, connection.client.protocol_version) if info else (
            "", "", connection.client.protocol_version)

    async def call(
        self, name: str, arguments: JsonObject, on_progress: Callable[[str], None] | None = None
    ) -> Outcome:
        """Runs a tool. Never raises for what the server does; cancelling it tells the server."""
        began = time.monotonic()
        try:
            connection = await self._use()
        except ToolServerError as error:
            return Outcome(str(error), "error")
        deadline = Deadline(self.config.seconds)

        async def heard(progress: float, total: float | None, message: str | None) -> None:
            deadline.extend()
            if on_progress is not None:
                on_progress(message or (f"{progress:g} of {total:g}" if total else f"{progress:g}"))

        async def ask(client: Client) -> mcp_types.CallToolResult:
            return await client.call_tool(name, arguments, progress_callback=heard)

        try:
            found = outcome_of(await connection.run(ask, deadline))
        except ToolServerError as error:
            found = Outcome(f"{error} It is not known whether the call ran to its end.", "unknown")
        except CallTimedOut:
            found = Outcome(f"The server of tools {self.config.id} was silent for {self.config.seconds:g} s, so that "
                            "the call was given up. It may have run all the same.", "timeout")
        except Exception as error:  # noqa: BLE001 - what a strange server makes the SDK raise is of many kinds
            found = Outcome(f"The server of tools {self.config.id} gave no result: {words_of(error)}", "error")
        finally:
            self._rest()
        return Outcome(found.text, found.kind, found.media, time.monotonic() - began)

    async def close(self) -> None:
        """Stops the server."""
        if self._idle is not None:
            self._idle.cancel()
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _use(self) -> Connection:
        """Returns a connection that is open; ``_rest`` must follow. A server that has gone is started again, once."""
        async with self._turn:
            if self._connection is None or not self._connection.alive:
                await self.close()
                self._connection = await self._open()
            self._running += 1
            if self._idle is not None:
                self._idle.cancel()
            return self._connection

    def _rest(self) -> None:
        self._running -= 1
        if not self._running:
            self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._stop_idle)

    def _stop_idle(self) -> None:
        if not self._running:
            self._tasks.spawn(f"server of tools {self.config.id} stops", self.close())

    async def _open(self) -> Connection:
        await asyncio.to_thread(_load)
        transport, explain = self._http() if self.config.url else await self._process()
        connection = Connection(self.config.id, transport, explain, self._tasks)
        await connection.open()
        return connection

    def _http(self) -> tuple[AbstractAsyncContextManager[TransportStreams], Callable[[], str]]:
        url = self.config.url
        if self._values and url.startswith("http:") and not is_loopback(url):
            raise ToolServerError(f"The server of tools {self.config.id} has an address without TLS, over which its "
                                  "headers could be read on the way. Change the address to https.")
        from .http import HttpTrace, http_transport

        trace = HttpTrace()
        return http_transport(url, self._values, self._network, trace), trace.explanation

    async def _process(self) -> tuple[AbstractAsyncContextManager[TransportStreams], Callable[[], str]]:
        program = shutil.which(self.config.command)
        if program is None:
            raise ToolServerError(f"The program “{self.config.command}” of the server of tools {self.config.id} is not "
                                  "found. Install it, or give its whole path.")
        try:
            process = ServerProcess(self.config.id, [program, *self.config.args], self._values, self.config.folder)
        except (OSError, ValueError) as error:
            raise ToolServerError(f"The server of tools {self.config.id} cannot be started: {error}.") from error
        return stdio_transport(process), process.explanation

    async def _pages(self, connection: Connection) -> list[mcp_types.Tool]:
        """Returns all pages of the list of tools. Raises ``ToolServerError``."""
        found: list[mcp_types.Tool] = []
        cursors: list[str | None] = [None]
        try:
            while len(cursors) <= MOST_PAGES:
                page = await connection.run(partial(_page, cursor=cursors[-1]), Deadline(LIST_SECONDS))
                found += page.tools
                if not page.next_cursor or page.next_cursor in cursors:
                    break
                cursors.append(page.next_cursor)
        except CallTimedOut:
            raise ToolServerError(f"The server of tools {self.config.id} did not say within {LIST_SECONDS:g} s which "
                                  "tools it has.") from None
        except ToolServerError:
            raise
        except Exception as error:
            raise ToolServerError(
                f"The list of tools of {self.config.id} cannot be read: {words_of(error)}") from error
        return found


async def _page(client: Client, cursor: str | None) -> mcp_types.ListToolsResult:
    return await client.list_tools(cursor=cursor)


def _load() -> None:
    """Loads the SDK, which takes a second, outside the caller's thread. What it would log holds what servers sent; what
    is wrong is told in sentences."""
    for name in ("mcp", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in ("mcp.client.client", "mcp.client.streamable_http", "mcp_types", "anyio"):
        import_module(name)
