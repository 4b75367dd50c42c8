"""Endpoints: addresses that can be used, and network settings."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import bench
from tests.support.server import Server, chat
from workbench.core.errors import BadInput
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import Endpoint, checked_url, resolve_endpoint

PATH = "/v1/chat/completions"


@pytest.mark.parametrize(("address", "words"), [
    ("ftp://a.example", "must begin with"), ("a.example/v1", "must begin with"), ("https://", "must begin with"),
    ("https://u:p@a.example", "user name or password"), ("https://a.example?key=1", "Leave that out"),
    ("https://a.example#x", "Leave that out"), ("https://a.example:port", "not a web address"),
])
def test_invalid_addresses(address: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        checked_url(address, "X")


def test_nothing_is_appended_but_the_documented_path(server: Server, run: Run) -> None:
    server.on("POST", "/a/b/chat/completions", chat("Hello"))
    assert run(bench(server, path="/a/b/").reply("test/m")).text == "Hello"


def test_settings_of_the_program_and_of_the_provider() -> None:
    settings = Settings(proxy="none", connect_timeout=3, retries=1)
    network = resolve_endpoint(ProviderConfig("x", base_url="https://a", retries=4), settings).network
    assert (network.proxy, network.connect_timeout, network.retries) == ("none", 3, 4)


def resolved(preset: str = "custom", **config: Any) -> Endpoint:
    return resolve_endpoint(ProviderConfig("p", preset=preset, **config), Settings())


def test_gaps_in_an_address_are_filled() -> None:
    made = resolved("azure", variables={"resource": " mine "})
    assert (made.base_url, made.origin) == (
        "https://mine.openai.azure.com/openai/v1", "https://mine.openai.azure.com:443")
    with pytest.raises(BadInput, match="Azure OpenAI needs a value for resource"):
        resolved("azure", variables={"resource": " "})
    with pytest.raises(BadInput, match="p has no base URL yet"):
        resolved()


@pytest.mark.parametrize("address", ["http://lab/\x1b]0;x\x07", "http://lab/\u202e", "http://l\x00ab"])
def test_an_address_has_no_characters_that_cannot_be_seen(address: str) -> None:
    with pytest.raises(BadInput, match=r"cannot be seen|not a web address"):
        resolved(base_url=address)


def test_a_custom_server_behaves_as_its_protocol_does() -> None:
    made = resolved(base_url="http://lab:8000/x", protocol="anthropic-messages")
    assert (made.name, made.protocol, made.preset.id) == ("p", "anthropic-messages", "anthropic")
    assert (made.origin, made.site) == ("http://lab:8000", "http://lab:8000")
    assert resolved(base_url="http://lab").protocol == "openai-chat"


def test_an_alternate_address_may_have_its_own_protocol() -> None:
    assert resolved("anthropic").protocol == "anthropic-messages"
    assert resolved("anthropic", base_url="https://api.anthropic.com/v1").protocol == "openai-chat"


def test_addresses_below_the_base_url() -> None:
    made = resolved(base_url="http://lab/v1/", protocol="azure")
    assert made.url("/models") == "http://lab/v1/models" and made.url("https://x/y") == "https://x/y"
    queried = resolved(base_url="http://lab/v1?api-version=1", protocol="azure")
    assert queried.url("/models?limit=5") == "http://lab/v1/models?limit=5&api-version=1"


@pytest.mark.parametrize("given", ["https://a.example", "https://a.example/v1", "https://a.example/v1/"])
def test_a_version_that_the_protocol_adds_may_be_in_the_address(given: str) -> None:
    endpoint = resolved(base_url=given, protocol="anthropic-messages")
    assert endpoint.url("/v1/messages") == "https://a.example/v1/messages"


def test_whether_a_key_is_needed() -> None:
    assert resolved("groq").needs_key and not resolved("groq", needs_key=False).needs_key
    assert not resolved("ollama").needs_key and resolved("ollama", needs_key=True).needs_key
