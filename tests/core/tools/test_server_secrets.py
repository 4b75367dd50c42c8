"""Secrets of tool servers: which values are, and what they belong to. The keyring itself is tried with the service."""

from __future__ import annotations

from dataclasses import replace

from workbench.core.settings import ToolServerConfig
from workbench.core.tools.server_secrets import place_of, values_in, with_values

COMMAND = ToolServerConfig("a", "npx", ("x",), {"A": "b"})
ADDRESS = ToolServerConfig("a", url="https://a.example/mcp", headers={"X": "y"})


def test_values_belong_to_what_they_were_entered_for() -> None:
    others = [replace(COMMAND, command="evil"), replace(COMMAND, args=("y",)), replace(COMMAND, folder="/f"),
              replace(COMMAND, id="b"), ADDRESS, replace(ADDRESS, url="https://b.example/mcp")]
    assert len({place_of(config) for config in [COMMAND, *others]}) == 7
    assert place_of(replace(COMMAND, env={}, seconds=9, enabled=False)) == place_of(COMMAND)
    assert place_of(replace(ADDRESS, url="https://a.example/other")) == place_of(ADDRESS)


def test_values_of_either_kind() -> None:
    assert values_in(COMMAND) == {"A": "b"} and values_in(ADDRESS) == {"X": "y"}
    assert with_values(COMMAND, {"A": "c"}).env == {"A": "c"}
    assert with_values(ADDRESS, {"X": "z"}).headers == {"X": "z"}
