"""The way to the network, as the program's settings have it."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Network:
    """``proxy`` returns ``system``, ``none`` or an address, ``tls`` a context that trusts whom the user trusts."""

    proxy: Callable[[], Awaitable[str]]
    tls: Callable[[], ssl.SSLContext]
