"""HTTP clients: how httpx is set up for a provider, and what its errors mean in sentences.

Only this module imports httpx, and only when a request is made: listing chats costs none of it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from workbench.core.api_keys import is_loopback
from workbench.core.errors import ErrorKind, Interrupted, NotReached, ProviderError, Refused
from workbench.providers.endpoints.endpoint import Network

from .chunk_joiner import join_chunks
from .system_proxy import has_settings, proxy_for

if TYPE_CHECKING:
    import httpx

async def load_httpx() -> None:
    """Loads httpx, and what it loads at its first request, outside the caller's thread.

    Together they take up to a third of a second, which a window must not feel.
    """
    if "httpx" not in sys.modules:
        await asyncio.to_thread(lambda: [import_module(name) for name in _NEEDED])


_NEEDED = ("httpx", "httpcore", "h11", "truststore", "anyio._backends._asyncio")


def is_proxied(network: Network, url: str) -> bool:
    """Returns whether requests to an address go through a proxy, which resolves names by itself."""
    if network.proxy == "system":
        return not is_loopback(url) and proxy_for(url) is not None
    return "://" in network.proxy


def make_client(network: Network, url: str) -> httpx.AsyncClient:
    """Makes a client that follows no redirects.

    Raises ``NotReached`` when the settings or the environment name a proxy or a certificate file that cannot be used.
    """
    import httpx

    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log every address
    # Requests to this machine never go through the system's proxy.
    system = network.proxy == "system" and not is_loopback(url)
    proxy = network.proxy if "://" in network.proxy else None
    if system and has_settings():
        system, proxy = False, proxy_for(url)
    try:
        if proxy and not urlsplit(proxy).hostname:
            raise ValueError("it names no host")
        _ = proxy and urlsplit(proxy).port  # raises ValueError for a number that no port has
        verify = tls_context(network.ca_file) if url.startswith("https:") else _no_tls()
        client = httpx.AsyncClient(
            verify=verify, trust_env=system, proxy=proxy, follow_redirects=False,
            timeout=httpx.Timeout(None, connect=network.connect_timeout, write=60.0, pool=60.0),
            limits=httpx.Limits(max_connections=200, max_keepalive_connections=20, keepalive_expiry=60.0),
        )
        join_chunks(client)
        return client
    except (OSError, ssl.SSLError) as error:
        raise NotReached(
            f"The certificate file {network.ca_file} cannot be read ({_reason(error)}). "
            "Check the network settings.", "tls") from error
    except (httpx.InvalidURL, ValueError, ImportError) as error:
        where = f"The proxy {_without_password(proxy)}" if proxy else _proxy_variables()
        raise NotReached(
            f"{where} is not usable: {_reason(error)}. Write it as http://host:port or socks5://host:port.",
            "network") from error


@lru_cache(maxsize=8)
def tls_context(ca_file: str) -> ssl.SSLContext:
    """Returns a context that trusts the system's authorities, and the user's own."""
    import truststore

    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    if ca_file:
        context.load_verify_locations(cafile=ca_file)
    return context


@lru_cache(maxsize=1)
def _no_tls() -> ssl.SSLContext:
    """Returns a context for clients of plain http: it trusts nobody, and no certificates are read for it."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _proxy_variables() -> str:
    import os

    names = [name for name in os.environ
             if name.lower() in ("all_proxy", "https_proxy", "http_proxy") and os.environ[name]]
    return f"The proxy in the environment variable {' or '.join(names)}" if names else "The system's proxy"


