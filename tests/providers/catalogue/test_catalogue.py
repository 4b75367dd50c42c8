"""Which models there are: from the cache, the facts, the server and the user."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench, offline
from tests.support.server import Reply, Server, json_reply
from workbench.core.errors import NotReached, Refused
from workbench.core.request.models import ModelInfo, ModelRef
from workbench.core.settings import ProviderConfig


def listed(server: Server, run: Run, preset: str, path: str = "/v1", **config: Any) -> dict[str, ModelInfo]:
    made = bench(server, preset, "p", path=path, key=KEY, **config)

    async def refresh() -> dict[str, ModelInfo]:
        try:
            return {info.ref.model: info for info in await made.providers.models("p", refresh=True)}
        finally:
            await made.providers.close()

    return run(refresh())


@pytest.mark.costly
def test_a_huge_list(server: Server, run: Run) -> None:
    many = [{"id": f"maker/model-{number}", "name": "x" * 100, "context_length": 4096} for number in range(100_000)]
    server.on("GET", "/v1/models", json_reply({"data": many}))
    made = bench(server)
    infos = run(made.providers.models("test", refresh=True))
    assert len(infos) == 10_000
    run(made.providers.close())
    assert made.providers.resolve("test/maker/model-99999").model == "maker/model-99999", "typed ids always work"


def test_facts_are_kept_under_the_list(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "gpt-4.1", "shutdown_date": "2030-01-01"}]}))
    info = listed(server, run, "openai")["gpt-4.1"]
    assert info.shutdown == "2030-01-01" and info.price is not None and info.context == 1047576


def test_models_before_a_list_was_fetched(run: Run) -> None:
    made = offline(providers={"groq": ProviderConfig("groq", preset="groq")}).providers
    infos = run(made.models("groq"))
    assert infos and all(info.source == "facts" and not info.deprecated for info in infos)
    assert [info.ref.model for info in run(made.models("builtin"))] == ["guide", "ngram"]
    assert made.info(ModelRef("groq", "typed")).source == "typed"
    assert made.info(ModelRef("gone", "typed")).context is None


def test_typed_in_models(server: Server, run: Run) -> None:
    own = {"groq": ProviderConfig("groq", preset="groq", models=("mine",)),
           "off": ProviderConfig("off", base_url="http://127.0.0.1:9/v1", models=("typed",), retries=0)}
    made = offline(providers=own).providers
    assert [info.ref.model for info in run(made.models("groq"))][:1] == ["mine"]
    assert len(run(made.models("groq"))) > 5
    assert [info.ref.model for info in run(made.models("off"))] == ["typed"]
    with pytest.raises(NotReached):
        run(made.models("off", refresh=True))
    run(made.close())


def test_a_list_is_fetched_kept_and_survives_a_failure(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "a", "context_length": 5}]}), Reply(500, {}, []))
    made = bench(server, models=("typed",))
    assert run(made.providers.test(made.config)).startswith("test answers in ")
    with pytest.raises(Refused, match="failed on its side"):
        run(made.providers.models("test", refresh=True))
    later = bench(server, models=("typed",))
    later.store.stored = made.store.stored
    run(later.providers.load())
    assert [(info.ref.model, info.context) for info in run(later.providers.models("test"))] == [
        ("a", 5), ("typed", None)]
    run(made.providers.close())


def test_a_list_is_not_fetched_with_a_key_in_plain_sight(run: Run) -> None:
    config = ProviderConfig("far", base_url="http://models.example/v1")
    made = offline(providers={"far": config})
    made.secrets.keys[("far", "http://models.example:80")] = KEY
    with pytest.raises(NotReached, match="not encrypted, so the key for far was not sent"):
        run(made.providers.models("far", refresh=True))
    with pytest.raises(NotReached, match="not encrypted"):
        run(made.providers.test(config))
