"""Endpoints: addresses that can be used, and network settings."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.providers.support import MemorySecrets, bench
from tests.support.server import Server, chat
from workbench.core.errors import BadInput
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import checked_url, resolve_endpoint

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
    assert isinstance(MemorySecrets({}), MemorySecrets)
