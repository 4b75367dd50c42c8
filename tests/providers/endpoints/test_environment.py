"""Providers and keys that the environment names."""

from __future__ import annotations

from dataclasses import replace

from tests.conftest import Run
from tests.providers.support import KEY, MemorySecrets, bench
from tests.support.server import Server, chat
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import resolve_endpoint
from workbench.providers.endpoints.endpoint_keys import EndpointKeys
from workbench.providers.endpoints.environment import environment_config

PATH = "/v1/chat/completions"


def test_a_provider_from_the_environment() -> None:
    assert environment_config({}) is None
    assert environment_config({"BASE_URL": "http://x"}) is None, "other programs use that name"
    assert environment_config({"LLM_PROVIDER": "groq"}) == ProviderConfig("groq", preset="groq")
    assert environment_config({"LLM_PROVIDER": "Groq", "BASE_URL": "https://x/v1"}) == ProviderConfig(
        "groq", preset="groq", base_url="https://x/v1")
    assert environment_config({"OPENAI_BASE_URL": "https://x/v1"}) == ProviderConfig(
        "openai", preset="openai", base_url="https://x/v1")
    assert environment_config({"LLM_PROVIDER": "mine", "BASE_URL": "https://x/v1"}) == ProviderConfig(
        "mine", preset="custom", base_url="https://x/v1")
    assert environment_config({"LLM_PROVIDER": "mine"}) is None
    azure = {"LLM_PROVIDER": "azure", "AZURE_OPENAI_ENDPOINT": "https://r.openai.azure.com",
             "OPENAI_API_VERSION": "2025-01-01"}
    assert environment_config(azure) == ProviderConfig(
        "azure", preset="azure", base_url="https://r.openai.azure.com", variables={"api_version": "2025-01-01"})


def test_a_key_of_the_environment_stays_with_its_origin(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    environ = {"OPENAI_API_KEY": KEY}
    out = run(bench(server, "openai", environ=environ).reply("openai/m"))
    assert out.failure.kind == "key" and not server.requests, "it belongs to api.openai.com"
    environ["OPENAI_BASE_URL"] = f"{server.url}/v1"
    assert run(bench(server, "openai", environ=environ).reply("openai/m")).text == "Hello"
    assert server.requests[0].header("authorization") == f"Bearer {KEY}"


def test_the_variable_of_a_custom_server(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    run(bench(server, id="my-lab", environ={"MY_LAB_API_KEY": KEY}).reply("my-lab/m"))
    assert server.requests[0].header("authorization") == f"Bearer {KEY}"
    run(bench(server, id="openai", environ={"OPENAI_API_KEY": KEY}).reply("openai/m"))
    assert server.requests[1].header("authorization") is None, "a name of a preset, at another host"


def test_the_variable_of_a_custom_server_follows_its_address_and_an_entered_key_does_not(
    server: Server, run: Run
) -> None:
    """What SECURITY.md says of both."""
    server.on("POST", PATH, chat("Hello"))
    moved = bench(server, id="my-lab", environ={"MY_LAB_API_KEY": KEY})
    for at in ("http://127.0.0.1:1/v1", f"{server.url}/v1"):
        config = moved.settings.value.providers["my-lab"]
        moved.settings.change(providers={"my-lab": replace(config, base_url=at, retries=0)})
        run(moved.reply("my-lab/m"))
    assert [request.header("authorization") for request in server.requests] == [f"Bearer {KEY}"]
    keys = EndpointKeys(MemorySecrets({("my-lab", "https://old:443"): "old-key"}), {})
    at = {url: resolve_endpoint(ProviderConfig("my-lab", base_url=url), Settings())
          for url in ("https://old/v1", "https://new/v1")}
    assert [run(keys.find(endpoint)) for endpoint in at.values()] == ["old-key", None]


def test_a_server_that_a_backup_brought_gets_no_key_of_the_environment(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    for own, expected in ((True, f"Bearer {KEY}"), (False, None)):
        made = bench(server, id="my-lab", environ={"MY_LAB_API_KEY": KEY}, environment_key=own, needs_key=False)
        run(made.reply("my-lab/m"))
        assert server.requests[-1].header("authorization") == expected


def test_the_variable_of_a_server_that_speaks_another_protocol(run: Run) -> None:
    made = resolve_endpoint(ProviderConfig("my-lab", base_url="https://lab/v1", protocol="anthropic-messages"),
                            Settings())
    assert run(EndpointKeys(MemorySecrets({}), {"MY_LAB_API_KEY": KEY}).find(made)) == KEY
    assert run(EndpointKeys(MemorySecrets({}), {"ANTHROPIC_API_KEY": KEY}).find(made)) is None
