"""Visitors of the server: programs of this machine, and only the web pages that were named."""

from __future__ import annotations

from collections.abc import Mapping

import httpx
import pytest

from tests.conftest import Run
from workbench.core.errors import BadInput
from workbench.providers.builtin.engine import Engine
from workbench.providers.builtin.server import Server

PAGE = "https://app.example"
ASK = {"model": "builtin/ngram", "messages": [{"role": "user", "content": "The program"}], "max_tokens": 3,
       "service_tier": "auto"}


def ask(engine: Engine, run: Run, *origins: str, method: str = "POST", path: str = "/v1/chat/completions",
        stream: bool = False, **headers: str) -> httpx.Response:
    async def work() -> httpx.Response:
        async with Server(engine=engine, origins=origins) as server, httpx.AsyncClient(trust_env=False) as client:
            url = server.base_url.removesuffix("/v1") + path
            own = {name.replace("_", "-"): value.format(url=server.base_url.removesuffix("/v1"))
                   for name, value in headers.items()}
            return await client.request(method, url, headers=own, json={**ASK, "stream": stream} if method == "POST"
                                        else None)

    return run(work())


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:8765", "app.localhost", "host.docker.internal"])
def test_names_of_this_machine(engine: Engine, run: Run, host: str) -> None:
    assert ask(engine, run, Host=host).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "192.168.1.2", "["])
def test_a_name_that_only_leads_here_is_refused(engine: Engine, run: Run, host: str) -> None:
    """A page of evil.example whose name leads to 127.0.0.1 is of the same origin as far as its browser knows."""
    answer = ask(engine, run, Host=host)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "host_not_allowed")


@pytest.mark.parametrize("origin", [PAGE, "null", "http://127.0.0.1:1", "chrome-extension://abc"])
@pytest.mark.parametrize("method", ["POST", "OPTIONS", "GET"])
def test_web_pages_are_refused(engine: Engine, run: Run, origin: str, method: str) -> None:
    answer = ask(engine, run, method=method, Origin=origin)
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "origin_not_allowed")
    assert "--allow-origin" in answer.json()["error"]["message"]
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(("named", "origin"), [
    (PAGE, PAGE), (f"{PAGE}/", PAGE), ("HTTPS://App.Example", PAGE), ("*", "https://any.example"), ("null", "null"),
    ("chrome-extension://abc", "chrome-extension://abc")])
@pytest.mark.parametrize("stream", [False, True])
def test_pages_that_are_named_may_read(engine: Engine, run: Run, named: str, origin: str, stream: bool) -> None:
    answer = ask(engine, run, named, Origin=origin, stream=stream)
    assert answer.status_code == 200 and answer.headers["access-control-allow-origin"] == origin
    assert answer.headers["vary"] == "Origin"


def test_others_stay_out_then(engine: Engine, run: Run) -> None:
    for origin in ("https://other.example", f"{PAGE}:8080", "http://app.example", f"{PAGE}.evil.example"):
        assert ask(engine, run, PAGE, Origin=origin).status_code == 403


def test_errors_reach_the_page_too(engine: Engine, run: Run) -> None:
    answer = ask(engine, run, PAGE, path="/v1/nothing", Origin=PAGE)
    assert answer.status_code == 404 and answer.headers["access-control-allow-origin"] == PAGE


def test_a_page_of_the_server_itself(engine: Engine, run: Run) -> None:
    assert ask(engine, run, Origin="{url}").status_code == 200


@pytest.mark.parametrize(("asked", "told"), [
    ({"Access_Control_Request_Headers": "authorization, content-type"}, {
        "access-control-allow-headers": "authorization, content-type"}),
    ({"Access_Control_Request_Private_Network": "true"}, {"access-control-allow-private-network": "true"}),
    ({}, {"access-control-allow-methods": "GET, POST, OPTIONS"})])
def test_a_browser_asks_beforehand(
        engine: Engine, run: Run, asked: Mapping[str, str], told: Mapping[str, str]) -> None:
    answer = ask(engine, run, PAGE, method="OPTIONS", Origin=PAGE, Access_Control_Request_Method="POST", **asked)
    assert answer.status_code == 204 and answer.content == b""
    assert told.items() <= dict(answer.headers).items()


def test_options_without_an_origin_is_no_browsers(engine: Engine, run: Run) -> None:
    assert ask(engine, run, method="OPTIONS").status_code == 405


@pytest.mark.parametrize("origin", [
    "app.example", "https://app.example/path", "https://", "https://me@app.example", ""])
def test_what_is_no_origin(engine: Engine, origin: str) -> None:
    with pytest.raises(BadInput, match="is no origin"):
        Server(engine=engine, origins=[origin])
