"""The system's proxy: what Windows and macOS have in their settings, where no environment variable names one.

httpx asks for the same settings, but takes the list of exceptions for variables alone, and a proxy for SOCKS that these
systems call version 4 for unusable, though it speaks version 5 as well.
"""

from __future__ import annotations

import re
import sys
from urllib.parse import urlsplit

SYSTEMS = ("win32", "darwin")


def has_settings() -> bool:
    """Returns whether the system's settings decide: it has some, and no environment variable names a proxy."""
    from urllib.request import getproxies_environment

    return sys.platform in SYSTEMS and not getproxies_environment()


def proxy_for(url: str) -> str | None:
    """Returns the proxy that the system's settings name for an address; None where there is none, and for hosts in the
    list of exceptions."""
    from urllib.request import getproxies, proxy_bypass

    parts, proxies = urlsplit(url), getproxies()
    address = proxies.get(parts.scheme) or proxies.get("socks")
    if not address or proxy_bypass(parts.hostname or ""):
        return None
    return re.sub(r"^socks4?://", "socks5://", address if "://" in address else f"http://{address}")
