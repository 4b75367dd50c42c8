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


def test_a_server_without_a_list(server: Server, run: Run) -> None:
    """LitServe and others chat and have no list of models; the scripted server answers 404 to what it does not know."""
    made = bench(server)
    for answer in (json_reply({"detail": "Field required"}, 422), json_reply({"error": "no messages"}, 400),
                   json_reply({"error": "boom"}, 500), json_reply({"choices": []})):
        server.on("POST", "/v1/chat/completions", answer)
        assert run(made.providers.test(made.config)).endswith(". It has no list of models: type their names.")
    for missing in ({"error": {"code": "model_not_found", "message": "no"}}, {"detail": "The model `` does not exist"}):
        server.on("POST", "/v1/chat/completions", json_reply(missing, 404))
        assert run(made.providers.test(made.config)).endswith(". It has no list of models: type their names.")
    server.on("POST", "/v1/chat/completions", json_reply({"error": "not here"}, 404))
    with pytest.raises(Refused, match="check the base URL"):
        run(made.providers.test(made.config))
    run(made.providers.close())


def test_a_server_without_a_list_and_a_key(server: Server, run: Run) -> None:
    made = bench(server, key=KEY, needs_key=True)
    server.on("POST", "/v1/chat/completions", json_reply({"detail": "Field required"}, 422))
    assert "accepts the key. Type the names" in run(made.providers.test(made.config))
    server.on("POST", "/v1/chat/completions", json_reply({"detail": "Who are you?"}, 401))
    with pytest.raises(Refused, match="The key for test was refused"):
        run(made.providers.test(made.config))
    run(made.providers.close())


@pytest.mark.parametrize(("number", "words"), [
    (0, "lists no models"), (1, "serves one model."), (2, "serves 2 models."), (10_001, "lists 10000 models or more")])
def test_how_many_models_there_are(server: Server, run: Run, number: int, words: str) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": f"m{at}"} for at in range(number)]}))
    made = bench(server)
    assert words in run(made.providers.test(made.config))
    run(made.providers.close())
