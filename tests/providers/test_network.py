"""Keys stay with their origin, errors of the way are sentences, redirects are not followed."""

from __future__ import annotations

import gzip
import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, MemorySecrets, bench
from tests.support.server import Reply, Server, chat, chat_chunks, event, json_reply, text_reply
from workbench.core.errors import BadInput
from workbench.core.request.models import ModelRef
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import checked_url, resolve_endpoint
from workbench.providers.http.headers import KEY_PLACE

PATH = "/v1/chat/completions"


@pytest.fixture
def other() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_carry_nothing(server: Server, other: Server, run: Run, status: int) -> None:
    server.on("POST", PATH, Reply(status, {"Location": f"{other.url}/v1/chat/completions?x=1"}, []))
    out = run(bench(server, key=KEY, headers={"x-api-key": "also"}).reply("test/m"))
    assert other.requests == [] and len(server.requests) == 1
    assert out.failure.kind == "redirect" and out.failure.status == status
    assert other.url in str(out.failure) and "Redirects are not followed" in str(out.failure)


def test_a_key_belongs_to_its_origin(server: Server, other: Server, run: Run) -> None:
    """The address was changed after the key was entered: the key does not go to the new one."""
    other.on("POST", PATH, chat("Hello"))
    made = bench(server, key=KEY, base_url=f"{other.url}/v1", needs_key=False)
    out = run(made.reply("test/m"))
    assert out.text == "Hello"
    assert other.requests[0].header("authorization") is None
    assert made.secrets.asked == [("test", other.url)]


def test_no_key_no_request(server: Server, run: Run) -> None:
    out = run(bench(server, "groq").reply("groq/m"))
    assert server.requests == [] and out.failure.kind == "key"
    assert str(out.failure) == "There is no key for Groq. Enter it in Settings › Providers, or set GROQ_API_KEY."


def test_a_key_does_not_leave_unencrypted(server: Server, run: Run) -> None:
    made = bench(server, base_url="http://models.example/v1")
    made.secrets.keys[("test", "http://models.example:80")] = KEY
    out = run(made.reply("test/m"))
    assert "not encrypted" in str(out.failure) and "was not sent" in str(out.failure)


