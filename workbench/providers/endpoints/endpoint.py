"""Endpoints: a configured provider as one value, from its preset, the user's changes and the program's settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from workbench.core.api_keys import origin_of
from workbench.core.errors import BadInput
from workbench.core.settings import ProviderConfig, Settings

from .presets import CUSTOM, Preset, preset

_BEHAVE_AS = {"anthropic-messages": "anthropic", "azure": "azure", "ace-conversations": "acedatacloud",
              "ace-conversations-2": "acedatacloud"}
"""The presets whose authentication and quirks a custom server has that speaks a vendor's own protocol."""
_VERSION = re.compile(r"(/v\d\w*)/")


@dataclass(frozen=True, slots=True)
class Network:
    """The way to a host. ``proxy``: ``system``, ``none`` or a URL; times in seconds."""

    proxy: str = "system"
    ca_file: str = ""
    connect_timeout: float = 10.0
    first_token_timeout: float = 300.0
    idle_timeout: float = 120.0
    retries: int = 2


@dataclass(frozen=True)
class Endpoint:
    """The address of one provider, and the rules for requests to it.

    ``base_url`` has no slash at its end; ``query`` is added to every address (Azure's api-version).
    """

    id: str
    name: str
    preset: Preset
    config: ProviderConfig
    base_url: str
    protocol: str
    network: Network
    query: str = ""

    @property
    def quirks(self) -> Mapping[str, Any]:
        """The provider's differences from OpenAI; see ``resources/providers.md``."""
        return self.preset.quirks

    @property
    def origin(self) -> str:
        """Scheme, host and port, always with the port: what a key belongs to."""
        return origin_of(self.base_url)

    @property
    def site(self) -> str:
        """Scheme, host and port as written in the base URL."""
        return "/".join(self.base_url.split("/", 3)[:3])

    @property
    def needs_key(self) -> bool:
        """Whether requests without a key make no sense."""
        needed = self.config.needs_key
        return self.preset.needs_key if needed is None else needed

    def url(self, path: str) -> str:
        """Returns an address below the base URL; ``path`` may be a whole URL of its own.

        A version that both have, as people paste ``…/v1`` where the protocol's paths begin with it, stands there once.
        """
        if path.startswith(("http://", "https://")):
            return path
        version = _VERSION.match(path)
        address = f"{self.base_url.removesuffix(version[1]) if version else self.base_url}{path}"
        if self.query:
            address += f"{'&' if '?' in address else '?'}{self.query}"
        return address


def resolve_endpoint(config: ProviderConfig, settings: Settings) -> Endpoint:
    """Resolves a configured provider. Raises ``BadInput`` when its address is missing or cannot be used."""
    base, name = preset(config.preset), display_name(config)
    if base.id == CUSTOM and config.protocol in _BEHAVE_AS:
        base = preset(_BEHAVE_AS[config.protocol])
    address = config.base_url or ("" if config.preset == CUSTOM else base.base_url)
    if not address:
        raise BadInput(f"{name} has no base URL yet. Enter it in Settings › Providers.")
    protocol = config.protocol or _protocol_of(base, address)
    address, query = checked_url(_filled(address, config, name), name, protocol)
    return Endpoint(config.id, name, base, config, address, protocol, _network(config, settings), query)


def display_name(config: ProviderConfig) -> str:
    """Returns a provider's name for people: the user's own, else the preset's, else the id.

    The name of the preset ``custom`` says nothing about which server is meant.
    """
    base = preset(config.preset)
    return config.name or (config.id if base.id == CUSTOM else base.name) or config.id


def checked_url(address: str, name: str, protocol: str = "") -> tuple[str, str]:
    """Returns a base URL without slashes at its end, and its query, which only Azure may have.

    Raises ``BadInput`` for what is not a web address, or holds more than one.
    """
    try:
        parts = urlsplit(address.strip())
        _ = parts.port  # raises ValueError for a port that is none
    except ValueError:
        raise BadInput(f"The base URL of {name} is not a web address: {address}.") from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadInput(f"The base URL of {name} must begin with https:// or http://, not “{address}”.")
    if not address.strip().isprintable():
        raise BadInput(f"The base URL of {name} holds characters that cannot be seen. Type it anew.")
    if parts.username or parts.password:
        raise BadInput(f"The base URL of {name} contains a user name or password. Remove it; keys go into "
                       "the field for the key.")
    if parts.fragment or (parts.query and protocol != "azure"):
        raise BadInput(f"The base URL of {name} ends in “?…” or “#…”. Leave that out.")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}", parts.query


def _filled(address: str, config: ProviderConfig, name: str) -> str:
    def value(match: re.Match[str]) -> str:
        found = config.variables.get(match[1], "").strip()
        if not found:
            raise BadInput(f"{name} needs a value for {match[1]}. Enter it in Settings › Providers.")
        return found

    return re.sub(r"\{(\w+)\}", value, address)


def _protocol_of(base: Preset, address: str) -> str:
    """Returns the preset's protocol, or that of the alternate address that the user chose."""
    for other in base.alternates:
        if other.get("base_url") == address and "protocol" in other:
            return str(other["protocol"])
    return base.protocol


def _network(config: ProviderConfig, settings: Settings) -> Network:
    def chosen(own: float | None, general: float) -> float:
        return general if own is None else own

    return Network(
        config.proxy or settings.proxy or "system", config.ca_file or settings.ca_file,
        chosen(config.connect_timeout, settings.connect_timeout),
        chosen(config.first_token_timeout, settings.first_token_timeout),
        chosen(config.idle_timeout, settings.idle_timeout),
        settings.retries if config.retries is None else config.retries,
    )
