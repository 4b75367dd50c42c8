"""Embeddings: what is asked of a server, and what it may answer."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, Bench, bench
from tests.support.server import Server, json_reply
from workbench.core.errors import BadInput, ProviderError
from workbench.core.ports.providers import Embeddings
from workbench.core.request.models import ModelRef

PATH = "/v1/embeddings"
REF = ModelRef("openai", "text-embedding-3-small")


async def embed(made: Bench, ref: ModelRef = REF) -> Embeddings:
    try:
        return await made.providers.embed(ref, ["one", "two"])
    finally:
        await made.providers.close()
        await asyncio.sleep(0)


def test_vectors_come_in_the_order_of_their_texts_with_their_cost(server: Server, run: Run) -> None:
    server.on("POST", PATH, json_reply({
        "data": [{"index": 1, "embedding": [0, 1]}, {"index": 0, "embedding": [1, 0.5]}],
        "usage": {"prompt_tokens": 1_000_000, "total_tokens": 1_000_000}}))
    made = bench(server, "openai", key=KEY)
    found = run(embed(made))
    assert found.vectors == [[1, 0.5], [0, 1]]
    price = made.providers.info(REF).price
    assert found.cost == (price.input if price else None)
    asked = server.requests[0]
    assert asked.json == {"model": "text-embedding-3-small", "input": ["one", "two"]}
    assert asked.header("authorization") == f"Bearer {KEY}"


@pytest.mark.parametrize("answer", [
    {}, [], {"data": []}, {"data": [{"index": 0, "embedding": [1]}]}, {"data": "none"},
    {"data": [{"index": 0, "embedding": [1]}, {"index": 1, "embedding": [1, 2]}]},
    {"data": [{"index": 0, "embedding": [0, 0]}, {"index": 1, "embedding": [1, 2]}]},
    {"data": [{"index": 0, "embedding": ["x"]}, {"index": 1, "embedding": [1]}]},
])
def test_what_is_no_embedding_is_told(server: Server, run: Run, answer: object) -> None:
    server.on("POST", PATH, json_reply(json.loads(json.dumps(answer))))
    with pytest.raises(ProviderError, match=r"no embeddings\. Check that the model"):
        run(embed(bench(server, "openai", key=KEY)))


def test_providers_that_give_none_say_so_before_anything_is_sent(server: Server, run: Run) -> None:
    made = bench(server, "anthropic", key=KEY)
    with pytest.raises(BadInput, match="gives no embeddings"):
        run(embed(made, ModelRef("anthropic", "claude")))
    with pytest.raises(BadInput, match="built-in models give no embeddings"):
        run(embed(made, ModelRef("builtin", "guide")))
    with pytest.raises(ProviderError, match="There is no key for OpenAI"):
        run(embed(bench(server, "openai")))
    assert not server.requests
