"""Pages of the web, fetched for the user: without cookies or keys, and from private networks only where it is allowed.

The name of a host is resolved first, and the connection goes to an address that was checked: a name that changes its
address in between (DNS rebinding) leads nowhere else.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from workbench.core.api_keys import origin_of
from workbench.core.errors import BadInput, NotReached, Refused
from workbench.core.ports.tools import FetchedPage
from workbench.providers.endpoints.endpoint import Network

from .client import build_request, is_proxied, load_httpx, make_client
from .stream_watchdog import ResponseHead, whole_body

MOST_BYTES = 5 * 2**20
MOST_REDIRECTS = 5
SECONDS = 30.0
_HEADERS = {"User-Agent": "ChatWorkbench", "Accept": "text/html, text/*, application/json, */*;q=0.5",
            "Accept-Encoding": "identity"}


async def fetch_page(url: str, network: Network, *, private: bool = False) -> FetchedPage:
    """Returns a page. Redirects are followed to the same host only: another one is for the user to decide on.

    Raises ``BadInput`` for an address that may not be fetched, and ``ProviderError``.
    """
    await load_httpx()
    end = time.monotonic() + SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        host = urlsplit(url).hostname or ""
        try:
            address = await asyncio.wait_for(_address(host, private), end - time.monotonic())
            head, data = await _get(url, address, network, end)
        except TimeoutError as error:
            raise NotReached(f"{host} did not answer within {SECONDS:g} s.", "timeout") from error
        if not 300 <= head.status < 400:
            break
        target = urljoin(url, head.headers.get("location", ""))
        if urlsplit(target).hostname != host or not origin_of(target):
            raise Refused(f"{url} has moved to {target[:500]}. Ask for that address if it is the right one.",
                          "redirect", head.status)
        url = target
    else:
        raise Refused(f"{url} redirects in a circle.", "redirect", head.status)
    if head.status >= 400:
        raise Refused(f"{url} answered with status {head.status}.", "other", head.status)
    kind, _, rest = head.headers.get("content-type", "").partition(";")
    encoding = rest.partition("charset=")[2].partition(";")[0].strip(" \"'") or "utf-8"
    return FetchedPage(url, kind.strip().lower(), encoding, data)


async def _get(url: str, address: str, network: Network, end: float) -> tuple[ResponseHead, bytes]:
    parts = urlsplit(url)
    host = parts.hostname or ""
    proxied = is_proxied(network, url)
    async with make_client(network if proxied else replace(network, proxy="none"), url) as client:
        literal = f"[{address}]" if ":" in address else address
        place = literal if parts.port is None else f"{literal}:{parts.port}"
        asked = url if proxied else parts._replace(netloc=place).geturl()
        request = build_request(client, network, "GET", asked, {**_HEADERS, "Host": parts.netloc}, None)
        request.extensions = {**request.extensions, "sni_hostname": host}
        return await whole_body(client, request, host, end, MOST_BYTES)


async def _address(host: str, private: bool) -> str:
    """Returns an address of a host. Raises ``BadInput`` for one of a private network, and ``NotReached``."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotReached(f"There is no host {host}, or its name cannot be resolved now.", "network") from error
    addresses = [str(entry[4][0]) for entry in found]
    if any(ipaddress.ip_address(address.partition("%")[0]).is_link_local for address in addresses):
        # There the machines of clouds find their secrets.
        raise BadInput(f"{host} is an address of this network link, from which no pages are fetched.")
    if not private and not all(is_public(address) for address in addresses):
        raise BadInput(f"{host} is in a private network, from which pages are not fetched. The user can allow it: "
                       "workbench tools enable fetch_page --private")
    return addresses[0]


def is_public(address: str) -> bool:
    """Returns whether an IP address is one of the public internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


_NAT64 = ipaddress.ip_network("64:ff9b::/96")
