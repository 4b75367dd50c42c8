"""Visitors of the server of the built-in models: programs of this machine, and web pages that the user has named.

A web page that the user happens to visit can send requests to 127.0.0.1, and by a name of its own that leads there
(DNS rebinding) also read the answers. The headers Host and Origin give it away: a browser sets them, and no page can
change them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from workbench.core.errors import BadInput

from .body import ApiError
from .http import HttpRequest

_CONTAINERS = "host.docker.internal"  # what containers on this machine call it

_SECONDS = "600"  # for which a browser remembers that it may ask


class Visitors:
    """Who may ask. ``origins`` are web pages as browsers name them (``https://app.example``); ``*`` is any."""

    def __init__(self, host: str, origins: Iterable[str] = ()) -> None:
        self._host = host
        self._origins = {_checked(origin) for origin in origins}

    def check(self, request: HttpRequest) -> None:
        """Raises ``ApiError`` (403) for a request that a web page sent which the user has not named."""
        host = _host_of(request.headers.get("host", ""))
        if host and not (host == self._host or _is_here(host)):
            raise ApiError(f"This server answers to 127.0.0.1 and localhost, not to {host[:100]}.", status=403,
                           code="host_not_allowed")
        origin = request.headers.get("origin")
        if origin is not None and not (self._may_read(origin) or _is_own(origin, request.headers.get("host", ""))):
            raise ApiError(f"Web pages of {origin[:100]} may not use this server. Start it with --allow-origin to let "
                           "them.", status=403, code="origin_not_allowed")

    def headers(self, request: HttpRequest) -> Mapping[str, str]:
        """Returns the headers that let a browser hand the answer to a page (CORS)."""
        origin = request.headers.get("origin")
        if origin is None or not self._may_read(origin):
            return {}
        return {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "x-request-id",
                "Vary": "Origin"}

    def preflight(self, request: HttpRequest) -> Mapping[str, str]:
        """Returns the answer to a browser that asks beforehand what it may send."""
        wanted = request.headers.get("access-control-request-headers", "")
        allowed = {"Access-Control-Allow-Methods": "GET, POST, OPTIONS", "Access-Control-Max-Age": _SECONDS}
        if re.fullmatch(r"[\w ,-]{1,2000}", wanted):
            allowed["Access-Control-Allow-Headers"] = wanted
        if request.headers.get("access-control-request-private-network") == "true":
            allowed["Access-Control-Allow-Private-Network"] = "true"
        return {**self.headers(request), **allowed}

    def _may_read(self, origin: str) -> bool:
        return "*" in self._origins or origin.lower() in self._origins


def _checked(origin: str) -> str:
    text = origin.strip().rstrip("/").lower()
    if text in ("*", "null") or re.fullmatch(r"[a-z][a-z0-9+.-]*://[^/?#\s@]+", text):
        return text
    raise BadInput(f"“{origin}” is no origin. Write scheme, host and port as in https://app.example:8080.")


def _host_of(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return header


def _is_here(host: str) -> bool:
    if host in ("localhost", _CONTAINERS) or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _is_own(origin: str, host: str) -> bool:
    """Returns whether a page came from this server itself."""
    return origin.lower() == f"http://{host.lower()}"
