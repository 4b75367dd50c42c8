"""The command forget: what an endpoint refused once is sent again."""

from __future__ import annotations

from tests.cli.conftest import Cli
from tests.support.server import Server, chat, json_reply


def test_a_refused_parameter_is_sent_again(cli: Cli, server: Server) -> None:
    refused = json_reply({"error": {"message": "seed is not supported", "param": "seed"}}, 400)
    server.on("POST", "/v1/chat/completions", refused, chat("A"), chat("B"), chat("C"), chat("D"))
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")

    def ask() -> bool:
        assert cli("ask", "-m", "local/m", "-p", "seed=1", "Hi").code == 0
        return "seed" in server.requests[-1].json

    assert [ask(), ask()] == [False, False]
    assert cli("forget", "local/m", "temperature").out == "What was learned of temperature at local/m is forgotten.\n"
    assert not ask()
    assert cli("forget", "local/m").out == "What was learned of local/m is forgotten.\n"
    assert ask()
    assert cli("forget", "nowhere/m").code == 2
