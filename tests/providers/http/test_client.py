"""The way to the network: what goes wrong on it is a sentence."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme

from tests.conftest import Run
from tests.providers.support import bench
from tests.support.server import Reply, Server, chat, text_reply
from workbench.core.reply.events import Retrying
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


@contextmanager
def speaking(data: bytes, reset: bool = False) -> Iterator[int]:
    """Runs a server that answers whatever comes with ``data`` and closes, or resets; yields its port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        def serve() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection, suppress(OSError):
                    connection.recv(65536)
                    connection.sendall(data)
                    if reset:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def test_https_to_a_server_that_speaks_http(server: Server, run: Run) -> None:
    with speaking(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n") as port:
        out = run(bench(server, base_url=f"https://127.0.0.1:{port}/v1", retries=0).reply("test/m"))
    assert out.failure.kind == "tls" and "https where the server speaks http?" in out.failure.sentence


TLS_ALERT = b"\x15\x03\x01\x00\x02\x02\x46"


def test_http_to_a_server_that_speaks_https(server: Server, run: Run) -> None:
    with speaking(TLS_ALERT) as port:
        out = run(bench(server, base_url=f"http://127.0.0.1:{port}/v1").reply("test/m"))
    assert out.failure.sentence == (
        f"The server at 127.0.0.1:{port} seems to speak https. Begin the base URL of test with https.")
    assert not out.all(Retrying)


@pytest.mark.parametrize("resets", [True, False])
@pytest.mark.parametrize(("scheme", "other"), [("http", "https"), ("https", "http")])
def test_a_port_that_drops_what_it_does_not_understand(
    server: Server, run: Run, scheme: str, other: str, resets: bool
) -> None:
    """Some servers close a connection in another protocol without a word, or reset it."""
    with speaking(b"", reset=resets) as port:
        out = run(bench(server, base_url=f"{scheme}://127.0.0.1:{port}/v1", retries=0).reply("test/m"))
    hints = (f"begin with {other}.", "https where the server speaks http?")
    assert any(hint in out.failure.sentence for hint in hints)
    assert f"127.0.0.1:{port}" in out.failure.sentence


def test_http_to_a_real_tls_port(tls_server: tuple[Server, Path], server: Server, run: Run) -> None:
    secure, _ = tls_server
    out = run(bench(server, base_url=f"http://127.0.0.1:{secure.port}/v1", retries=0).reply("test/m"))
    assert "https" in out.failure.sentence


@pytest.mark.parametrize("words", [
    "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title></head></html>",
    "Client sent an HTTP request to an HTTPS server.\n"])
def test_servers_that_say_that_they_speak_https(server: Server, run: Run, words: str) -> None:
    server.on("POST", PATH, text_reply(words, 400))
    failure = run(bench(server).reply("test/m")).failure
    assert failure.kind == "tls" and "Begin the base URL with https" in failure.sentence


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


def certified(**period: datetime) -> tuple[ssl.SSLContext, trustme.CA]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost", **period).configure_cert(context)
    return context, authority


@pytest.mark.parametrize(("period", "words"), [
    ({"not_before": datetime(2020, 1, 1, tzinfo=UTC), "not_after": datetime(2020, 2, 1, tzinfo=UTC)},
     "has expired. Check the date and time of this machine"),
    ({"not_before": datetime(2090, 1, 1, tzinfo=UTC), "not_after": datetime(2090, 2, 1, tzinfo=UTC)},
     "is not valid yet. Check the date and time of this machine")])
def test_real_certificates_of_another_time(
        server: Server, run: Run, tmp_path: Path, period: dict[str, datetime], words: str) -> None:
    """What is seen of a wrong clock too: to a clock that is ahead, a good certificate has expired."""
    context, authority = certified(**period)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with Server(context) as secure:
        out = run(bench(server, base_url=f"{secure.url}/v1", ca_file=str(tmp_path / "ca.pem")).reply("test/m"))
    assert out.failure.kind == "tls" and words in out.failure.sentence and "CA file" not in out.failure.sentence


def test_a_real_certificate_for_another_name(server: Server, run: Run, tmp_path: Path) -> None:
    context, authority = certified()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with Server(context) as secure:
        address = secure.url.replace("localhost", "127.0.0.1")
        out = run(bench(server, base_url=f"{address}/v1", ca_file=str(tmp_path / "ca.pem")).reply("test/m"))
    assert out.failure.kind == "tls" and "is for another address" in out.failure.sentence


def test_a_proxy_that_wants_a_password_before_it_connects(server: Server, other: Server, run: Run) -> None:
    other.on("CONNECT", "443", Reply(407, {"Proxy-Authenticate": "Basic"}))
    out = run(bench(server, base_url="https://models.example/v1", proxy=other.url).reply("test/m"))
    assert out.failure.sentence == (
        "The proxy on the way to models.example asks for a name and a password (407). Write them into its address in "
        "Settings › Network.")
    assert len(other.requests) == 1 and not out.all(Retrying)


@pytest.mark.parametrize(("target", "advice"), [
    ("https://new.example/v2/chat/completions", "to https://new.example/v2/chat/completions (307). Redirects are not "
     "followed, so that the key goes nowhere else. If you trust that address, enter https://new.example/v2 as the base "
     "URL."),
    ("/ok/v1/chat/completions", "enter {url}/ok/v1 as the base URL."),
    ("https://me:secret@new.example/v2/chat/completions?a=1", "enter https://new.example/v2 as the base URL."),
    ("http://portal.example/login?next=x", "to http://portal.example/login (307). Redirects are not followed, so that "
     "the key goes nowhere else. Check the base URL; on a guest network or behind a company's gateway, sign in to it "
     "in a web browser first."),
    ("", "without saying where to (307). Check the base URL."),
    ("http://[", "without saying where to (307). Check the base URL.")])
def test_where_a_redirect_leads(server: Server, run: Run, target: str, advice: str) -> None:
    server.on("POST", PATH, Reply(307, {"Location": target} if target else {}))
    sentence = run(bench(server).reply("test/m")).failure.sentence
    assert sentence.endswith(advice.format(url=server.url)) and "secret" not in sentence


def test_a_captive_portal_in_the_place_of_an_answer(server: Server, run: Run) -> None:
    server.on("POST", PATH, text_reply("<!doctype html><title>Hotel Wi-Fi</title>", content_type="text/html"))
    assert "a web page: “Hotel Wi-Fi” instead of a reply" in run(bench(server).reply("test/m")).failure.sentence
    server.on("POST", PATH, text_reply("<html><title>Login</title>", 511, "text/html"))
    assert "The network wants you to sign in" in run(bench(server).reply("test/m")).failure.sentence
