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
    assert cli("forget", "local/m", "temperature").out.startswith("Nothing was learned of temperature at local/m.")
    assert not ask()
    assert cli("forget", "local/m").out == "What was learned of local/m is forgotten.\n"
    assert ask()
    assert cli("forget", "nowhere/m").code == 2


def test_what_was_never_learned_is_not_said_to_be_forgotten(cli: Cli, server: Server) -> None:
    refused = json_reply({"error": {"message": "seed is not supported"}}, 400)
    server.on("POST", "/v1/chat/completions", refused, chat("A"))
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    nothing = cli("forget", "local/m")
    assert nothing.code == 0 and nothing.out == (
        "Nothing was learned of local/m. “workbench providers show local” lists what was.\n")
    cli("ask", "-m", "local/m", "-p", "seed=1", "Hi")
    assert cli("forget", "local/m", "seed").out == "What was learned of seed at local/m is forgotten.\n"
    assert cli("forget", "local/m", "seed").out.startswith("Nothing was learned of seed at local/m.")
    assert cli("forget", "builtin/ngram").out.startswith("Nothing was learned of builtin/ngram.")


def test_a_rule_of_the_facts_is_lifted(cli: Cli, server: Server) -> None:
    cli("providers", "add", "openai", "--base-url", f"{server.url}/v1", "--no-key")
    lifted = cli("forget", "openai/gpt-5", "temperature").out
    assert lifted.startswith("temperature is sent to openai/gpt-5 from now on.")
    assert cli("forget", "openai/gpt-5").out == "What was learned of openai/gpt-5 is forgotten.\n"
