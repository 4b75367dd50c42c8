"""Files of other programs with servers of tools."""

from __future__ import annotations

import json

import pytest

from workbench.core.errors import BadInput
from workbench.core.settings import ToolServerConfig
from workbench.tools.server_files import read_servers

CLAUDE = {"mcpServers": {"files": {"command": "npx", "args": ["-y", "@x/files@1.0.0", "/a b"], "env": {"KEY": "k"}}}}


@pytest.mark.parametrize(("data", "config"), [
    (CLAUDE, ToolServerConfig("files", "npx", ("-y", "@x/files@1.0.0", "/a b"), {"KEY": "k"})),
    ({"projects": {"/p": CLAUDE}}, ToolServerConfig("files", "npx", ("-y", "@x/files@1.0.0", "/a b"), {"KEY": "k"})),
    ({"servers": {"my server": {"type": "http", "url": "https://a.example/mcp", "headers": {"X": "y"}}}},
     ToolServerConfig("my-server", url="https://a.example/mcp", headers={"X": "y"})),
    ({"mcp": {"servers": {"s": {"type": "stdio", "command": "s", "cwd": "/w"}}}},
     ToolServerConfig("s", "s", folder="/w")),
    ([{"name": "cherry", "type": "streamableHttp", "baseUrl": "http://localhost:1/mcp", "isActive": True}],
     ToolServerConfig("cherry", url="http://localhost:1/mcp")),
    ({"mcpServers": {"文件": {"url": "http://localhost:1/mcp"}}}, ToolServerConfig("文件", url="http://localhost:1/mcp")),
])
def test_forms(data: object, config: ToolServerConfig) -> None:
    (found,) = read_servers(json.dumps(data))
    assert found.config == config and found.problem == "" and found.wanted == ()
    assert found.filled({}) == config and config.enabled


def test_comments_and_commas_of_vs_code() -> None:
    (found,) = read_servers("""{
        // servers, with "quotes"
        "servers": {"a": {"command": "c", /* one, */ "args": ["http://x/*y*/", "b,]",], }, }, // end
    }""")
    assert found.config.args == ("http://x/*y*/", "b,]")


def test_variables() -> None:
    (found,) = read_servers(json.dumps({"mcpServers": {"a": {
        "command": "c", "args": ["--at", "${PLACE:-home}"], "env": {"TOKEN": "${input:token}", "B": "x${env:B}"}}}}))
    assert found.wanted == ("token", "B")
    config = found.filled({"token": "t", "B": "b"})
    assert config.args == ("--at", "home") and config.env == {"TOKEN": "t", "B": "xb"}


@pytest.mark.parametrize(("entry", "words"), [
    ({"type": "sse", "url": "http://a/sse"}, "old transport"),
    ({"type": "inMemory", "name": "x"}, "of the kind “inmemory”"),
    ({}, "of the kind “unknown”"),
    ({"url": "ftp://a"}, "is no address"),
    ({"url": "https://a", "headersHelper": "rm -rf /"}, "A program makes its headers"),
])
def test_what_cannot_be_used(entry: object, words: str) -> None:
    (found,) = read_servers(json.dumps({"mcpServers": {"a": entry}}))
    assert words in found.problem


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"mcpServers": 1}', "[" * 100_000, '{"a": 1}'])
def test_no_such_file(text: str) -> None:
    with pytest.raises(BadInput):
        read_servers(text)
