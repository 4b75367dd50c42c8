"""The hub: who is configured, what a name means, keys of the environment, fallbacks, discovery."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, Bench, MemorySecrets, MemorySettings, MemoryStore, bench
from tests.support.server import Cut, Reply, Server, chat, chat_chunks, json_reply, sse
from workbench.core.errors import BadInput, KeyringUnavailable, NotReached, Refused
from workbench.core.reply.events import ResponseInfo, Sent
from workbench.core.request.models import ModelRef
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.catalogue import discovery
from workbench.providers.endpoints.environment import environment_config
from workbench.providers.endpoints.presets import presets

PATH = "/v1/chat/completions"


def hub(environ: dict[str, str] | None = None, **settings: Any) -> Any:
    return Bench(MemorySettings(Settings(**settings)), MemorySecrets({}), MemoryStore(), environ=environ or {}).hub


def test_configured_providers() -> None:
    own = {"a": ProviderConfig("a", base_url="https://a.example"),
           "b": ProviderConfig("b", base_url="https://b.example", enabled=False)}
    made = hub(providers=own)
    assert [config.id for config in made.configs()] == ["builtin", "a"]
    with pytest.raises(BadInput, match="switched off"):
        made.config("b")
    assert made.config("groq").preset == "groq", "a preset needs no configuration"
    with pytest.raises(BadInput, match="no provider “nope”"):
        made.config("nope")
    assert len(made.presets()) == 32


def test_names() -> None:
    own = {"local": ProviderConfig("local", base_url="http://localhost:1/v1", models=("tiny", "big/one"))}
    made = hub(providers=own, aliases={"fast": "local/tiny", "two": "local/tiny, groq/x"})
    assert made.resolve("fast") == made.resolve("two") == ModelRef("local", "tiny")
    assert made.resolve(" local/big/one ") == ModelRef("local", "big/one")
    assert made.resolve("local/typed-in") == ModelRef("local", "typed-in")
    assert made.resolve("tiny") == ModelRef("local", "tiny")
    assert made.resolve("groq/openai/gpt-oss-120b") == ModelRef("groq", "openai/gpt-oss-120b")
    with pytest.raises(BadInput, match=r"no provider “locl”\. Did you mean local"):
        made.resolve("locl/tiny")
    with pytest.raises(BadInput, match="Did you mean fast"):
        made.resolve("fats")
    with pytest.raises(BadInput, match=r"Did you mean .*local/big/one"):
        made.resolve("big")
    with pytest.raises(BadInput, match="Write provider/model"):
        made.resolve("zzzzzz")


def test_models_before_a_list_was_fetched(run: Run) -> None:
    made = hub(providers={"groq": ProviderConfig("groq", preset="groq")})
    infos = run(made.models("groq"))
    assert infos and all(info.source == "facts" and not info.deprecated for info in infos)
    assert [info.ref.model for info in run(made.models("builtin"))] == ["guide"]
    assert made.info(ModelRef("groq", "typed")).source == "typed"
    assert made.info(ModelRef("gone", "typed")).context is None


def test_typed_in_models(server: Server, run: Run) -> None:
    own = {"groq": ProviderConfig("groq", preset="groq", models=("mine",)),
           "off": ProviderConfig("off", base_url="http://127.0.0.1:9/v1", models=("typed",), retries=0)}
    made = hub(providers=own)
    assert [info.ref.model for info in run(made.models("groq"))][:1] == ["mine"]
    assert len(run(made.models("groq"))) > 5
    assert [info.ref.model for info in run(made.models("off"))] == ["typed"]
    with pytest.raises(NotReached):
        run(made.models("off", refresh=True))
    run(made.close())


def test_a_list_is_fetched_kept_and_survives_a_failure(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "a", "context_length": 5}]}), Reply(500, {}, []))
    made = bench(server, models=("typed",))
    assert run(made.hub.test(made.hub.config("test"))).startswith("test answers in ")
    with pytest.raises(Refused, match="failed on its side"):
        run(made.hub.models("test", refresh=True))
    later = bench(server, models=("typed",))
    later.store.values = made.store.values
    run(later.hub.load())
    assert [(info.ref.model, info.context) for info in run(later.hub.models("test"))] == [
        ("a", 5), ("typed", None)]
    run(made.hub.close())


def test_test_names_what_is_wrong(server: Server, run: Run) -> None:
    made = bench(server, "openai", key=KEY)
    server.on("GET", "/v1/models", json_reply({"error": {"message": "Incorrect API key provided"}}, 401))
    with pytest.raises(Refused, match="The key for OpenAI was refused"):
        run(made.hub.test(made.hub.config("openai")))
    with pytest.raises(BadInput, match="has no base URL yet"):
        run(made.hub.test(ProviderConfig("new")))
    with pytest.raises(BadInput, match="needs a value for resource"):
        run(made.hub.test(ProviderConfig("az", preset="azure")))
    with pytest.raises(Refused, match="no key for Groq yet"):
        run(made.hub.test(ProviderConfig("groq", preset="groq")))
    run(made.hub.close())


# The environment ---------------------------------------------------------------------------------------


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
    assert [config.id for config in hub({"LLM_PROVIDER": "groq"}).configs()] == ["builtin", "groq"]


def test_a_new_chat_asks_what_the_environment_names_until_the_user_chooses() -> None:
    named = {"LLM_PROVIDER": "groq", "LLM_MODEL": "maker/fast"}
    assert hub({}).default_model() == "builtin/guide"
    assert hub({"LLM_MODEL": "maker/fast"}).default_model() == "builtin/guide", "other programs use that name"
    assert hub({"OPENAI_BASE_URL": "https://x/v1"}).default_model() == "builtin/guide", "it names no provider"
    assert hub(named).default_model() == "groq/maker/fast"
    assert hub(named, default_model="builtin/ngram").default_model() == "builtin/ngram"
    first = hub({"LLM_PROVIDER": "groq"}).default_model()
    assert first.startswith("groq/") and len(first) > len("groq/")
    unknown = {"LLM_PROVIDER": "mine", "BASE_URL": "https://x/v1"}
    assert hub(unknown).default_model() == "builtin/guide", "none of its models is known"


def test_a_key_of_the_environment_goes_only_home(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    environ = {"OPENAI_API_KEY": KEY}
    out = run(bench(server, "openai", environ=environ).reply("openai/m"))
    assert out.failure.kind == "key" and not server.requests, "it belongs to api.openai.com"
    environ["OPENAI_BASE_URL"] = f"{server.url}/v1"
    assert run(bench(server, "openai", environ=environ).reply("openai/m")).text == "Hello"
    assert server.requests[0].header("authorization") == f"Bearer {KEY}"


def test_a_variable_for_a_server_of_ones_own(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    run(bench(server, id="my-lab", environ={"MY_LAB_API_KEY": KEY}).reply("my-lab/m"))
    assert server.requests[0].header("authorization") == f"Bearer {KEY}"
    run(bench(server, id="openai", environ={"OPENAI_API_KEY": KEY}).reply("openai/m"))
    assert server.requests[1].header("authorization") is None, "a name of a preset, at another host"


def test_a_locked_keyring(server: Server, run: Run) -> None:
    made = bench(server, "openai")

    async def locked(*_: str) -> str:
        raise KeyringUnavailable("Your keyring is locked. Unlock it, then retry.", locked=True)

    made.secrets.get = locked  # type: ignore[assignment]
    out = run(made.reply("openai/m"))
    assert str(out.failure) == "Your keyring is locked. Unlock it, then retry." and out.failure.kind == "key"


# Fallback ----------------------------------------------------------------------------------------------


def with_fallback(server: Server, fallback: str, **settings: Any) -> Bench:
    made = bench(server, retries=0, fallback=fallback, settings=settings)
    made.settings.value.providers["second"] = ProviderConfig("second", base_url=f"{server.url}/v2")
    return made


@pytest.mark.parametrize(("fallback", "model"), [("second", "m"), ("second/big", "big")])
def test_the_fallback_answers(server: Server, run: Run, fallback: str, model: str) -> None:
    server.on("POST", PATH, Reply(503, {}, ["busy"]))
    server.on("POST", "/v2/chat/completions", chat("Hello"))
    out = run(with_fallback(server, fallback).reply("test/m"))
    assert out.text == "Hello" and out.failure is None
    (told,) = [event.data for event in out.all(ResponseInfo) if "fallback" in event.data]
    assert told["fallback"] == "test" and told["fallback_model"] == f"second/{model}"
    assert "overloaded" in str(told["fallback_reason"])
    assert server.requests[-1].json["model"] == model and len(out.all(Sent)) == 2


def test_the_fallback_of_an_alias(server: Server, run: Run) -> None:
    server.on("POST", PATH, Reply(503, {}, ["busy"]))
    server.on("POST", "/v2/chat/completions", chat("Hello"))
    out = run(with_fallback(server, "", aliases={"fast": "test/m, second/other"}).reply("test/m"))
    assert out.text == "Hello" and server.requests[-1].json["model"] == "other"


def test_no_fallback_once_text_has_come(server: Server, run: Run) -> None:
    server.on("POST", PATH, sse(*chat_chunks("Hel", finish=None), Cut(), done=False))
    out = run(with_fallback(server, "second").reply("test/m"))
    assert out.text == "Hel" and out.failure.kind == "interrupted" and len(server.requests) == 1


def test_both_fail(server: Server, run: Run) -> None:
    server.on("POST", PATH, Reply(503, {}, ["busy"]))
    server.on("POST", "/v2/chat/completions", Reply(401, {}, ["no"]))
    out = run(with_fallback(server, "second").reply("test/m"))
    assert str(out.failure).startswith("The key for second was refused")


# Preview and discovery ---------------------------------------------------------------------------------


def test_the_preview_is_what_is_sent(server: Server, run: Run) -> None:
    from workbench.core.chat.messages import user
    from workbench.core.request.requests import Request

    server.on("POST", PATH, chat("Hello"))
    made = bench(server, "openai", key=KEY)
    request = Request(ModelRef("openai", "gpt-4.1"), (user("Hi"),), {"temperature": 0.5, "max_tokens": 5})
    preview = run(made.hub.preview(request))
    sent = run(made.reply("openai/gpt-4.1", params=request.params)).sent
    assert (preview.method, preview.url, preview.body, preview.adjustments) == (
        sent.method, sent.url, sent.body, sent.adjustments)
    assert preview.headers == sent.headers and KEY not in repr(preview)
    assert len(server.requests) == 1


@pytest.mark.parametrize(("data", "kind"), [
    ({"data": [{"id": "q", "owned_by": "llamacpp"}]}, "llamacpp"),
    ({"data": [{"id": "q", "owned_by": "vllm"}]}, "vllm"),
    ({"data": [{"id": "q", "owned_by": "organization_owner"}]}, "custom"),
])
def test_discovery(server: Server, run: Run, monkeypatch: pytest.MonkeyPatch, data: Any, kind: str) -> None:
    server.on("GET", "/v1/models", json_reply(data))
    (found,) = run(discovery.discover(Settings(), [server.port, 9]))
    assert (found.id, found.base_url, found.models, found.needs_key) == (
        kind, f"http://127.0.0.1:{server.port}/v1", ("q",), False)
    assert server.requests[0].header("authorization") is None


def test_discovery_of_something_else(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", Reply(200, {}, ["<html>"]))
    assert run(discovery.discover(Settings(), [server.port])) == []


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    code = ("import sys, workbench.providers.provider_service, workbench.providers.catalogue.model_facts as facts\n"
            "loaded = {'httpx', 'truststore', 'workbench.providers.probe.plan'} & set(sys.modules)\n"
            "print(sorted(loaded), facts._lines.cache_info().currsize)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout == "[] 0\n", done.stderr


def test_presets_are_whole() -> None:
    for preset in presets().values():
        assert preset.protocol and preset.chat_path.startswith("/") and preset.auth["kind"]
        assert preset.base_url.startswith("http") or preset.kind == "custom"
