"""Azure OpenAI: both forms of address."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Server, chat
from workbench.core.settings import ProviderConfig, Settings
from workbench.providers.endpoints.endpoint import Endpoint, resolve_endpoint
from workbench.providers.protocols.azure import azure_url


def azure(base_url: str = "", **config: Any) -> Endpoint:
    own = ProviderConfig("az", preset="azure", base_url=base_url, **config)
    return resolve_endpoint(own, Settings())


@pytest.mark.parametrize(("endpoint", "address"), [
    (azure(variables={"resource": "r"}), "https://r.openai.azure.com/openai/v1/chat/completions"),
    (azure("https://r.openai.azure.com"),
     "https://r.openai.azure.com/openai/deployments/my%20dep/chat/completions?api-version=2024-10-21"),
    (azure("https://r.openai.azure.com/openai/", variables={"api_version": "2025-01-01"}),
     "https://r.openai.azure.com/openai/deployments/my%20dep/chat/completions?api-version=2025-01-01"),
    (azure("https://r.openai.azure.com/openai/deployments/old?api-version=2024-06-01"),
     "https://r.openai.azure.com/openai/deployments/old/chat/completions?api-version=2024-06-01"),
    (azure("https://r.openai.azure.com/openai/deployments/{deployment}", variables={"deployment": "d"}),
     "https://r.openai.azure.com/openai/deployments/d/chat/completions?api-version=2024-10-21"),
])
def test_both_forms_of_azure(endpoint: Endpoint, address: str) -> None:
    assert azure_url(endpoint, "my dep") == address


def test_the_older_form_over_http(server: Server, run: Run) -> None:
    server.on("POST", "/openai/deployments/dep/chat/completions", chat("Hello"))
    made = bench(server, path="", key=KEY, protocol="azure")
    assert run(made.reply("test/dep")).text == "Hello"
    request = server.requests[0]
    assert request.query == {"api-version": ["2024-10-21"]} and request.header("api-key") == KEY
    assert request.header("authorization") is None
