"""Targets: what is sent, and its preview."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench, offline
from tests.support.server import Server, chat, json_reply
from workbench.app import open_services
from workbench.core.chat.messages import messages_of, user
from workbench.core.json_types import Json
from workbench.core.provider_secrets import KEPT
from workbench.core.reply.events import Sent
from workbench.core.request.models import ModelRef
from workbench.core.request.parameters import PARAMETERS
from workbench.core.request.requests import Request
from workbench.core.settings import ProviderConfig
from workbench.providers.http.headers import KEY_PLACE

PATH = "/v1/chat/completions"


def test_the_preview_is_what_is_sent(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    made = bench(server, "openai", key=KEY)
    request = Request(ModelRef("openai", "gpt-4.1"), (user("Hi"),), {"temperature": 0.5, "max_tokens": 5})
    preview = run(made.providers.preview(request))
    sent = run(made.reply("openai/gpt-4.1", params=request.params)).sent
    assert (preview.method, preview.url, preview.body, preview.adjustments) == (
        sent.method, sent.url, sent.body, sent.adjustments)
    assert preview.headers == sent.headers and KEY not in repr(preview)
    assert len(server.requests) == 1


@pytest.fixture
def other() -> Iterator[Server]:
    with Server() as running:
        yield running


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
    assert str(out.failure) == "There is no key for Groq. Enter it in Settings › Providers.", "its variable stays away"


@pytest.mark.parametrize(("config", "variable"), [
    (ProviderConfig("groq", preset="groq"), "GROQ_API_KEY"),
    (ProviderConfig("my-lab", base_url="https://a.example", protocol="anthropic-messages"), "MY_LAB_API_KEY"),
    (ProviderConfig("my-lab", base_url="https://a.example", protocol="anthropic-messages", environment_key=False), ""),
])
def test_the_variable_is_named_that_would_be_read(config: ProviderConfig, variable: str, run: Run) -> None:
    out = run(offline(providers={config.id: config}).reply(f"{config.id}/m"))
    assert str(out.failure).endswith(f"in Settings › Providers, or set {variable}." if variable else "› Providers.")


def test_a_key_does_not_leave_unencrypted(server: Server, run: Run) -> None:
    made = bench(server, base_url="http://models.example/v1")
    made.secrets.keys[("test", "http://models.example:80")] = KEY
    out = run(made.reply("test/m"))
    assert "not encrypted" in str(out.failure) and "was not sent" in str(out.failure)


def test_the_key_is_shown_nowhere(server: Server, run: Run, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    body = {"error": {"message": "no", "code": 503}}
    server.on("POST", PATH, json_reply(body, 503, {"retry-after-ms": "1"}), chat("Hello"))
    made = bench(server, key=KEY, headers={"X-Proxy-Token": "hidden-too"})
    out = run(made.reply("test/m"))
    kept = repr((out.events, made.store.stored, made.settings.value, made.providers.__dict__))
    attempts = run(made.providers._targets.attempts(ModelRef("test", "m")))
    assert KEY not in repr(attempts)
    run(made.providers.close())
    assert KEY not in kept and "hidden-too" not in repr(out.events)
    assert KEY not in caplog.text
    assert out.sent.headers["Authorization"] == f"Bearer {KEY_PLACE}"
    assert server.requests[-1].header("authorization") == f"Bearer {KEY}"


def received(run: Run, server: Server, data: Path, params: dict[str, Json]) -> None:
    server.on("POST", "/v1/chat/completions", chat("Yes."))
    config = ProviderConfig("local", base_url=f"{server.url}/v1", protocol="openai-chat", needs_key=False)

    async def work() -> None:
        async with open_services(data) as services:
            services.settings.change(providers={"local": config})
            request = Request(ModelRef("local", "m"), messages_of("Be brief.", "Hi"), params)
            preview = await services.providers.preview(request)
            sent = [event async for event in services.providers.stream(request) if isinstance(event, Sent)]
            assert preview.body == sent[0].body == server.requests[-1].json
            assert preview.url == sent[0].url and preview.adjustments == sent[0].adjustments
            assert preview.headers == sent[0].headers

    run(work())


@pytest.mark.parametrize("name", [parameter.name for parameter in PARAMETERS])
def test_each_parameter(run: Run, server: Server, isolated: Path, name: str) -> None:
    parameter = next(one for one in PARAMETERS if one.name == name)
    value = parameter.initial if parameter.initial not in (None, []) else ["END"]
    received(run, server, isolated, {name: value})
    assert name in server.requests[-1].json or name in ("max_tokens", "stream")  # renamed; absent means whole


def test_all_at_once(run: Run, server: Server, isolated: Path) -> None:
    params = {one.name: one.initial for one in PARAMETERS if one.initial not in (None, []) and one.name != "stream"}
    received(run, server, isolated, params)


def test_a_preview_needs_no_secrets_of_headers_and_proxies(server: Server, run: Run) -> None:
    made = bench(server, headers={"X-Api-Key": KEPT}, proxy=f"http://me:{KEPT}@proxy.example:1")
    preview = run(made.providers.preview(Request(ModelRef("test", "m"), (user("Hi"),))))
    assert preview.headers["X-Api-Key"] == KEPT and "proxy" not in repr(preview)
    run(made.providers.close())
