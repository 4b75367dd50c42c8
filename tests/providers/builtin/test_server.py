"""The server over real loopback sockets, as clients use it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import httpx
import pytest

from tests.conftest import Run
from workbench.core.errors import BadInput
from workbench.providers.builtin.engine import Engine
from workbench.providers.builtin.server import Server

T = TypeVar("T")
ASK = {"model": "ngram", "messages": [{"role": "user", "content": "The program"}], "seed": 1, "max_tokens": 20}
CHAT = "/chat/completions"


async def with_server(engine: Engine, work: Callable[[Server, httpx.AsyncClient], Awaitable[T]]) -> T:
    async with (
        Server(engine=engine) as server,
        httpx.AsyncClient(base_url=server.base_url, trust_env=False, timeout=20) as client,
    ):
        return await work(server, client)


def chunks(answer: httpx.Response) -> list[dict[str, Any]]:
    lines = [line for line in answer.text.split("\n\n") if line]
    assert all(line.startswith("data: ") for line in lines)
    assert lines[-1] == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]


def streamed_text(found: list[dict[str, Any]]) -> str:
    return "".join(c["delta"].get("content") or "" for chunk in found for c in chunk["choices"])


def test_whole_and_streamed_answers_are_the_same(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        whole = await client.post(CHAT, json=ASK)
        again = await client.post(CHAT, json=ASK)
        streamed = await client.post(CHAT, json={**ASK, "stream": True})
        assert whole.headers["content-type"] == "application/json"
        assert whole.headers["x-request-id"] != again.headers["x-request-id"]
        assert streamed.headers["content-type"].startswith("text/event-stream")
        assert "access-control-allow-origin" not in streamed.headers
        found = chunks(streamed)
        assert found[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
        assert streamed_text(found) == whole.json()["choices"][0]["message"]["content"]
        assert whole.json()["choices"] == again.json()["choices"]
        assert found[-1]["choices"][0]["finish_reason"] == whole.json()["choices"][0]["finish_reason"]
        assert all("usage" not in chunk for chunk in found)

    run(with_server(engine, work))


def test_usage_comes_last_when_asked_for(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        asked = {**ASK, "stream": True, "stream_options": {"include_usage": True}}
        found = chunks(await client.post(CHAT, json=asked))
        assert all(chunk["usage"] is None for chunk in found[:-1])
        assert found[-1]["choices"] == []
        assert found[-1]["usage"]["completion_tokens"] > 0

    run(with_server(engine, work))


def test_the_models(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        listed = (await client.get("/models")).json()
        assert [model["id"] for model in listed["data"]] == ["guide", "ngram"]
        assert (await client.get("/models/ngram")).json() == listed["data"][1]
        missing = await client.get("/models/gpt-5")
        assert (missing.status_code, missing.json()["error"]["code"]) == (404, "model_not_found")

    run(with_server(engine, work))


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("POST", CHAT, json.dumps({**ASK, "temperature": 3}), 400, "decimal_above_max_value"),
        ("POST", CHAT, json.dumps({**ASK, "model": "gpt"}), 404, "model_not_found"),
        ("POST", CHAT, "{not json", 400, None),
        ("POST", CHAT, '{"model": "ngram", "temperature": NaN}', 400, None),
        ("POST", CHAT, b"\xff\xfe", 400, None),
        ("POST", CHAT, "[" * 100_000, 400, None),
        ("GET", CHAT, "", 405, "method_not_allowed"),
        ("POST", "/models", "{}", 405, "method_not_allowed"),
        ("POST", "/embeddings", "{}", 404, "unknown_url"),
    ],
)
def test_errors_have_openais_form(
    engine: Engine, run: Run, method: str, path: str, content: str | bytes, status: int, code: str | None
) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        answer = await client.request(method, path, content=content)
        assert answer.status_code == status
        error = answer.json()["error"]
        assert error.keys() == {"message", "type", "param", "code"}
        assert error["code"] == code
        assert (await client.post(CHAT, json=ASK)).status_code == 200, "the connection goes on"

    run(with_server(engine, work))


def test_token_ids_for_logit_bias(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        url = server.base_url.removesuffix("/v1") + "/tokenize"
        found = (await client.post(url, json={"content": "The temperature zzz"})).json()["tokens"]
        assert [item["piece"] for item in found] == ["The", " temperature", " zzz"]
        assert found[2]["id"] is None
        forced = {**ASK, "logit_bias": {str(found[1]["id"]): 100}, "max_tokens": 1}
        answer = (await client.post(CHAT, json=forced)).json()
        assert answer["choices"][0]["message"]["content"] == "temperature"

    run(with_server(engine, work))


def test_many_streams_at_once(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        asked = [{**ASK, "stream": True, "seed": seed, "tokens_per_second": 500} for seed in range(64)]
        answers = await asyncio.gather(*(client.post(CHAT, json=item) for item in asked))
        alone = chunks(await client.post(CHAT, json=asked[7]))
        assert streamed_text(chunks(answers[7])) == streamed_text(alone)

    run(with_server(engine, work))


def test_work_ends_when_the_client_goes(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    made = 0
    engine = Engine()
    _, model = engine.load()
    after = model.after

    def counted(context: Any) -> Any:
        nonlocal made
        made += 1
        return after(context)

    monkeypatch.setattr(model, "after", counted)

    async def work(server: Server, client: httpx.AsyncClient) -> None:
        for stream in (True, False):
            body = json.dumps({**ASK, "stream": stream, "max_tokens": 100_000, "ignore_eos": True}).encode()
            before, others = made, asyncio.all_tasks()
            _, writer = await asyncio.open_connection("127.0.0.1", httpx.URL(server.base_url).port)
            head = b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
            writer.write(head + body)
            while made - before < 50:  # noqa: ASYNC110  # the model counts, and knows no event
                await asyncio.sleep(0.001)
            connection = asyncio.all_tasks() - others
            writer.close()
            await asyncio.wait(connection)  # by itself, not by the server's end
            assert connection
            assert made - before < 50_000

    run(with_server(engine, work))


def test_a_taken_port_is_said_in_a_sentence(engine: Engine, run: Run) -> None:
    async def work(server: Server, client: httpx.AsyncClient) -> None:
        port = httpx.URL(server.base_url).port
        assert port is not None
        with pytest.raises(BadInput, match=f"Port {port} of 127.0.0.1 cannot be used"):
            await Server(port, engine=engine).start()

    run(with_server(engine, work))
