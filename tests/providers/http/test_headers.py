"""Request headers: what is sent, and what is shown of it."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Server, chat
from workbench.core.errors import BadInput
from workbench.core.json_types import JsonObject
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import resolve_endpoint
from workbench.providers.http.headers import (
    KEY_PLACE,
    hide_key,
    notable_headers,
    redact,
    request_headers,
    shown_body,
    shown_url,
)

PATH = "/v1/chat/completions"


def test_headers(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    run(bench(server, key=KEY, organization="org", project="proj",
              headers={"User-Agent": "mine", "X-Title": "T", "accept": ""}).reply("test/m"))
    request = server.requests[0]
    assert request.header("openai-organization") == "org" and request.header("openai-project") == "proj"
    assert request.header("user-agent") == "mine" and request.header("x-title") == "T"
    out = run(bench(server, headers={"X-Bad": "a\nb"}).reply("test/m"))
    assert str(out.failure) == "The header X-Bad holds a line break or a character that no header can carry."


def test_a_header_of_the_transport_gets_a_sentence(server: Server, run: Run) -> None:
    out = run(bench(server, headers={"Content-Length": "3"}).reply("test/m"))
    assert str(out.failure) == ("The header Content-Length belongs to the connection, which sets it by itself. Remove "
                                "it in Settings › Providers.")
    assert not server.requests


def test_no_secret_is_shown() -> None:
    headers = {"Authorization": f"Bearer {KEY}", "X-Api-Key": "other", "X-Session-Token": "t", "Cookie": "c",
               "Accept": "application/json"}
    assert redact(headers, KEY) == {
        "Authorization": f"Bearer {KEY_PLACE}", "X-Api-Key": "•••", "X-Session-Token": "•••", "Cookie": "•••",
        "Accept": "application/json"}
    assert redact({"X-Odd": f"a{KEY}b"}, KEY) == {"X-Odd": f"a{KEY_PLACE}b"}
    assert redact({"Accept": "*/*"}, None) == {"Accept": "*/*"}


def test_a_key_in_a_servers_words() -> None:
    assert hide_key(f"Incorrect API key provided: {KEY}.", KEY) == f"Incorrect API key provided: {KEY_PLACE}."
    assert hide_key("no key", "key") == "no key", "what is shorter than any key is in other words too"
    assert hide_key("words", None) == "words"


def test_which_headers_of_a_response_are_stored() -> None:
    headers = {"x-request-id": "1", "X-RateLimit-Remaining": "2", "anthropic-ratelimit-tokens-limit": "3",
               "retry-after-ms": "4", "openai-version": "5", "set-cookie": "secret", "content-length": "6"}
    assert notable_headers(headers) == {name: value for name, value in headers.items()
                                        if name not in ("set-cookie", "content-length")}


@pytest.mark.parametrize(("name", "value"), [("X Bad", "a"), ("", "a"), ("X", "a\nb"), ("X", "é"), ("X", "a\0"),
                                           ("Content-Length", "3"), ("transfer-encoding", "chunked"), ("HOST", "a"),
                                           ("Connection", "close"), ("Upgrade", "h2c")])
def test_headers_that_cannot_be_sent(name: str, value: str) -> None:
    endpoint = resolve_endpoint(ProviderConfig("p", base_url="http://x", headers={name: value}), Settings())
    with pytest.raises(BadInput):
        request_headers(endpoint, None)


def test_all_that_was_configured_is_hidden_whatever_its_name() -> None:
    sent = {"Ocp-Apim-Subscription-Key": "s1", "X-Functions-Key": "s2", "x-signature": "s3", "Accept": "*/*"}
    shown = redact(sent, None, ["Ocp-Apim-Subscription-Key", "X-Functions-Key", "X-Signature"])
    assert [*shown.values()] == ["•••", "•••", "•••", "*/*"]
    address = "https://h.example/deploy?sig=secret&api-version=2024-10-21"
    assert shown_url(f"{address}&n=1", address) == "https://h.example/deploy?sig=•••&api-version=2024-10-21&n=1"
    assert shown_url("https://h.example/v1", "https://h.example") == "https://h.example/v1"
    body: JsonObject = {"model": "m", "metadata": {"password": "s", "n": 1}, "api_key": "s", "list": ["s"], "stop": "x"}
    own: JsonObject = {"metadata": {"password": "s", "n": 1}, "api_key": "s", "list": ["s"], "stop": "x"}
    assert shown_body(body, own) == {
        "model": "m", "metadata": {"password": "•••", "n": 1}, "api_key": "•••", "list": ["•••"], "stop": "x"}
    assert body["api_key"] == "s", "what is sent stays"
