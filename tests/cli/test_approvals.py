"""Servers that ask on the command line whether they may call a tool elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli
from tests.support.program import program
from tests.support.server import Reply, Server, sse

PATH = ("POST", "/v1/responses")
ASKED = {"type": "mcp_approval_request", "id": "q1", "server_label": "docs", "name": "find",
         "arguments": '{"what": "rain"}'}
SAID = {"type": "message", "id": "m1", "role": "assistant", "content": [{"type": "output_text", "text": "Found it."}]}


def answer(*items: dict[str, Any]) -> Reply:
    return sse({"type": "response.completed", "response": {"id": "r", "status": "completed", "output": list(items)}},
               done=False)


@pytest.fixture
def asking(cli: Cli, server: Server) -> Cli:
    server.on(*PATH, answer(ASKED), answer(SAID))
    cli("providers", "add", "p", "--base-url", f"{server.url}/v1", "--protocol", "openai-responses", "--no-key")
    return cli


@pytest.mark.parametrize("save", [(), ("--no-save",)])
@pytest.mark.parametrize(("allow", "told"), [("always", {"approve": True}), ("never", {"approve": False,
                                                                                      "reason": "no"})])
def test_an_option_decides(
    asking: Cli, server: Server, save: tuple[str, ...], allow: str, told: dict[str, Any]
) -> None:
    done = asking("ask", "-m", "p/m", "--allow", allow, *save, "--json", "Look it up")
    assert done.code == 0 and "docs.find" in done.err and "rain" in done.err
    assert done.json["text"] == "Found it." and done.json["approvals"] == [
        {"id": "q1", "name": "docs.find", "arguments": ASKED["arguments"], "allowed": allow == "always"}]
    assert server.requests[1].json["input"][1:] == [
        ASKED, {"type": "mcp_approval_response", "approval_request_id": "q1", **told}]


def test_nothing_is_called_where_nobody_can_be_asked(asking: Cli, server: Server) -> None:
    """And the chat can be gone on with, the call allowed."""
    done = asking("ask", "-m", "p/m", "--json", "Look it up")
    assert len(server.requests) == 1 and "nothing was called" in done.err
    assert done.json["tool_calls"][0]["name"] == "docs.find" and done.json["approvals"] == []
    chat = done.json["conversation"]
    assert f'workbench ask --continue {chat} --allow always "Go on."' in done.err
    assert asking("ask", "--continue", chat, "--allow", "always", "Go on.").out == "Found it.\n"
    sent = server.requests[1].json["input"]
    assert sent[2] == {"type": "mcp_approval_response", "approval_request_id": "q1", "approve": True}
    assert sent[3]["content"] == "Go on."


def test_a_server_that_asks_without_end(cli: Cli, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbench.cli.approvals.MOST", 2)
    server.on(*PATH, *[answer({**ASKED, "id": f"q{at}"}) for at in range(9)])
    cli("providers", "add", "p", "--base-url", f"{server.url}/v1", "--protocol", "openai-responses", "--no-key")
    done = cli("ask", "-m", "p/m", "--allow", "always", "--no-save", "Look it up")
    assert len(server.requests) == 3 and "asked 2 times" in done.err


@pytest.mark.process
@pytest.mark.parametrize(("typed", "approve"), [("y\n", True), ("\n", False), ("yes\n", True), ("what?\n", False)])
def test_a_question_in_a_terminal(asking: Cli, server: Server, isolated: Path, typed: str, approve: bool) -> None:
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(program("ask", "-m", "p/m", "Look it up"), stdin=theirs, stderr=theirs,
                               stdout=subprocess.PIPE, env=dict(os.environ))
    os.close(theirs)
    shown = b""
    while b"[y/N]" not in shown:
        shown += os.read(ours, 1000)
    assert b"docs.find" in shown and b"rain" in shown and len(server.requests) == 1
    os.write(ours, typed.encode())
    out, _ = process.communicate()
    os.close(ours)
    assert process.returncode == 0 and out == b"Found it.\n"
    assert server.requests[1].json["input"][2]["approve"] is approve
    assert json.dumps(ASKED["arguments"]) in json.dumps(server.requests[1].json)
