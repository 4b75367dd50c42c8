"""The command models."""

from __future__ import annotations

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Server, json_reply, text_reply


def test_models_of_the_built_in_provider(cli: Cli) -> None:
    models = cli("models", "builtin", "--json").json
    assert [model["model"] for model in models] == ["builtin/guide", "builtin/ngram"]
    assert cli("models", "nowhere").code == 2


def test_a_provider_without_a_readable_key_does_not_hide_the_models_of_others(cli: Cli) -> None:
    cli("providers", "add", "lmstudio", "--base-url", "http://127.0.0.1:9/v1")
    cli("providers", "add", "openai", "--base-url", "http://127.0.0.1:9/v1")
    listed = cli("models", "--refresh")
    assert listed.code != 0 and "openai: " in listed.err
    assert "builtin/guide" in listed.out


@pytest.fixture
def local(cli: Cli, server: Server) -> Cli:
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    return cli


@pytest.mark.parametrize("data", [{"data": []}, {"data": None}, {}, []])
def test_an_empty_list_is_said_to_be_empty(local: Cli, server: Server, data: object) -> None:
    server.on("GET", "/v1/models", json_reply(data))
    listed = local("models", "local", "--refresh")
    assert (listed.code, listed.out) == (0, "") and "it lists no models" in listed.err
    assert local("models", "local", "--json").json == []


def test_a_list_that_is_cut_is_said_to_be_cut(local: Cli, server: Server) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": f"m{number}"} for number in range(10_002)]}))
    listed = local("models", "local", "--refresh")
    assert len(listed.out.splitlines()) == 10_000 and "10000 models or more, and no more are read" in listed.err


def test_a_server_without_a_list(local: Cli, server: Server) -> None:
    listed = local("models", "local", "--refresh")
    assert listed.code == 3 and "local has no list of models (404). Type the model's name" in listed.err


def test_an_error_in_the_place_of_a_list(local: Cli, server: Server) -> None:
    server.on("GET", "/v1/models", json_reply({"error": {"message": "CUDA is gone", "type": "server_error"}}))
    assert "CUDA is gone" in local("models", "local", "--refresh").err
    server.on("GET", "/v1/models", text_reply("<html><title>Login</title></html>", content_type="text/html"))
    assert "Login" in local("models", "local", "--refresh").err
    server.on("GET", "/v1/models", json_reply({"code": 200, "message": "ok", "data": [{"id": "m"}]}))
    assert local("models", "local", "--refresh").out.startswith("local/m")
