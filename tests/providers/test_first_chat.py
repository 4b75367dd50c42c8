"""A reply from end to end: service, HTTP, event stream, message."""

from __future__ import annotations

from tests.conftest import Run
from tests.providers.support import KEY, bench
from tests.support.server import Server, chat, json_reply
from workbench.core.reply.usage import Usage

PATH = "/v1/chat/completions"


def test_a_streamed_reply(server: Server, run: Run) -> None:
    server.on("POST", PATH, chat("Hel", "lo", usage={"prompt_tokens": 3, "completion_tokens": 2}))
    out = run(bench(server, key=KEY).reply("test/some/model", params={"temperature": 0.5}))
    assert out.text == "Hello"
    assert out.finished == {0: "stop"}
    assert out.usage == Usage(3, 2)
    assert server.requests[0].json == {
        "model": "some/model", "messages": [{"role": "user", "content": "Hi"}],
        "stream": True, "stream_options": {"include_usage": True}, "temperature": 0.5,
    }
    assert server.requests[0].header("authorization") == f"Bearer {KEY}"
    assert out.sent.headers["Authorization"] == "Bearer $API_KEY"
    assert KEY not in repr(out)


def test_a_wrong_key(server: Server, run: Run) -> None:
    body = {"error": {"message": "Incorrect API key provided: sk-x.", "type": "invalid_request_error"}}
    server.on("POST", PATH, json_reply(body, 401))
    out = run(bench(server, key=KEY).reply("test/m"))
    assert out.failure.kind == "key" and out.failure.status == 401
    assert str(out.failure).startswith("The key for test was refused (401). Check it in Settings › Providers.")


def test_nothing_listens(server: Server, run: Run) -> None:
    out = run(bench(server, base_url="http://127.0.0.1:9/v1", retries=0).reply("test/m"))
    assert str(out.failure) == "Nothing answers at 127.0.0.1:9. Is test running, and is the port right?"
