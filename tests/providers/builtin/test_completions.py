"""Text completions of the built-in models, over HTTP as OpenAI's older form has them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.conftest import Run
from tests.providers.builtin.test_server import chunks, with_server
from workbench.providers.builtin.engine import Engine
from workbench.providers.builtin.server import Server

ASK = {"model": "ngram", "prompt": "The program", "seed": 1, "max_tokens": 12, "temperature": 0}
PATH = "/completions"


def test_whole_and_streamed_answers_are_the_same(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        whole = (await client.post(PATH, json=ASK)).json()
        assert whole["object"] == "text_completion" and whole["id"].startswith("cmpl-") and whole["model"] == "ngram"
        (choice,) = whole["choices"]
        assert choice["text"].startswith(" ") and choice["index"] == 0 and choice["logprobs"] is None
        assert choice["finish_reason"] == "length" and whole["usage"]["completion_tokens"] == 12
        streamed = chunks(await client.post(PATH, json={**ASK, "stream": True, "stream_options": {
            "include_usage": True}}))
        assert "".join(part["text"] for chunk in streamed for part in chunk["choices"]) == choice["text"]
        assert streamed[-1]["choices"] == [] and streamed[-1]["usage"] == whole["usage"]
        assert streamed[-2]["choices"][0]["finish_reason"] == "length"

    run(with_server(engine, work))


def test_several_prompts_and_answers_are_numbered_in_order(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        asked = {**ASK, "prompt": ["The program", "The request"], "n": 2, "temperature": 1, "echo": True}
        found = (await client.post(PATH, json=asked)).json()["choices"]
        assert [choice["index"] for choice in found] == [0, 1, 2, 3]
        assert [choice["text"][:11] for choice in found] == ["The program"] * 2 + ["The request"] * 2

    run(with_server(engine, work))


def test_probabilities_in_the_older_form(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        (choice,) = (await client.post(PATH, json={**ASK, "logprobs": 2, "max_tokens": 3})).json()["choices"]
        found = choice["logprobs"]
        assert "".join(found["tokens"]) == choice["text"]
        assert [len(found[name]) for name in ("token_logprobs", "top_logprobs", "text_offset")] == [3, 3, 3]
        assert found["text_offset"][:2] == [11, 11 + len(found["tokens"][0])] and len(found["top_logprobs"][0]) == 2

    run(with_server(engine, work))


def test_the_guide_takes_the_prompt_as_a_question(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        asked = {"model": "builtin/guide", "prompt": "What can you do?", "max_tokens": 1000}
        answer = (await client.post(PATH, json=asked)).json()
        assert answer["model"] == "guide" and "Chat" in answer["choices"][0]["text"]

    run(with_server(engine, work))


def test_without_a_prompt_and_a_limit(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        answer = (await client.post(PATH, json={"model": "ngram", "ignore_eos": True})).json()
        assert answer["usage"]["completion_tokens"] == 16

    run(with_server(engine, work))


@pytest.mark.parametrize(("fields", "param"), [
    ({"prompt": [1, 2]}, "prompt"), ({"prompt": {}}, "prompt"), ({"prompt": []}, "prompt"),
    ({"prompt": ["a"] * 65}, "prompt"), ({"messages": []}, "messages"), ({"tools": []}, "tools"),
    ({"suffix": "x"}, "suffix"), ({"best_of": 3}, "best_of"), ({"logprobs": 9}, "logprobs"),
    ({"logprobs": True}, "logprobs"), ({"echo": "yes"}, "echo"), ({"temperature": 3}, "temperature"),
    ({"model": "gpt"}, "model")])
def test_a_wrong_value_is_refused_by_name(engine: Engine, run: Run, fields: dict[str, Any], param: str) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        answer = await client.post(PATH, json={**ASK, **fields})
        assert answer.status_code in (400, 404) and answer.json()["error"]["param"] == param

    run(with_server(engine, work))


def test_what_has_no_effect_is_taken(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        fields = {"suffix": "", "best_of": 2, "n": 2, "user": "me", "logprobs": None}
        assert (await client.post(PATH, json={**ASK, **fields})).status_code == 200
        assert (await client.post(PATH, json=[])).status_code == 400

    run(with_server(engine, work))
