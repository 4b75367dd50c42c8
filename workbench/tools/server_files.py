"""Files in which other programs keep their servers of tools: Claude Desktop and Code, Cursor, VS Code, LM Studio,
Cherry Studio and others.

Nothing is taken over of what those programs allowed: which tools run without a question, and which servers are on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.settings import ToolServerConfig

MOST_BYTES = 5_000_000
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|//[^\n]*|/\*.*?\*/|,(?=\s*(?:(?://[^\n]*|/\*.*?\*/)\s*)*[}\]])', re.DOTALL)
_VARIABLE = re.compile(r"\$\{(?:env:|input:)?([\w.-]+)(?::-([^}]*))?\}")
_STDIO, _HTTP = ("stdio", "local", ""), ("http", "streamablehttp", "streamable-http", "")


@dataclass(frozen=True, slots=True)
class FoundServer:
    """A server in a file. ``problem`` says why it cannot be used, ``""`` when it can. ``wanted`` are the names of
    variables that the file leaves to be filled in."""

    config: ToolServerConfig
    problem: str = ""
    wanted: Sequence[str] = ()

    def filled(self, values: Mapping[str, str]) -> ToolServerConfig:
        """Returns the configuration with the variables filled in."""
        def fill(text: str) -> str:
            return _VARIABLE.sub(lambda match: values.get(match[1], match[2] or ""), text)

        config = self.config
        return replace(config, command=fill(config.command), args=tuple(map(fill, config.args)), url=fill(config.url),
                       env={name: fill(value) for name, value in config.env.items()},
                       headers={name: fill(value) for name, value in config.headers.items()})


def read_servers(text: str) -> list[FoundServer]:
    """Returns the servers in the text of a file. Raises ``BadInput`` when there are none."""
    try:
        data = json.loads(_TOKENS.sub(lambda match: match[0] if match[0].startswith('"') else " ", text))
    except (ValueError, RecursionError) as error:
        raise BadInput(f"The file is not valid JSON: {error}.") from None
    found = [_server(name, entry) for name, entry in _entries(data)]
    if not found:
        raise BadInput("The file names no servers of tools: it has neither “mcpServers” nor “servers”.")
    return found


def _entries(data: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yields the names and the entries of servers, wherever a program puts them. (Any: the JSON of a stranger.)"""
    if isinstance(data, list):  # Cherry Studio
        yield from ((str(entry.get("name") or ""), entry) for entry in data if isinstance(entry, dict))
        return
    if not isinstance(data, dict):
        return
    for key in ("mcpServers", "servers", "context_servers"):
        entries = data.get(key)
        if isinstance(entries, dict):
            yield from ((name, entry) for name, entry in entries.items() if isinstance(entry, dict))
        elif isinstance(entries, list):
            yield from _entries(entries)
    for key in ("mcp", "projects"):  # VS Code's settings; Claude Code's, by project
        inner = data.get(key)
        for part in inner.values() if key == "projects" and isinstance(inner, dict) else [inner]:
            yield from _entries(part)


def _server(name: str, entry: Mapping[str, Any]) -> FoundServer:
    id = re.sub(r"[^\w-]+", "-", name).strip("-")[:40] or "server"
    kind = str(entry.get("type") or entry.get("transport") or "").lower()
    url = _text(entry.get("url") or entry.get("baseUrl") or entry.get("serverUrl"))
    command, args = _text(entry.get("command")), entry.get("args") or []
    if url and (kind in _HTTP or not command):
        config = ToolServerConfig(id, url=url, headers=_texts(entry.get("headers")))
    else:
        config = ToolServerConfig(id, command, tuple(map(str, args)) if isinstance(args, list) else (),
                                  _texts(entry.get("env")), _text(entry.get("cwd")))
    return FoundServer(config, _problem(config, kind, entry), _wanted(config))


def _problem(config: ToolServerConfig, kind: str, entry: Mapping[str, Any]) -> str:
    if kind == "sse":
        return "It uses the old transport HTTP+SSE, which has been given up. Ask its makers for an address with HTTP."
    if entry.get("headersHelper"):
        return "A program makes its headers. Enter them by hand: workbench tools servers add."
    if kind not in (*_STDIO, *_HTTP) or not (config.command or config.url):
        return f"It is of the kind “{kind or 'unknown'}”, which this program does not know."
    if config.url and not config.url.startswith(("http://", "https://", "${")):
        return f"“{config.url}” is no address."
    return ""


def _wanted(config: ToolServerConfig) -> Sequence[str]:
    texts = [config.command, *config.args, config.url, *config.env.values(), *config.headers.values()]
    return tuple(dict.fromkeys(match[1] for text in texts for match in _VARIABLE.finditer(text) if match[2] is None))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _texts(value: object) -> dict[str, str]:
    return {str(name): str(text) for name, text in value.items() if text is not None} if isinstance(value, dict) else {}
