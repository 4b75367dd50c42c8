"""Servers that run on this machine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.support.server import Reply, Server, json_reply
from workbench.core.settings import Settings
from workbench.providers.catalogue import discovery


@pytest.mark.parametrize(("data", "kind"), [
    ({"data": [{"id": "q", "owned_by": "llamacpp"}]}, "llamacpp"),
    ({"data": [{"id": "q", "owned_by": "vllm"}]}, "vllm"),
    ({"data": [{"id": "q", "owned_by": "organization_owner"}]}, "custom"),
])
def test_discovery(server: Server, run: Run, monkeypatch: pytest.MonkeyPatch, data: Any, kind: str) -> None:
    server.on("GET", "/v1/models", json_reply(data))
    (found,) = run(discovery.discover(Settings(), [server.port, 9]))
    assert (found.id, found.base_url, found.models, found.needs_key) == (
        kind, f"http://127.0.0.1:{server.port}/v1", ("q",), False)
    assert server.requests[0].header("authorization") is None


def test_discovery_of_something_else(server: Server, run: Run) -> None:
    server.on("GET", "/v1/models", Reply(200, {}, ["<html>"]))
    assert run(discovery.discover(Settings(), [server.port])) == []
