"""The tool service: finds tools by name, and has them run by their servers or here."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from workbench.core.errors import BadInput, KeyringUnavailable, ToolServerError
from workbench.core.json_types import JsonObject
from workbench.core.ports.tools import OnProgress, ServerReport
from workbench.core.settings import ToolServerConfig
from workbench.core.tasks import Tasks
from workbench.core.tools.server_secrets import whole_values
from workbench.core.tools.tool import BUILT_IN, Outcome, Tool

from .built_in.tools import BuiltInTools
from .network import Network
from .server import ToolServer

if TYPE_CHECKING:
    from workbench.core.ports.secrets import Secrets
    from workbench.core.ports.settings_file import SettingsFile


class ToolService:
    """Implements ``ports.Tools``."""

    def __init__(
        self, settings: SettingsFile, secrets: Secrets, tasks: Tasks, network: Network, own: BuiltInTools
    ) -> None:
        self._settings, self._secrets, self._tasks, self._network = settings, secrets, tasks, network
        self._own = own
        self._servers: dict[str, ToolServer] = {}
        self._turn = asyncio.Lock()

    async def find(self, names: Sequence[str]) -> Sequence[Tool]:
        """Returns the tools of these names, each once. Servers are asked side by side."""
        for name in names:
            self._check(name)
        lists = await asyncio.gather(*(self._named(name) for name in names))
        return tuple({tool.full_name: tool for found in lists for tool in found}.values())

    def built_in(self) -> Sequence[tuple[Tool, bool]]:
        on = self._settings.value.built_in_tools
        return [(tool, tool.name in on) for tool in self._own.tools]

    async def test(self, config: ToolServerConfig) -> ServerReport:
        """Starts a server for this alone, and stops it again."""
        server = await self._made(config)
        try:
            tools = await server.listed()
            name, version, generation = await server.about()
            return ServerReport(name, version, generation, tools, server.notes)
        finally:
            await server.close()

    async def call(self, tool: Tool, arguments: JsonObject, on_progress: OnProgress | None = None) -> Outcome:
        if tool.source == BUILT_IN:
            return await self._own.call(tool.name, arguments)
        try:
            server = await self._server(tool.source)
        except (BadInput, ToolServerError) as error:
            return Outcome(str(error), "error")
        return await server.call(tool.name, arguments, on_progress)

    async def close(self) -> None:
        servers, self._servers = list(self._servers.values()), {}
        await asyncio.gather(*(server.close() for server in servers))

    def _check(self, name: str) -> None:
        """Raises ``BadInput`` for the name of a tool that is not there, or is switched off."""
        server, slash, _ = name.partition("/")
        config = self._settings.value.tool_servers.get(server)
        if config is None and slash:
            raise BadInput(f"There is no server of tools {server}. {self._known()}")
        if config is not None and not config.enabled:
            raise BadInput(f"The server of tools {server} is switched off.")
        if config is None:
            on = {tool.name: on for tool, on in self.built_in()}.get(name)
            if on is None:
                raise BadInput(f"There is no tool and no server of tools {name}. {self._known()}")
            if not on:
                raise BadInput(f"The built-in tool {name} is switched off. Switch it on: workbench tools enable {name}")

    def _known(self) -> str:
        names = [*self._settings.value.tool_servers, *(tool.name for tool, _ in self.built_in())]
        return f"There are {', '.join(names)}."

    async def _named(self, name: str) -> Sequence[Tool]:
        source, slash, own = name.partition("/")
        if source not in self._settings.value.tool_servers:
            return [tool for tool, _ in self.built_in() if tool.name == name]
        tools = await (await self._server(source)).listed()
        found = [tool for tool in tools if tool.name == own or not slash]
        if slash and not found:
            names = ", ".join(tool.name for tool in tools) or "none"
            raise BadInput(f"The server of tools {source} has no tool {own}. It has {names}.")
        return found

    async def _server(self, id: str) -> ToolServer:
        """Returns a server by its name, with what the settings say of it now."""
        config = self._settings.value.tool_servers.get(id)
        if config is None:
            raise BadInput(f"There is no server of tools {id} any more. {self._known()}")
        async with self._turn:
            known = self._servers.get(id)
            if known is not None and known.config == config:
                return known
            made = self._servers[id] = await self._made(config)
        if known is not None:
            await known.close()
        return made

    async def _made(self, config: ToolServerConfig) -> ToolServer:
        try:
            values, missing = await whole_values(config, self._secrets)
        except KeyringUnavailable as error:
            raise ToolServerError(f"The secrets of the server of tools {config.id} cannot be read. {error}") from error
        if missing:
            raise ToolServerError(f"The keyring has no value for {', '.join(missing)} of the server of tools "
                                  f"{config.id}, or its command was changed since. Add the server again.")
        return ToolServer(config, _encodable(config.id, values), self._network, self._tasks)


def _encodable(id: str, values: Mapping[str, str]) -> Mapping[str, str]:
    for name, value in values.items():
        if "\0" in name + value or "\n" in name or "=" in name:
            raise ToolServerError(f"The server of tools {id} has a variable {name!r} that no environment can hold.")
    return values