def test_the_key_is_nowhere(server: Server, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    body = {"error": {"message": "no", "code": 503}}
    server.on("POST", PATH, json_reply(body, 503, {"retry-after-ms": "1"}), chat("Hello"))
    made = bench(server, key=KEY, headers={"X-Proxy-Token": "hidden-too"})
    out = run(made.reply("test/m"))
    kept = repr((out.events, made.store.values, made.settings.value, made.providers.__dict__))
    exchange = run(made.providers._streams._targets.attempts(ModelRef("test", "m")))
    assert KEY not in repr(exchange)
    run(made.providers.close())
    assert KEY not in kept and "hidden-too" not in repr(out.events)
    assert KEY not in caplog.text
    assert out.sent.headers["Authorization"] == f"Bearer {KEY_PLACE}"
    assert server.requests[-1].header("authorization") == f"Bearer {KEY}"


@pytest.mark.parametrize(("address", "words"), [
    ("ftp://a.example", "must begin with"), ("a.example/v1", "must begin with"), ("https://", "must begin with"),
    ("https://u:p@a.example", "user name or password"), ("https://a.example?key=1", "Leave that out"),
    ("https://a.example#x", "Leave that out"), ("https://a.example:port", "no web address"),
])
def test_addresses_that_cannot_be(address: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        checked_url(address, "X")


def test_nothing_is_appended_but_the_documented_path(server: Server, run: Run) -> None:
    server.on("POST", "/a/b/chat/completions", chat("Hello"))
    assert run(bench(server, path="/a/b/").reply("test/m")).text == "Hello"


def test_headers(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    run(bench(server, key=KEY, organization="org", project="proj",
              headers={"User-Agent": "mine", "X-Title": "T", "accept": ""}).reply("test/m"))
    request = server.requests[0]
    assert request.header("openai-organization") == "org" and request.header("openai-project") == "proj"
    assert request.header("user-agent") == "mine" and request.header("x-title") == "T"
    out = run(bench(server, headers={"X-Bad": "a\nb"}).reply("test/m"))
    assert str(out.failure) == "The header X-Bad holds a line break or a character that no header can carry."


def test_free_body_fields(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    made = bench(server, add_fields={"top_a": 0.2, "user": "me"}, remove_fields=("stream_options",))
    run(made.reply("test/m", extra_body={"user": None, "x": [1]}))
    assert server.requests[0].json == {
        "model": "m", "messages": [{"role": "user", "content": "Hi"}], "stream": True, "top_a": 0.2, "x": [1]}


def test_nothing_listens(run: Run, server: Server) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    out = run(bench(server, base_url=f"http://127.0.0.1:{port}/v1", retries=0).reply("test/m"))
    assert str(out.failure) == f"Nothing answers at 127.0.0.1:{port}. Is test running, and is the port right?"


def test_a_certificate_of_nobody(tls_server: tuple[Server, Path], server: Server, run: Run) -> None:
    secure, authority = tls_server
    secure.on("POST", PATH, chat("Hello"))
    out = run(bench(server, base_url=f"{secure.url}/v1").reply("test/m"))
    assert out.failure.kind == "tls" and "is not trusted" in str(out.failure)
    out = run(bench(server, base_url=f"{secure.url}/v1", ca_file=str(authority)).reply("test/m"))
    assert out.text == "Hello"
    out = run(bench(server, base_url=f"{secure.url}/v1", ca_file=f"{authority}.not").reply("test/m"))
    assert "cannot be read" in str(out.failure) and "Check the network settings" in str(out.failure)


def test_https_where_http_is_spoken(server: Server, run: Run) -> None:
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
def test_a_proxy_that_cannot_be(server: Server, run: Run, proxy: str) -> None:
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


def test_a_web_page_in_place_of_a_reply(server: Server, run: Run) -> None:
    server.on("POST", PATH, text_reply("<!doctype html><title>Log in</title>", content_type="text/html"))
    out = run(bench(server).reply("test/m"))
    assert str(out.failure) == ("test answered with a web page: “Log in” in place of a reply. Check the base URL "
                                "in Settings › Providers.")
    assert "<title>" in out.failure.body


@pytest.mark.parametrize("text", ["Ollama is running", "", "null", "[]", "{}", '"hello"', '{"id": 3'])
def test_answers_that_are_none(server: Server, run: Run, text: str) -> None:
    server.on("POST", PATH, text_reply(text))
    out = run(bench(server).reply("test/m"))
    assert out.failure is not None and out.failure.kind in ("not_an_answer", "interrupted")
    assert out.failure.body == text


def test_blank_lines_before_json(server: Server, run: Run) -> None:
    body = '\n\n\r\n {"choices":[{"index":0,"message":{"content":"Hello"},"finish_reason":"stop"}]}'
    server.on("POST", PATH, text_reply(body))
    out = run(bench(server).reply("test/m", params={"stream": False}))
    assert out.text == "Hello" and server.requests[0].json.get("stream") is None


def test_compression_that_was_not_asked_for(server: Server, run: Run) -> None:
    data = b"".join(event(chunk) for chunk in chat_chunks("Hello")) + b"data: [DONE]\n\n"
    server.on("POST", PATH, Reply(headers={"Content-Encoding": "gzip"}, body=[gzip.compress(data)]))
    assert run(bench(server).reply("test/m")).text == "Hello"
    server.on("POST", PATH, Reply(headers={"Content-Encoding": "gzip, br"}, body=[b"x"]))
    assert "compressed as “gzip, br”" in str(run(bench(server).reply("test/m")).failure)
    server.on("POST", PATH, Reply(headers={"Content-Encoding": "gzip"}, body=[b"not gzip"]))
    assert "damaged" in str(run(bench(server).reply("test/m")).failure)


def test_a_bomb_is_cut_off(server: Server, run: Run) -> None:
    import resource
    import sys

    if sys.platform == "win32":
        return
    bomb = gzip.compress(b"x" * (300 * 2**20), 1)
    server.on("POST", PATH, Reply(headers={"Content-Encoding": "gzip"}, body=[bomb]))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    out = run(bench(server).reply("test/m"))
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert out.failure.kind == "size" and grown < 64 * 1024


def test_settings_of_the_program_and_of_the_provider() -> None:
    settings = Settings(proxy="none", connect_timeout=3, retries=1)
    network = resolve_endpoint(ProviderConfig("x", base_url="https://a", retries=4), settings).network
    assert (network.proxy, network.connect_timeout, network.retries) == ("none", 3, 4)
    assert isinstance(MemorySecrets({}), MemorySecrets)
