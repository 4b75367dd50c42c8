"""The system's proxy, given to the program as Windows and macOS would."""

from __future__ import annotations

import sys
import urllib.request
from importlib import import_module

import pytest

from tests.conftest import Run
from tests.providers.support import bench
from tests.support.server import Server, chat
from workbench.providers.http import system_proxy
from workbench.providers.http.system_proxy import proxy_for, script_in


def give(patch: pytest.MonkeyPatch, proxies: dict[str, str], *exceptions: str) -> None:
    """Gives the program these settings, as ``urllib`` reads them from the registry or the system configuration."""
    import_module("httpx")  # it takes urllib's function when it is loaded
    patch.setattr(system_proxy, "SYSTEMS", (sys.platform,))
    patch.setattr(urllib.request, "getproxies", lambda: proxies)
    patch.setattr(urllib.request, "proxy_bypass", lambda host: host in exceptions)


@pytest.mark.parametrize(("proxies", "url", "proxy"), [
    ({}, "https://a.example", None),
    ({"https": "http://p.example:8080"}, "https://a.example", "http://p.example:8080"),
    ({"https": "p.example:8080"}, "https://a.example", "http://p.example:8080"),
    ({"http": "http://p.example:8080"}, "https://a.example", None),
    ({"http": "socks4://p.example:1080", "https": "socks4://p.example:1080"}, "https://a.example",
     "socks5://p.example:1080"),
    ({"socks": "socks://p.example:1080"}, "https://a.example", "socks5://p.example:1080"),
    ({"all": "http://p.example:8080"}, "https://a.example", "http://p.example:8080"),
    ({"https": "http://p.example:8080"}, "https://lan.example", None),
])
def test_the_settings_name_a_proxy(
    monkeypatch: pytest.MonkeyPatch, proxies: dict[str, str], url: str, proxy: str | None
) -> None:
    give(monkeypatch, proxies, "lan.example")
    assert proxy_for(url) == proxy


def test_a_request_goes_through_it_and_not_where_it_is_excepted(
    run: Run, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.on("POST", "/v1/chat/completions", chat("Hello"))
    give(monkeypatch, {"http": server.url}, "excepted.invalid")
    assert run(bench(server, base_url="http://model.invalid/v1", retries=0).reply("test/m")).text == "Hello"
    assert server.requests[0].target == "http://model.invalid/v1/chat/completions"
    out = run(bench(server, base_url="http://excepted.invalid/v1", retries=0).reply("test/m"))
    assert out.failure is not None and len(server.requests) == 1


def test_a_variable_wins(run: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.on("POST", "/v1/chat/completions", chat("Hello"))
    give(monkeypatch, {"http": "http://127.0.0.1:9"})
    monkeypatch.setenv("http_proxy", server.url)
    assert run(bench(server, base_url="http://model.invalid/v1", retries=0).reply("test/m")).text == "Hello"


@pytest.mark.parametrize(("enabled", "address"), [("1", "http://wpad.example/proxy.pac"), ("0", "")])
def test_a_script_is_told_apart_from_a_proxy(enabled: str, address: str) -> None:
    said = f"""<dictionary> {{
  ExceptionsList : <array> {{
    0 : *.local
  }}
  HTTPEnable : 0
  ProxyAutoConfigEnable : {enabled}
  ProxyAutoConfigURLString : http://wpad.example/proxy.pac
}}
"""
    assert script_in(said) == address and script_in("") == ""
