"""Pages of the web: private networks, redirects, limits, and the address that a connection goes to."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from tests.conftest import Run
from tests.support.server import Reply, Server
from workbench.core.errors import BadInput, ProviderError, Refused
from workbench.providers.endpoints.endpoint import Network
from workbench.providers.http import page_fetch
from workbench.providers.http.page_fetch import fetch_page, is_public

DIRECT = Network("none")


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111"])
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255",
    "224.0.0.1", "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "name",
])
def test_private_addresses(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "169.254.169.254"])
def test_private_hosts_are_refused(run: Run, server: Server, host: str) -> None:
    with pytest.raises((BadInput, ProviderError)):
        run(fetch_page(f"http://{host}:{server.port}/", DIRECT))
    assert not server.requests


def test_the_host_is_named_although_the_address_is_asked(run: Run, server: Server) -> None:
    server.on("GET", "/a", Reply(headers={"Content-Type": "Text/HTML; charset=latin-1"}, body=[b"\xe4"]))
    page = run(fetch_page(f"http://localhost:{server.port}/a?b=c", DIRECT, private=True))
    assert (page.mime, page.encoding, page.data) == ("text/html", "latin-1", b"\xe4")
    (asked,) = server.requests
    assert asked.header("host") == f"localhost:{server.port}" and asked.target == "/a?b=c"
    assert not {"cookie", "authorization"} & {name.lower() for name, _ in asked.headers}


@pytest.mark.parametrize("variables", [
    {}, {"http_proxy": "http://127.0.0.1:9", "no_proxy": "pages.test"}, {"https_proxy": "http://127.0.0.1:9"}])
def test_a_name_that_leads_elsewhere_a_moment_later_is_not_followed(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    """The connection goes to the address that was looked at, also past a proxy that does not concern the host."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    resolve, asked = socket.getaddrinfo, list[str]()

    def rebinding(host: str, *rest: Any, **more: Any) -> Any:
        asked.append(host)
        if host == "pages.test" and asked.count(host) > 1:
            raise socket.gaierror("it leads elsewhere now")
        return resolve("127.0.0.1" if host == "pages.test" else host, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    server.on("GET", "/", Reply(body=["here"]))
    assert run(fetch_page(f"http://pages.test:{server.port}/", Network(), private=True)).data == b"here"
    assert server.requests[0].header("host") == f"pages.test:{server.port}" and asked.count("pages.test") == 1


def test_redirects_stay_with_the_host(run: Run, server: Server) -> None:
    server.on("GET", "/old", Reply(302, {"Location": "/new"}))
    server.on("GET", "/new", Reply(body=["here"]))
    server.on("GET", "/away", Reply(302, {"Location": "http://10.0.0.1/admin"}))
    server.on("GET", "/file", Reply(302, {"Location": "file:///etc/passwd"}))
    for number in range(9):
        server.on("GET", "/round", Reply(302, {"Location": f"/round?{number}"}))
    assert run(fetch_page(f"{server.url}/old", DIRECT, private=True)).data == b"here"
    for path, words in (("/away", "has moved to http://10.0.0.1/admin"), ("/file", "has moved to file"),
                        ("/round", "in a circle")):
        with pytest.raises(Refused, match=words):
            run(fetch_page(f"{server.url}{path}", DIRECT, private=True))


def test_pages_are_not_endless(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_fetch, "MOST_BYTES", 1000)
    server.on("GET", "/", Reply(body=["x" * 2000]))
    with pytest.raises(ProviderError, match="sent more than"):
        run(fetch_page(f"{server.url}/", DIRECT, private=True))
