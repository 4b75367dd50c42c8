"""Limits as facts: every way in which one changes is told, to whoever listens, for each model that it holds for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, Bench, bench
from tests.support.server import Received, Reply, Server, chat, json_reply
from tests.support.waiting import until
from workbench.app import open_services
from workbench.core.chat.messages import user
from workbench.core.experiments.experiment import Experiment
from workbench.core.experiments.plan import Plan
from workbench.core.experiments.results import Result
from workbench.core.experiments.runner import Runner
from workbench.core.request.models import ModelRef
from workbench.core.request.requests import Request
from workbench.core.settings import ProviderConfig
from workbench.files.json_schema import validate
from workbench.storage import change_notifier

PATH = "/v1/chat/completions"
REF = ModelRef("test", "m")


def no_seed(received: Received) -> Reply:
    if "seed" in received.json:
        return json_reply({"error": {"message": "seed is not supported"}}, 400)
    return chat("Hello")


def listening(made: Bench) -> list[tuple[ModelRef, list[str]]]:
    """What is told, and the limits that a listener finds at that moment."""
    told: list[tuple[ModelRef, list[str]]] = []
    made.providers.limits_changed(lambda ref: told.append((ref, sorted(made.providers.limits(ref)))))
    return told


def test_a_refusal_is_told(server: Server, run: Run) -> None:
    server.on("POST", PATH, no_seed)
    made = bench(server)
    told = listening(made)
    assert run(made.reply("test/m", params={"seed": 1})).text == "Hello"
    assert told == [(REF, ["seed"])]
    assert run(made.reply("test/m", params={"seed": 1})).text == "Hello"
    assert len(told) == 1, "it was known"


def test_a_refusal_in_an_experiment_is_told(server: Server, run: Run) -> None:
    server.on("POST", PATH, no_seed)
    made = bench(server)
    told = listening(made)
    experiment = Experiment(Plan("seeds", ("test/m",), prompt="Hi", params={"seed": 1}))
    results: list[Result] = []

    async def sweep() -> None:
        await Runner(experiment, made.providers, results.append, validate).run()
        await made.providers.close()

    run(sweep())
    assert [result.text for result in results] == ["Hello"] and told == [(REF, ["seed"])]


def test_providers_at_one_address_learn_together(server: Server, run: Run) -> None:
    server.on("POST", PATH, no_seed)
    made = bench(server)
    twin = ProviderConfig("twin", base_url=f"{server.url}/v1")
    made.settings.change(providers={
        "test": made.config, "twin": twin, "other": ProviderConfig("other", base_url=f"{server.url}/v2"),
        "broken": ProviderConfig("broken"), "off": ProviderConfig("off", base_url=twin.base_url, enabled=False)})
    told = listening(made)
    run(made.reply("test/m", params={"seed": 1}))
    assert told == [(REF, ["seed"]), (ModelRef("twin", "m"), ["seed"])]


def test_a_model_that_is_asked_at_the_site_itself(server: Server, run: Run) -> None:
    """Single models of a host speak another protocol than the rest, at an address beside the base URL."""
    message = "`stop_sequences` is not supported."
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": message}}
    whole = {"type": "message", "content": [{"type": "text", "text": "Hello"}], "stop_reason": "end_turn"}
    server.on("POST", "/v1/messages", json_reply(error, 400), json_reply(whole))
    made = bench(server, "acedatacloud", key=KEY)
    told = listening(made)
    out = run(made.reply("acedatacloud/claude-opus-5-5", params={"stop": ["x"], "stream": False}))
    assert (out.failure, out.text) == (None, "Hello")
    ((ref, limits),) = told
    assert ref == ModelRef("acedatacloud", "claude-opus-5-5") and "stop" in limits


def test_forgetting_is_told(server: Server, run: Run) -> None:
    server.on("POST", PATH, no_seed)
    made = bench(server)
    run(made.reply("test/m", params={"seed": 1}))
    told = listening(made)
    run(made.providers.forget(REF, "seed"))
    run(made.providers.forget(REF, "seed"))
    assert told[-1] == (REF, []) and {ref for ref, _ in told} == {REF}
    run(made.providers.forget(ModelRef("builtin", "ngram"), "seed"))
    assert {ref for ref, _ in told} == {REF}


def test_a_probe_is_told(server: Server, run: Run) -> None:
    server.on("POST", PATH, no_seed)
    made = bench(server)
    told = listening(made)

    async def probe() -> None:
        async for _ in made.providers.probe(REF):
            assert told == [], "what a probe learns on its way is its own"
        await made.providers.close()

    run(probe(), timeout=60)
    assert [ref for ref, _ in told] == [REF] and "seed" in told[0][1]


def test_nobody_is_told_after_stopping(server: Server, run: Run) -> None:
    server.on("POST", PATH, no_seed)
    made = bench(server)
    stop = made.providers.limits_changed(lambda ref: pytest.fail(f"told of {ref}"))
    stop()
    run(made.reply("test/m", params={"seed": 1}))


def test_what_another_process_learns(
    server: Server, run: Run, isolated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two sets of services on one data folder stand for the window and a command."""
    monkeypatch.setattr(change_notifier, "POLL_SECONDS", 0.01)
    server.on("POST", PATH, no_seed)
    config = ProviderConfig("test", base_url=f"{server.url}/v1", needs_key=False)

    async def work() -> None:
        async with open_services(isolated) as window, open_services(isolated) as command:
            for services in (window, command):
                services.settings.change(providers={"test": config})
            told: list[ModelRef] = []
            window.providers.limits_changed(told.append)
            request = Request(REF, (user("Hi"),), {"seed": 1})
            async for _ in command.providers.stream(request):
                pass
            await until(lambda: told)
            assert told == [REF] and window.providers.limits(REF)["seed"].source == "learned"
            await command.providers.forget(REF, "")
            await until(lambda: len(told) == 2)
            assert "seed" not in window.providers.limits(REF)
            async for _ in command.providers.probe(REF):
                pass
            await until(lambda: len(told) == 3)
            assert window.providers.limits(REF)["seed"].source == "measured"
        async with open_services(isolated) as later:
            assert later.providers.limits(REF)["seed"].source == "measured"

    run(work(), timeout=60)
