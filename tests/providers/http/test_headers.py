"""Request headers: what is sent, and what is shown of it."""

from __future__ import annotations

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Server, chat

PATH = "/v1/chat/completions"


def test_headers(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hello"))
    run(bench(server, key=KEY, organization="org", project="proj",
              headers={"User-Agent": "mine", "X-Title": "T", "accept": ""}).reply("test/m"))
    request = server.requests[0]
    assert request.header("openai-organization") == "org" and request.header("openai-project") == "proj"
    assert request.header("user-agent") == "mine" and request.header("x-title") == "T"
    out = run(bench(server, headers={"X-Bad": "a\nb"}).reply("test/m"))
    assert str(out.failure) == "The header X-Bad holds a line break or a character that no header can carry."
