"""The port for tools: servers that offer them, and those that are built in."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from workbench.core.json_types import JsonObject
from workbench.core.settings import ToolServerConfig
from workbench.core.tools.tool import Outcome, Tool

OnProgress = Callable[[str], None]
"""Is told what a running call says of itself."""


@dataclass(frozen=True, slots=True)
class ServerReport:
    """What a server says of itself when it is tried. ``generation`` is the protocol's version; ``notes`` are sentences
    on what of it cannot be used."""

    name: str
    version: str
    generation: str
    tools: Sequence[Tool]
    notes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """A page of the web: the address that it came from, its MIME type, its encoding and its bytes."""

    url: str
    mime: str
    encoding: str
    data: bytes


FetchPage = Callable[[str], Awaitable[FetchedPage]]
"""Fetches an address. Raises ``WorkbenchError``."""
ReadPage = Callable[[FetchedPage], Awaitable[str]]
"""Returns the text of an HTML page. Raises ``BadInput``."""


class Tools(Protocol):
    """The tools of servers and those that are built in. A server is started when it is first needed, and stopped when
    it was not used for some minutes."""

    async def find(self, names: Sequence[str]) -> Sequence[Tool]:
        """Returns the tools of these names: ``server`` is all tools of a server, ``server/tool`` one of them, and a
        name without a server one that is built in. Raises ``BadInput`` for a name that there is not, and
        ``ToolServerError``."""
        ...

    def built_in(self) -> Sequence[tuple[Tool, bool]]:
        """Returns the tools that are built in, each with whether it is switched on."""
        ...

    async def test(self, config: ToolServerConfig) -> ServerReport:
        """Returns what a server says of itself. Raises ``ToolServerError``."""
        ...

    async def call(self, tool: Tool, arguments: JsonObject, on_progress: OnProgress | None = None) -> Outcome:
        """Runs a tool and returns what came of it. Whatever the tool or its server does is an outcome; cancelling the
        call tells the server to stop."""
        ...

    async def close(self) -> None:
        """Stops all servers."""
        ...
