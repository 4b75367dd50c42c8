"""The connection test: its sentence, and what is wrong when there is none."""

from __future__ import annotations

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Server, json_reply
from workbench.core.errors import BadInput, Refused
from workbench.core.settings import ProviderConfig


def test_test_names_what_is_wrong(server: Server, run: Run) -> None:
    made = bench(server, "openai", key=KEY)
    server.on("GET", "/v1/models", json_reply({"error": {"message": "Incorrect API key provided"}}, 401))
    with pytest.raises(Refused, match="The key for OpenAI was refused"):
        run(made.providers.test(made.config))
    with pytest.raises(BadInput, match="has no base URL yet"):
        run(made.providers.test(ProviderConfig("new")))
    with pytest.raises(BadInput, match="needs a value for resource"):
        run(made.providers.test(ProviderConfig("az", preset="azure")))
    with pytest.raises(Refused, match="no key for Groq yet"):
        run(made.providers.test(ProviderConfig("groq", preset="groq")))
    run(made.providers.close())