def _without_password(url: str | None) -> str:
    """Returns a proxy's address without a password."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return url or ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def build_request(
    client: httpx.AsyncClient, network: Network, method: str, url: str, headers: Mapping[str, str],
    content: bytes | None,
) -> httpx.Request:
    """Builds a request that knows which proxy it goes through, for the sentence when that fails."""
    via = _without_password(network.proxy) if "://" in network.proxy else ""
    return client.build_request(method, url, headers=dict(headers), content=content,
                                extensions={_VIA: via})


_VIA = "workbench_via"


@contextmanager
def httpx_errors(who: str, request: httpx.Request, answered: bool = False) -> Iterator[None]:
    """Turns what httpx raises into ``NotReached``, or into ``Interrupted`` once the answer has begun."""
    import httpx

    try:
        yield
    except httpx.InvalidURL as error:
        raise NotReached(f"The address of {who} cannot be used: {_reason(error)}.", "network") from error
    except (httpx.TransportError, httpx.StreamError, OSError, UnicodeError) as error:
        raise _provider_error(error, who, request, answered) from error


def _provider_error(error: Exception, who: str, request: httpx.Request, answered: bool) -> ProviderError:
    import httpx

    if answered:
        return Interrupted(f"The connection to {who} broke in the middle of the answer.", "interrupted",
                           body=_reason(error))
    place = urlsplit(str(request.url)).netloc.rpartition("@")[2]
    via = request.extensions.get(_VIA) or ""
    for cause in _causes(error):
        if (found := _error_by_cause(cause, place, who, via)) is not None:
            return found
    if isinstance(error, httpx.ProxyError) and "407" in str(error):
        return NotReached(
            f"The proxy on the way to {place} asks for a name and a password (407). Write them into its address in "
            "Settings › Network.", "network", 407, _reason(error))
    if via:
        place = f"{place} (through the proxy {via})"
    other = "http" if request.url.scheme == "https" else "https"
    broken_off = any(isinstance(cause, ConnectionResetError | BrokenPipeError) for cause in _causes(error))
    table: tuple[tuple[type[Exception], ErrorKind, str], ...] = (
        (httpx.ConnectTimeout, "network",
         f"No connection to {place} within the time allowed. Check the network, the proxy and the base URL."),
        (httpx.ProxyError, "network",
         f"The proxy on the way to {place} refused the connection ({_reason(error)}). Check the proxy."),
        (httpx.ConnectError, "network",
         f"The server at {place} broke the connection off. Check the base URL, also whether it should begin with "
         f"{other}." if broken_off else f"No connection to {place} could be made ({_reason(error)})."),
        (httpx.WriteTimeout, "network", f"{who} did not accept the request in time. Try again."),
        (httpx.PoolTimeout, "network", f"Too many requests to {who} are waiting. Retry later."),
        (httpx.UnsupportedProtocol, "request", f"The address of {who} must begin with http:// or https://."),
        (httpx.RemoteProtocolError, "network",
         f"The server at {place} broke off or does not speak HTTP ({_reason(error)}). Check the base URL, also whether "
         f"it should begin with {other}."),
        (httpx.LocalProtocolError, "request", f"The request to {who} could not be sent: {_reason(error)}."),
    )
    if isinstance(error, httpx.RemoteProtocolError) and _BINARY in str(error) and request.url.scheme == "http":
        return NotReached(f"The server at {place} seems to speak https. Begin the base URL of {who} with https.", "tls",
                          body=_reason(error))
    dropped = isinstance(error, httpx.NetworkError | httpx.RemoteProtocolError) and not isinstance(
        error, httpx.ConnectError) and "illegal" not in str(error)
    for kind, about, sentence in table:
        if isinstance(error, kind):
            return NotReached(sentence, about, body=_reason(error), code=DROPPED if dropped else "")
    return NotReached(f"The connection to {place} broke before an answer came. Try again; if that does not help, see "
                      f"whether the base URL should begin with {other}.", "network", body=_reason(error),
                      code=DROPPED if dropped else "")


DROPPED = "dropped"
"""The code of an error for a connection that the server closed before it answered."""

_BINARY = "illegal request line"  # what h11 says to an answer of no letters, such as a TLS alert

_BAD_CERTIFICATE = {
    9: "The certificate of {place} is not valid yet. Check the date and time of this machine; if they are right, the "
       "server's certificate is wrong.",
    10: "The certificate of {place} has expired. Check the date and time of this machine; if they are right, the "
        "server needs a new certificate.",
    62: "The certificate of {place} is for another name ({reason}). Check the base URL; on a guest network, sign in to "
        "it in a web browser first.",
    64: "The certificate of {place} is for another address ({reason}). Enter the name that it is for as the base URL.",
}
"""Sentences by OpenSSL's verify codes (x509_vfy.h)."""


def _error_by_cause(cause: BaseException, place: str, who: str, via: str) -> NotReached | None:
    """Returns an error by what the operating system said, which tells more than httpx's class for it."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        if form := _BAD_CERTIFICATE.get(cause.verify_code):
            return NotReached(form.format(place=place, reason=cause.verify_message.rstrip(".")), "tls")
        return NotReached(
            f"The certificate of {place} is not trusted ({cause.verify_message}). If it is your own server, "
            "give its CA file in Settings › Providers.", "tls")
    if isinstance(cause, ssl.SSLError):
        return NotReached(
            f"No secure connection to {place} could be made ({_reason(cause)}). Does the address begin with "
            "https where the server speaks http?", "tls")
    if via and isinstance(cause, socket.gaierror | ConnectionRefusedError):
        return NotReached(
            f"The proxy {via} does not answer. Is it running, and is its address right in Settings › Network?",
            "network")
    if isinstance(cause, socket.gaierror):
        return NotReached(
            f"The name {place} was not found. Check the base URL of {who} and your internet connection.",
            "network")
    if isinstance(cause, ConnectionRefusedError):
        return NotReached(f"Nothing answers at {place}. Is {who} running, and is the port right?", "network")
    return None


def redirect_error(status: int, target: str, who: str, asked: str, base_url: str) -> Refused:
    """Returns the error for a redirect of the address ``asked``, which lies below the base URL.

    Following one would take the key and the conversation to wherever it says.
    """
    try:
        where = urlsplit(urljoin(asked, target))
        address = f"{where.scheme}://{where.netloc.rpartition('@')[2]}{where.path}"
    except ValueError:
        address = ""
    path = urlsplit(asked).path.removeprefix(urlsplit(base_url).path.rstrip("/"))
    if not target or not address:
        sentence = f"{who} redirected the request without saying where to ({status}). Check the base URL."
    elif path and address.endswith(path):
        base = address.removesuffix(path)
        sentence = (f"{who} redirected the request to {address} ({status}). Redirects are not followed, so that the "
                    f"key goes nowhere else. If you trust that address, enter {base} as the base URL.")
    else:
        sentence = (f"{who} redirected the request to {address} ({status}). Redirects are not followed, so that the "
                    "key goes nowhere else. Check the base URL; on a guest network or behind a company's gateway, sign "
                    "in to it in a web browser first.")
    return Refused(sentence, "redirect", status, body=target)


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = 0
    current: BaseException | None = error
    while current is not None and seen < 10:
        yield current
        if isinstance(current, BaseExceptionGroup):
            for inner in current.exceptions:
                yield from _causes(inner)
        current, seen = current.__cause__ or current.__context__, seen + 1


def _reason(error: BaseException) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__
