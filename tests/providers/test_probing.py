"""Probes through the service: the built-in model, and servers that refuse or ignore."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench, offline
from tests.support.server import Received, Reply, Server, chat, chat_chunks, json_reply, sse
from workbench.core.errors import Refused
from workbench.core.ports.providers import ProbeRow
from workbench.core.request.models import ModelRef
from workbench.core.settings import ProviderConfig
from workbench.providers.probe.prober import estimate
from workbench.providers.provider_service import ProviderService

PATH = "/v1/chat/completions"


async def probed(providers: ProviderService, ref: str) -> dict[str, ProbeRow]:
    try:
        return {row.name: row async for row in providers.probe(ModelRef.parse(ref))}
    finally:
        await providers.close()


def verdicts(found: dict[str, ProbeRow]) -> dict[str, str]:
    return {name: row.verdict for name, row in found.items()}


def test_the_ngram_model(run: Run) -> None:
    found = verdicts(run(probed(offline().providers, "builtin/ngram"), timeout=60))
    assert {name for name, verdict in found.items() if verdict == "yes"} >= {
        "streaming", "usage", "without streaming", "max_tokens", "temperature", "top_p", "top_k", "seed", "stop",
        "n", "frequency_penalty", "presence_penalty", "logit_bias", "logprobs", "top_logprobs",
        "response_format", "json_schema", "tool_choice", "tools"}
    assert found["reasoning_effort"] == found["images"] == "refused"


def test_a_server_that_ignores_everything(server: Server, run: Run) -> None:
    """It always says the same, in the same words, whatever it is asked."""
    usage = {"prompt_tokens": 9, "completion_tokens": 20}
    server.on("POST", PATH, chat(*[f"word{number}, " for number in range(20)], usage=usage))
    made = bench(server)
    found = run(probed(made.providers, "test/m"))
    told = verdicts(found)
    assert {name for name, verdict in told.items() if verdict == "ignored"} == {
        "max_tokens", "stop", "n", "logprobs", "top_logprobs", "response_format", "json_schema",
        "tool_choice", "images"}
    assert {told[name] for name in ("temperature", "seed", "frequency_penalty", "logit_bias", "tools")} == {
        "unknown"}
    assert told["streaming"] == told["usage"] == "yes"
    assert all(row.evidence.endswith(".") or ":" in row.evidence for row in found.values())
    assert found["n"].tokens == 29

    limits = made.providers.limits(ModelRef("test", "m"))
    assert (limits["n"].state, limits["n"].source) == ("ignored", "measured")
    assert made.providers.info(ModelRef("test", "m")).accepts["stop"] == "ignored"
    later = bench(server)
    later.store.stored = made.store.stored
    run(later.providers.load())
    assert later.providers.limits(ModelRef("test", "m"))["n"].source == "measured"
    run(later.providers.forget(ModelRef("test", "m"), "n"))
    assert "n" not in later.providers.limits(ModelRef("test", "m"))


def refuses(*names: str) -> Any:
    def answer(received: Received) -> Reply:
        for name in names:
            if name in received.json:
                return json_reply({"error": {"message": f"{name} is not supported", "param": name}}, 400)
        return chat("one, two, three, four, five, six", usage={"prompt_tokens": 9, "completion_tokens": 11})

    return answer


def test_a_server_that_refuses(server: Server, run: Run) -> None:
    server.on("POST", PATH, refuses("seed", "n", "top_k", "temperature"))
    found = run(probed(bench(server).providers, "test/m"))
    told = verdicts(found)
    assert {name for name, verdict in told.items() if verdict == "refused"} == {
        "seed", "n", "top_k", "temperature"}
    assert told["stop"] == "ignored", "what only helps is left out where it is refused"
    assert "seed" in found["seed"].evidence


def test_what_is_known_already_is_measured_again(server: Server, run: Run) -> None:
    """The facts say that this provider has no ``n``; the server at hand has."""

    def answer(received: Received) -> Reply:
        chunks = chat_chunks("a", "b")
        if received.json.get("n") == 2:
            second = [dict(chunk, choices=[dict(chunk["choices"][0], index=1)]) for chunk in chat_chunks("c")]
            chunks = [*chunks, *second]
        return sse(*chunks)

    server.on("POST", PATH, answer)
    made = bench(server, "groq", key=KEY)
    assert made.providers.limits(ModelRef("groq", "m"))["n"].state == "refused"
    assert verdicts(run(probed(made.providers, "groq/m")))["n"] == "yes"
    assert "n" not in made.providers.limits(ModelRef("groq", "m"))


def test_nothing_to_measure(server: Server, run: Run) -> None:
    server.on("POST", PATH, Reply(401, {}, ["no"]))
    with pytest.raises(Refused, match="was refused"):
        run(probed(bench(server, key="k").providers, "test/m"))
    assert len(server.requests) == 1


def test_the_cost_is_told_before() -> None:
    service = offline(providers={"o": ProviderConfig("o", preset="openai")}).providers
    requests, tokens, cost = service.estimate(ModelRef("o", "gpt-4.1"))
    assert 20 < requests < 50 and 1000 < tokens < 5000 and cost is not None and 0 < cost < 0.05
    assert estimate(service.info(ModelRef("o", "unknown")))[2] is None
