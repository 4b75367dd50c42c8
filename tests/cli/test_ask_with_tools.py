"""``workbench ask --tools`` with built-in tools and a scripted model, in each protocol that has tools."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Gate, Reply, Server
from tests.support.tool_models import PROTOCOLS, ToolModel

each = pytest.mark.parametrize("model", PROTOCOLS, ids=lambda model: model.protocol)
SUM = ("c1", "calculate", {"expression": "6*7"})
ASK = ("ask", "-m", "m/m", "--tools", "calculate,time")


def ready(cli: Cli, server: Server, model: ToolModel, *answers: Reply) -> None:
    server.on("POST", model.path, *answers)
    assert cli("providers", "add", "m", "--base-url", model.base_url(server.url), "--protocol", model.protocol,
               "--no-key").code == 0
    assert cli("tools", "enable", "calculate", "time", "fetch_page", "--private").code == 0


@each
def test_tools_run_where_they_are_allowed(cli: Cli, server: Server, model: ToolModel) -> None:
    ready(cli, server, model, model.calling(SUM, text="Let me see."), model.saying("42."))
    answer = cli(*ASK, "--allow", "always", "What is 6*7?")
    assert answer.code == 0 and answer.out == "Let me see.\n42.\n"
    assert 'calculate runs with {"expression": "6*7"}' in answer.err and "calculate is done" in answer.err
    assert model.results(server.requests[-1].json) == [("c1", "42")]


@each
def test_nothing_runs_where_nobody_can_be_asked(cli: Cli, server: Server, model: ToolModel) -> None:
    ready(cli, server, model, model.calling(SUM), model.saying("I cannot say."))
    answer = cli(*ASK, "What is 6*7?")
    assert answer.code == 0 and answer.out == "I cannot say.\n"
    assert "did not allow this call. Nobody can be asked here" in dict(model.results(server.requests[-1].json))["c1"]
    refused = cli(*ASK, "--allow", "ask", "x")
    assert refused.code == 2 and "needs a terminal" in refused.err


@each
def test_json_has_every_step(cli: Cli, server: Server, model: ToolModel) -> None:
    ready(cli, server, model, model.calling(SUM, ("c2", "calculate", {"expression": "1/0"})), model.saying("42."))
    answer = cli(*ASK, "--allow", "always", "--json", "?").json
    assert answer["text"] == "42." and answer["limit"] is None
    first, results, last = answer["steps"]
    assert [call["name"] for call in first["tool_calls"]] == ["calculate", "calculate"]
    assert [(one["id"], one["tool"], one["outcome"], one["text"]) for one in results["results"]] == [
        ("c1", "calculate", "ok", "42"), ("c2", "calculate", "error", "It divides by zero.")]
    assert last["text"] == "42." and last["message"] == answer["message"] and last["usage"]["input"] == 10
    shown = cli("show", answer["conversation"], "--json").json
    assert [message["role"] for message in shown["messages"]] == ["user", "assistant", "tool", "assistant"]


@each
def test_nothing_is_kept_without_saving(cli: Cli, server: Server, model: ToolModel, isolated: Any) -> None:
    ready(cli, server, model, model.calling(SUM), model.saying("fourty-two"))
    answer = cli(*ASK, "--allow", "always", "--no-save", "--json", "a-secret-question").json
    assert answer["text"] == "fourty-two" and answer["conversation"] is answer["message"] is None
    assert cli("list", "--json").json == []
    for path in isolated.rglob("*"):
        if path.is_file():
            assert b"a-secret-question" not in path.read_bytes() and b"fourty-two" not in path.read_bytes()


def test_a_model_without_tools_is_told(cli: Cli) -> None:
    cli("tools", "enable", "time")
    said = cli("ask", "-m", "builtin/guide", "--tools", "time", "What are branches?")
    assert said.code == 0 and "builtin/guide takes no tools, as far as is known" in said.err
    fits = cli("ask", "-m", "builtin/ngram", "--tools", "time", "-p", "max_tokens=2", "Hello")
    assert fits.code == 0 and "takes no tools" not in fits.err


def test_a_limit_ends_the_turn(cli: Cli, server: Server) -> None:
    model = PROTOCOLS[0]
    ready(cli, server, model, model.calling(SUM))
    answer = cli(*ASK, "--allow", "always", "--rounds", "2", "?")
    assert answer.code == 5 and "called tools 2 times in this turn, which is the limit" in answer.err
    assert len(server.requests) == 3


@pytest.mark.parametrize(("options", "words"), [
    (("--tools", "nope"), "There is no tool and no server of tools nope"),
    (("--tools", "search_chats"), "switched off. Switch it on: workbench tools enable search_chats"),
    (("--tools", ","), "names no tools"), (("--tools", "time", "--rounds", "0"), "must be between 1 and 1000"),
    (("--tools", "time", "-p", "n=2"), "leave out n"),
])
def test_wrong_usage(cli: Cli, server: Server, options: tuple[str, ...], words: str) -> None:
    ready(cli, server, PROTOCOLS[0], PROTOCOLS[0].saying("x"))
    answer = cli("ask", "-m", "m/m", *options, "?")
    assert answer.code == 2 and words in answer.err and not server.requests
    assert cli("list", "--json").json == [], "nothing is left of it"


@pytest.mark.process
@each
def test_killed_while_a_tool_runs(cli: Cli, server: Server, model: ToolModel) -> None:
    gate = Gate()
    server.on("GET", "/slow", Reply(before=[gate], body=["late"]))
    slow = ("c2", "fetch_page", {"url": f"{server.url}/slow"})
    ready(cli, server, model, model.calling(SUM, slow), model.saying("Never said."))
    program = subprocess.Popen(
        [sys.executable, "-m", "workbench", "ask", "-m", "m/m", "--tools", "calculate,fetch_page", "--allow", "always",
         "?"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ})
    server.wait_for(2)
    program.kill()
    assert program.wait() == -9
    gate.open()
    (chat,) = cli("list", "--json").json
    server.on("POST", model.path, model.saying("On it goes."))
    answer = cli("ask", "--continue", chat["id"], "-m", "m/m", "And now?")
    assert answer.out == "On it goes.\n"
    sent = dict(model.results(server.requests[-1].json))
    assert "not known whether this call ran" in sent["c2"] and sent["c1"] in ("42", sent["c2"])
    assert json.dumps(cli("show", chat["id"], "--json").json).count('"kind": "tool_result"') == 2
