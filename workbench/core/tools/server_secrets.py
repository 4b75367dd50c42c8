"""Secrets of tool servers: values of environments and headers, which lie in the keyring, and ``KEPT`` in their place.

They belong to the command or the address that they were entered for: a server whose command was changed does not get
them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from workbench.core.api_keys import origin_of
from workbench.core.provider_secrets import KEPT, looks_secret
from workbench.core.settings import ToolServerConfig

if TYPE_CHECKING:
    from workbench.core.ports.secrets import Secrets


def place_of(config: ToolServerConfig) -> tuple[str, str]:
    """Returns the names under which the keyring keeps the values of a server."""
    if config.url:
        return f"tools:{config.id}", origin_of(config.url)
    command = json.dumps([config.command, *config.args, config.folder])
    return f"tools:{config.id}", f"command:{hashlib.sha256(command.encode('utf-8', 'replace')).hexdigest()[:16]}"


def values_in(config: ToolServerConfig) -> Mapping[str, str]:
    """Returns the environment of a command, or the headers for an address."""
    return config.headers if config.url else config.env


def with_values(config: ToolServerConfig, values: Mapping[str, str]) -> ToolServerConfig:
    """Returns the configuration with this environment, or these headers."""
    if config.url:
        return dataclasses.replace(config, headers=dict(values))
    return dataclasses.replace(config, env=dict(values))


async def into_keyring(config: ToolServerConfig, secrets: Secrets) -> ToolServerConfig:
    """Moves the secrets of a configuration into the keyring, and returns it with ``KEPT`` in their place.

    Raises ``KeyringUnavailable``.
    """
    values = values_in(config)
    new = {name: value for name, value in values.items() if value not in ("", KEPT) and looks_secret(name, value)}
    if not new:
        return config
    place = place_of(config)
    kept = {name: value for name, value in (await secrets.values(*place)).items() if values.get(name) == KEPT}
    await secrets.keep_values(*place, {**kept, **new})
    return with_values(config, {**values, **dict.fromkeys(new, KEPT)})


async def whole_values(config: ToolServerConfig, secrets: Secrets) -> tuple[Mapping[str, str], list[str]]:
    """Returns the values as the server is given them, and the names of those that the keyring does not have.

    Raises ``KeyringUnavailable``.
    """
    values = values_in(config)
    if KEPT not in values.values():
        return values, []
    kept = await secrets.values(*place_of(config))
    whole = {name: kept.get(name, "") if value == KEPT else value for name, value in values.items()}
    return whole, [name for name, value in values.items() if value == KEPT and name not in kept]
