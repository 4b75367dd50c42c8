"""The command providers."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Server, json_reply


def test_providers_are_added_listed_tested_and_removed(cli: Cli, server: Server) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "m1"}, {"id": "m2"}]}))
    assert cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key").code == 0
    assert "local" in cli("providers", "list").out
    assert "2 models" in cli("providers", "test", "local").out
    assert [model["model"] for model in cli("models", "local", "--refresh", "--json").json] == ["local/m1", "local/m2"]
    assert cli("providers", "add", "local", "--base-url", "http://x").code == 2
    assert cli("providers", "remove", "local").code == 0
    assert "local/m1" not in cli("models").out
    assert cli("providers", "add", "nobody-knows").code == 2
    assert "must begin with https://" in cli("providers", "add", "typo", "--base-url", "localhost/v1").err
    assert cli("providers", "test", "typo").code == 2, "it was not added"
    assert cli("providers", "remove", "builtin").code == 2


def test_keys_move_from_the_environment(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, secret_service: Callable[[], list[tuple[str, str]]]
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-from-the-environment")
    assert "GROQ_API_KEY is in the keyring now" in cli("providers", "import-env").out
    assert [secret for _, secret in secret_service()] == ["gsk-from-the-environment"]
    assert "groq" in cli("providers", "list").out
