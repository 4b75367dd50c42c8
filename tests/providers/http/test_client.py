"""The way to the network: what goes wrong on it is a sentence."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.providers.support import bench
from tests.support.server import Reply, Server, chat
from workbench.providers.http.client import _error_by_cause

PATH = "/v1/chat/completions"


@pytest.fixture
def other() -> Iterator[Server]:
    with Server() as running:
        yield running


def test_nothing_listens(run: Run, server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    out = run(bench(server, base_url=f"http://127.0.0.1:{port}/v1", retries=0).reply("test/m"))
    assert str(out.failure) == f"Nothing answers at 127.0.0.1:{port}. Is test running, and is the port right?"


def test_an_untrusted_certificate(tls_server: tuple[Server, Path], server: Server, run: Run) -> None:
    secure, authority = tls_server
    secure.on("POST", PATH, chat("Hello"))
    out = run(bench(server, base_url=f"{secure.url}/v1").reply("test/m"))
    assert out.failure.kind == "tls" and "is not trusted" in str(out.failure)
    out = run(bench(server, base_url=f"{secure.url}/v1", ca_file=str(authority)).reply("test/m"))
    assert out.text == "Hello"
    out = run(bench(server, base_url=f"{secure.url}/v1", ca_file=f"{authority}.not").reply("test/m"))
    assert "cannot be read" in str(out.failure) and "Check the network settings" in str(out.failure)


def test_https_to_a_server_that_speaks_http(server: Server, run: Run) -> None:
    address = server.url.replace("http:", "https:")
    out = run(bench(server, base_url=address, retries=0, connect_timeout=0.2).reply("test/m"))
    assert out.failure.kind in ("tls", "network")


def test_not_http(server: Server, run: Run) -> None:
    server.on("POST", PATH, Reply(raw=b"SSH-2.0-OpenSSH_9.2\r\n"))
    out = run(bench(server, retries=0).reply("test/m"))
    assert "does not speak HTTP" in str(out.failure)


def test_a_proxy(server: Server, other: Server, run: Run) -> None:
    other.on("POST", "http://models.example/v1/chat/completions", chat("Hello"))
    other._scripts[("POST", "/v1/chat/completions")] = [chat("Hello")]
    out = run(bench(server, base_url="http://models.example/v1", proxy=other.url).reply("test/m"))
    assert out.text == "Hello"
    assert other.requests[0].target == "http://models.example/v1/chat/completions"


@pytest.mark.parametrize("proxy", ["ftp://x", "http://[", "nonsense://"])
def test_invalid_proxies(server: Server, run: Run, proxy: str) -> None:
    out = run(bench(server, proxy=proxy).reply("test/m"))
    assert out.failure.kind == "network" and "proxy" in str(out.failure).lower()


def test_a_bad_proxy_in_the_environment(
    server: Server, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "ftp://proxy")
    out = run(bench(server, base_url="https://models.example/v1").reply("test/m"))
    assert str(out.failure).startswith("The proxy in the environment variable HTTPS_PROXY is not usable:")
    server.on("POST", PATH, chat("Hello"))
    assert run(bench(server).reply("test/m")).text == "Hello", "this machine needs no proxy"


def test_a_proxy_that_does_not_answer(server: Server, run: Run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for base_url in ("http://models.example/v1", "https://models.example/v1"):
        out = run(bench(server, base_url=base_url, proxy=f"http://127.0.0.1:{port}", retries=0).reply("test/m"))
        assert str(out.failure).startswith(f"The proxy http://127.0.0.1:{port} does not answer.")


@pytest.mark.parametrize(("code", "words"), [(9, "date and time"), (10, "date and time"), (62, "another name"),
                                             (18, "CA file")])
def test_certificates_are_refused_for_their_own_reasons(code: int, words: str) -> None:
    cause = ssl.SSLCertVerificationError()
    cause.verify_code, cause.verify_message = code, "because"
    error = _error_by_cause(cause, "models.example", "X", "")
    assert error is not None and error.kind == "tls" and words in str(error)
