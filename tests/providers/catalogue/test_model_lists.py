"""Fetched lists of models: pages, richer lists of single hosts, and lists that nobody should send."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Reply, Server, json_reply
from workbench.core.errors import NotAnAnswer, NotReached, ProviderError
from workbench.core.reply.usage import Price
from workbench.core.request.models import ModelInfo
from workbench.providers.catalogue.listings import MOST_MODELS


def listed(server: Server, run: Run, preset: str, path: str = "/v1", **config: Any) -> dict[str, ModelInfo]:
    made = bench(server, preset, "p", path=path, key=KEY, **config)

    async def refresh() -> dict[str, ModelInfo]:
        try:
            return {info.ref.model: info for info in await made.providers.models("p", refresh=True)}
        finally:
            await made.providers.close()

    return run(refresh())


def test_lm_studio_has_two_richer_lists(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "a"}, {"id": "b"}]}))
    server.on("GET", "/api/v0/models", json_reply({"data": [
        {"id": "a", "type": "vlm", "max_context_length": 9, "state": "loaded", "capabilities": ["tool_use"]}]}))
    server.on("GET", "/api/v1/models", json_reply({"models": [
        {"type": "llm", "key": "b", "display_name": "B", "max_context_length": 7,
         "capabilities": {"vision": False, "trained_for_tool_use": True,
                          "reasoning": {"allowed_options": ["off", "on"]}}}]}))
    infos = listed(server, run, "lmstudio")
    assert infos["a"].takes_images and infos["a"].context == 9 and infos["a"].extra["state"] == "loaded"
    assert infos["b"].name == "B" and infos["b"].tool_call and infos["b"].takes_images is False


def test_litellm_knows_prices(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "best"}]}))
    server.on("GET", "/v1/model/info", json_reply({"data": [
        {"model_name": "best", "litellm_params": {"model": "openai/x"}, "model_info": {
            "id": "d41d8cd9", "max_input_tokens": 1000, "input_cost_per_token": 1e-6,
            "output_cost_per_token": 2e-6, "supports_vision": True, "mode": "chat"}}]}))
    info = listed(server, run, "litellm")["best"]
    assert info.price == Price(1.0, 2.0) and info.takes_images and info.context == 1000


def test_gemini_has_a_native_list(server: Server, run: Run) -> None:
    server.on("GET", "/v1beta/openai/models", json_reply({"data": [{"id": "models/gemini-x"}]}))
    server.on("GET", "/v1beta/models", json_reply({"models": [
        {"name": "models/gemini-x", "displayName": "X", "inputTokenLimit": 5, "outputTokenLimit": 3,
         "thinking": True}]}))
    info = listed(server, run, "gemini", "/v1beta/openai")["gemini-x"]
    assert (info.context, info.max_output, info.reasoning) == (5, 3, True)
    native = next(request for request in server.requests if request.path == "/v1beta/models")
    assert native.header("x-goog-api-key") == KEY and native.header("authorization") is None


@pytest.mark.parametrize(("reply", "error", "words"), [
    (Reply(body=["<html><title>Log in</title>"]), NotAnAnswer, "a web page: “Log in”"),
    (Reply(body=["hello"]), NotAnAnswer, "not JSON"),
    (Reply(body=["[" * 100_000]), NotAnAnswer, "not JSON"),
    (Reply(302, {"Location": "https://elsewhere.example/"}, []), ProviderError, "elsewhere.example"),
    (Reply(401, {}, ['{"error":"no"}']), ProviderError, "was refused"),
    (Reply(raw=b""), NotReached, "broke off"),
])
def test_answers_that_are_not_lists(server: Server, run: Run, reply: Reply, error: type[Exception], words: str) -> None:
    server.on("GET", "/v1/models", reply)
    with pytest.raises(error, match=words):
        listed(server, run, "custom")


def test_pages_of_models(server: Server, run: Run) -> None:
    from workbench.core.settings import ProviderConfig

    def page(received: Any) -> Reply:
        after = received.query.get("after_id")
        assert received.query["limit"] == ["1000"] and received.header("anthropic-version")
        data = {"data": [{"id": "b" if after else "a"}], "has_more": not after, "last_id": "a"}
        return json_reply(data)

    server.on("GET", "/v1/models", page)
    made = bench(server, "anthropic", path="", key=KEY)
    run(made.providers.test(ProviderConfig("anthropic", preset="anthropic", base_url=server.url)))
    assert [info.ref.model for info in run(made.providers.models("anthropic"))] == ["a", "b"]
    run(made.providers.close())


@pytest.mark.parametrize(("more", "query"), [
    ({"has_more": True, "last_id": "m1"}, "after=m1"), ({"has_more": True}, "after=m1"),
    ({"nextPageToken": "t&1"}, "pageToken=t%261"), ({"next_cursor": "c"}, "cursor=c"),
    ({"next": "/v1/models?page=2"}, "page=2"), ({"links": {"next": "?page=2"}}, "page=2"),
])
def test_further_pages_are_read_whatever_names_them(server: Server, run: Run, more: Any, query: str) -> None:
    def page(received: Any) -> Reply:
        first = "?" not in received.target
        return json_reply({"data": [{"id": "m1" if first else "m2"}], **(more if first else {})})

    server.on("GET", "/v1/models", page)
    assert list(listed(server, run, "custom")) == ["m1", "m2"]
    assert [request.target.partition("?")[2] for request in server.requests] == ["", query]


def test_many_pages_are_read_up_to_the_most_models(server: Server, run: Run) -> None:
    def page(received: Any) -> Reply:
        first = int(received.query.get("after", ["0"])[0])
        return json_reply({"data": [{"id": str(first + one)} for one in range(1, 61)], "has_more": True})

    server.on("GET", "/v1/models", page)
    found = listed(server, run, "custom")
    assert len(found) >= MOST_MODELS, "so that the list is said to be cut"
    assert len(server.requests) == -(-MOST_MODELS // 60)


@pytest.mark.parametrize("more", [
    {"has_more": True, "last_id": "m1"}, {"next": "https://elsewhere.example/v1/models"}, {"next": 7},
    {"has_more": False}])
def test_a_list_without_further_pages_is_asked_for_no_more_than_once_again(server: Server, run: Run, more: Any) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "m1"}], **more}))
    assert list(listed(server, run, "custom")) == ["m1"] and len(server.requests) <= 2
