"""Small JSON requests: what they send, and what their answers mean."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY
from tests.support.server import Hang, Reply, Server, json_reply
from workbench.core.errors import NotAnAnswer, NotReached, Refused
from workbench.core.json_types import Json
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import Endpoint, resolve_endpoint
from workbench.providers.http import fetch
from workbench.providers.http.client_pool import ClientPool


def fetched(run: Run, server: Server, path: str = "/models", **options: Any) -> Json:
    async def work() -> Json:
        pool, asked = ClientPool(), endpoint(server)
        try:
            client = await pool.client(asked)
            return await fetch.fetch_json(asked, client, KEY, asked.url(path), **options)
        finally:
            await pool.close()

    return run(work())


def endpoint(server: Server) -> Endpoint:
    return resolve_endpoint(ProviderConfig("lab", base_url=server.url), Settings())


def test_get_and_post(server: Server, run: Run) -> None:
    server.on("GET", "/models", json_reply({"data": ["é"]}))
    server.on("POST", "/show", json_reply([1, None]))
    assert fetched(run, server) == {"data": ["é"]}
    assert fetched(run, server, "/show", body={"model": "m"}) == [1, None]
    get, post = server.requests
    assert get.header("authorization") == f"Bearer {KEY}" and post.json == {"model": "m"}


def test_the_key_under_another_name(server: Server, run: Run) -> None:
    server.on("GET", "/models", json_reply({}))
    fetched(run, server, key_header="x-goog-api-key")
    assert server.requests[0].header("x-goog-api-key") == KEY
    assert server.requests[0].header("authorization") is None


@pytest.mark.parametrize(("reply", "error", "words"), [
    (Reply(401, {}, ['{"error": "no"}']), Refused, "The key for lab was refused"),
    (Reply(307, {"Location": "https://elsewhere.example/"}, []), Refused, "redirected the request to https://elsewhere"),
    (Reply(body=["<html><title>Log in</title>"]), NotAnAnswer, "answered with a web page: “Log in”"),
    (Reply(body=["no list"]), NotAnAnswer, "something that is not JSON. Check the base URL"),
])
def test_answers_that_are_not_json(
    server: Server, run: Run, reply: Reply, error: type[Exception], words: str
) -> None:
    server.on("GET", "/models", reply)
    with pytest.raises(error, match=words):
        fetched(run, server)


def test_an_answer_that_never_comes(server: Server, run: Run) -> None:
    server.on("GET", "/models", Reply(before=[Hang()]))
    with pytest.raises(NotReached, match=r"lab did not answer within 0\.1 s"):
        fetched(run, server, seconds=0.1)


def test_an_answer_that_is_too_large(server: Server, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "BODY_LIMIT", 2**20)
    server.on("GET", "/models", Reply(body=["x" * 2**21]))
    with pytest.raises(NotAnAnswer, match="sent more than 1 MiB"):
        fetched(run, server)


@pytest.mark.parametrize(("reply", "accepted"), [
    (json_reply({"id": "reply"}), True), (json_reply({"error": "messages: field required"}, 422), True),
    (json_reply({"error": "messages is required"}, 400), True),
    (json_reply({"error": {"code": "DeploymentNotFound", "message": "no"}}, 404), True),
    (json_reply({"error": "no such page"}, 404), False), (json_reply({"error": "invalid key"}, 401), False),
])
def test_an_endpoint_without_a_list(server: Server, run: Run, reply: Reply, accepted: bool) -> None:
    server.on("POST", "/chat", reply)

    async def check() -> None:
        pool, asked = ClientPool(), endpoint(server)
        try:
            await fetch.check_endpoint(asked, await pool.client(asked), KEY, asked.url("/chat"))
        finally:
            await pool.close()

    if accepted:
        run(check())
    else:
        with pytest.raises(Refused):
            run(check())
    assert server.requests[0].json == {}
