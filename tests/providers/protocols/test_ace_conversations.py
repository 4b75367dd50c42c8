"""Conversations that live at Ace Data Cloud, in both forms."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.providers.support import KEY, Bench, bench
from tests.support.server import Reply, Server, json_reply, text_reply
from workbench.core.chat.messages import Message, user
from workbench.core.chat.parts import Reasoning, Text
from workbench.core.reply.usage import Usage


def conversations(server: Server, protocol: str = "ace-conversations") -> Bench:
    return bench(server, "acedatacloud", "ace", path="/aichat", key=KEY, protocol=protocol)


def lines(name: str) -> Reply:
    data = (Path(__file__).parent / "data" / f"{name}.ndjson").read_bytes()
    return Reply(headers={"Content-Type": "application/x-ndjson"},
                 body=[data[at : at + 7] for at in range(0, len(data), 7)], framing="chunked")


def test_a_conversation_on_the_server(server: Server, run: Run) -> None:
    server.on("POST", "/aichat/conversations", lines("ace-conversations"))
    made = conversations(server)
    params = {"preset": "chatgpt", "references": ["https://a.example/x.png"], "temperature": 0.5}
    out = run(made.reply("ace/gpt-4.1", params=params))
    assert out.text == "Hello there" and out.finished == {0: "stop"} and out.failure is None
    request = server.requests[0]
    assert request.json == {"model": "gpt-4.1", "question": "Hi", "stateful": True, "preset": "chatgpt",
                            "references": ["https://a.example/x.png"]}
    assert request.header("accept") == "application/x-ndjson"
    assert [change.parameter for change in out.sent.adjustments] == ["temperature"]
    state = out.message.extra["state"]
    assert state == {"id": "64a67fff-61dc-4801-8339-2c69334c61d6"}

    later = (user("Hi"), out.message, user("And now?"))
    run(made.reply("ace/gpt-4.1", messages=later, state=state))
    assert server.requests[1].json == {"model": "gpt-4.1", "question": "And now?", "stateful": True, **state}


def test_a_history_that_the_server_does_not_know(server: Server, run: Run) -> None:
    server.on("POST", "/aichat/conversations", lines("ace-conversations"))
    history = (user("Hi"), Message("assistant", (Text("Yes?"),)), user("Greet me."))
    run(conversations(server).reply("ace/gpt-4.1", messages=history, params={"stateful": False}))
    assert server.requests[0].json["question"] == "User: Hi\n\nAssistant: Yes?\n\nUser: Greet me."
    assert server.requests[0].json["stateful"] is False


def test_the_newer_form(server: Server, run: Run) -> None:
    server.on("POST", "/aichat2/conversations", lines("ace-conversations-2"))
    out = run(conversations(server, "ace-conversations-2").reply("ace/gpt-4.1"))
    assert out.text == "Hello there" and out.message.parts[0] == Reasoning("Let me see.")
    assert out.usage == Usage(10, 5) and out.message.extra["state"] == {"id": "c-2"}
    assert server.requests[0].json["message"] == "Hi"


@pytest.mark.parametrize(("reply", "kind"), [
    (json_reply({"error": {"code": "used_up", "message": "Your balance is used up."}, "trace_id": "t"}, 403),
     "quota"),
    (json_reply({"error": {"code": "api_not_implemented", "message": "no"}}, 400), "request"),
    (json_reply({"success": False, "error": "no"}, 200), "server"),
    (Reply(body=['{"type":"text_delta","content":"Hel"}\n{"type":"error","message":"no"}\n']), "server"),
    (Reply(body=[]), "not_an_answer"),
    (json_reply({"error": {"code": "too_many_requests", "message": "slow"}}, 429), "rate"),
])
def test_its_errors(server: Server, run: Run, reply: Reply, kind: str) -> None:
    server.on("POST", "/aichat/conversations", reply)
    made = conversations(server)
    made.settings.change(providers={"ace": replace(made.config, retries=0)})
    out = run(made.reply("ace/gpt-4.1"))
    assert out.failure.kind == kind


def test_one_answer_without_streaming(server: Server, run: Run) -> None:
    server.on("POST", "/aichat/conversations", json_reply({"answer": "Hello", "id": "x"}))
    out = run(conversations(server).reply("ace/gpt-4.1"))
    assert out.text == "Hello" and out.message.extra["state"] == {"id": "x"}


@pytest.mark.parametrize(("body", "words"), [
    ('{"delta_answer": "Hi", "id": "i"}\n{"delta_answ\n{"delta_answer": "!"}\n', "cannot be read"),
    ('event: error\ndata: no capacity\n\n', "no capacity"),
    ('event: error\ndata: {"message": "no capacity"}\n\n', "no capacity")])
def test_what_cannot_be_read_is_not_passed_over(server: Server, run: Run, body: str, words: str) -> None:
    server.on("POST", "/aichat/conversations", text_reply(body))
    assert words in run(conversations(server).reply("ace/m")).failure.sentence
