"""Provider secrets: values of headers and passwords of proxies, which lie in the keyring, and ``KEPT`` in their place.

They belong to the address that they were entered for, as keys do.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .settings import ProviderConfig

if TYPE_CHECKING:
    from .ports.secrets import Secrets
    from .ports.settings_file import SettingsFile

KEPT = "•••"
"""Stands in the settings for what is in the keyring. No header and no address can hold it."""

PROXY = "proxy"
"""The name of a proxy's password; headers have their own, after a colon."""

PROGRAM = ("", "")
"""Provider and origin of what belongs to the whole program."""

_SECRET = re.compile(r"auth|key|token|secret|cookie|passw|credential|session|signature", re.IGNORECASE)
_PROXY = re.compile(r"(\w+://[^/@]*?:)([^/]*)(@.*)", re.DOTALL)


def secrets_in(config: ProviderConfig) -> dict[str, str]:
    """Returns the secrets that a configuration holds in plain text, by name."""
    found = {f"header:{name.lower()}": value for name, value in config.headers.items()
             if value not in ("", KEPT) and looks_secret(name, value)}
    password = password_in(config.proxy)
    return {**found, PROXY: password} if password not in ("", KEPT) else found


def looks_secret(name: str, value: str) -> bool:
    """Returns whether a header or a variable of this name and value is to be kept secret."""
    from .text.secrets_scan import scan  # asking for a reply needs none of it

    return bool(_SECRET.search(name) or scan(value))


def kept_by(config: ProviderConfig) -> set[str]:
    """Returns the names of the secrets that a configuration leaves to the keyring."""
    kept = {f"header:{name.lower()}" for name, value in config.headers.items() if value == KEPT}
    return kept | ({PROXY} if password_in(config.proxy) == KEPT else set())


def with_values(config: ProviderConfig, values: Mapping[str, str]) -> ProviderConfig:
    """Returns the configuration with these values, by name, in place of its own."""
    headers = {name: values.get(f"header:{name.lower()}", value) for name, value in config.headers.items()}
    proxy = with_password(config.proxy, values[PROXY]) if PROXY in values else config.proxy
    return dataclasses.replace(config, headers=headers, proxy=proxy)


def password_in(proxy: str) -> str:
    """Returns the password in a proxy's address, as it is written there."""
    found = _PROXY.fullmatch(proxy)
    return found[2] if found else ""


def with_password(proxy: str, password: str) -> str:
    """Returns a proxy's address with another password; one without a password stays as it is."""
    return _PROXY.sub(lambda found: f"{found[1]}{password}{found[3]}", proxy) if password_in(proxy) else proxy


async def into_keyring(config: ProviderConfig, secrets: Secrets, origin: str) -> ProviderConfig:
    """Moves the secrets of a configuration into the keyring, and returns it with ``KEPT`` in their place.

    Raises ``KeyringUnavailable``.
    """
    new, kept = secrets_in(config), kept_by(config)
    if not new:
        return config
    old = (await secrets.values(config.id, origin)).items()
    await secrets.keep_values(config.id, origin, {name: value for name, value in old if name in kept} | new)
    return with_values(config, dict.fromkeys(new, KEPT))


async def move_proxy_password(settings: SettingsFile, secrets: Secrets) -> None:
    """Moves the password of the whole program's proxy into the keyring. Raises ``KeyringUnavailable``."""
    proxy = settings.value.proxy
    if (password := password_in(proxy)) not in ("", KEPT):
        await secrets.keep_values(*PROGRAM, {PROXY: password})
        if settings.value.proxy == proxy:  # else it was changed meanwhile
            settings.change(proxy=with_password(proxy, KEPT))


async def program_proxy(settings: SettingsFile, secrets: Secrets) -> str:
    """Returns the proxy of the whole program, with its password: ``system``, ``none`` or an address. Raises
    ``KeyringUnavailable``."""
    proxy = settings.value.proxy or "system"
    if password_in(proxy) == KEPT:
        proxy = with_password(proxy, (await secrets.values(*PROGRAM)).get(PROXY, ""))
    return proxy


async def move_into_keyring(settings: SettingsFile, secrets: Secrets, config: ProviderConfig, origin: str) -> None:
    """Moves the secrets of a provider that is in the settings already. Raises ``KeyringUnavailable``."""
    moved = await into_keyring(config, secrets, origin)
    providers = settings.value.providers
    if moved != config and providers.get(config.id) == config:  # else it was changed meanwhile
        settings.change(providers={**providers, config.id: moved})
