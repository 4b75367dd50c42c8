"""``workbench providers show`` and ``set``: headers and the way to a server, without showing what is secret."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Server, chat, json_reply

CHAT = ("POST", "/v1/chat/completions")
SECRET = "pk-canary-42"


@pytest.fixture
def local(cli: Cli, server: Server) -> Cli:
    assert cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key").code == 0
    return cli


def test_headers_are_sent_and_never_shown(local: Cli, server: Server) -> None:
    server.on(*CHAT, chat("Hi"))
    done = local("providers", "set", "local", "--header", f"x-portkey-api-key={SECRET}", "--header", "x-tag=a=b")
    assert (done.code, done.out) == (0, "Changed local.\n")
    answer = local("ask", "-m", "local/m", "--json", "Hi")
    assert server.requests[0].header("x-portkey-api-key") == SECRET and server.requests[0].header("x-tag") == "a=b"
    shown = [local("providers", "show", "local"), local("providers", "show", "local", "--json"),
             local("providers", "list", "--json"), answer]
    assert not any(SECRET in one.out + one.err for one in shown)
    assert shown[1].json["headers"] == {"x-portkey-api-key": "•••", "x-tag": "•••"}
    assert "x-portkey-api-key: •••" in shown[0].out


def test_a_header_is_replaced_in_any_case_and_removed(local: Cli, server: Server) -> None:
    server.on(*CHAT, chat("Hi"))
    local("providers", "set", "local", "--header", "X-Tag=one", "--header", "Other=1")
    local("providers", "set", "local", "--header", "x-tag=two", "--header", "Other=")
    local("ask", "-m", "local/m", "Hi")
    assert server.requests[0].header("x-tag") == "two" and server.requests[0].header("other") is None


def test_a_header_is_read_from_stdin(local: Cli, server: Server) -> None:
    server.on(*CHAT, chat("Hi"))
    assert local("providers", "set", "local", "--header", "x-key=-", stdin=f"{SECRET}\n").code == 0
    local("ask", "-m", "local/m", "Hi")
    assert server.requests[0].header("x-key") == SECRET
    assert "no value" in local("providers", "set", "local", "--header", "x-key=-").err


def test_the_same_options_when_a_server_is_added(cli: Cli, tls_server: tuple[Server, Path]) -> None:
    server, authority = tls_server
    server.on(*CHAT, chat("Hi"))
    done = cli("providers", "add", "mine", "--base-url", f"{server.url}/v1", "--no-key", "--header", "x-tag=a",
               "--ca", str(authority), "--proxy", "none", "--timeout", "30", "--timeout", "connect=5", "--retries", "0")
    assert done.code == 0
    assert cli("ask", "-m", "mine/m", "Hi").out == "Hi\n" and server.requests[0].header("x-tag") == "a"
    shown = cli("providers", "show", "mine", "--json").json
    assert {name: shown[name] for name in ("proxy", "ca_file", "connect_timeout", "first_token_timeout",
                                           "idle_timeout", "retries")} == {
        "proxy": "none", "ca_file": str(authority), "connect_timeout": 5.0, "first_token_timeout": 30.0,
        "idle_timeout": 30.0, "retries": 0}
    cli("providers", "set", "mine", "--timeout", "idle=", "--retries", "", "--ca", "", "--proxy", "")
    shown = cli("providers", "show", "mine", "--json").json
    assert (shown["idle_timeout"], shown["retries"], shown["ca_file"], shown["proxy"]) == (None, None, "", "")
    assert shown["first_token_timeout"] == 30.0


def test_a_proxy_is_used_and_its_password_not_shown(local: Cli, server: Server) -> None:
    address = f"http://me:{SECRET}@127.0.0.1:{server.url.rpartition(':')[2]}"
    local("providers", "add", "far", "--base-url", "http://models.example/v1", "--no-key", "--proxy", address)
    server.on(*CHAT, chat("Hi"))
    assert local("ask", "-m", "far/m", "Hi").out == "Hi\n"
    assert server.requests[0].target == "http://models.example/v1/chat/completions"
    assert server.requests[0].header("proxy-authorization")
    for command in (("show", "far"), ("show", "far", "--json"), ("list", "--json")):
        assert SECRET not in local("providers", *command).out
    assert "http://me:•••@127.0.0.1" in local("providers", "show", "far").out


@pytest.mark.parametrize(("option", "value", "words"), [
    ("--header", "x-tag", "write NAME=VALUE"), ("--header", "x tag=1", "cannot be the name of a header"),
    ("--header", "x=a\nb", "line break"), ("--proxy", "ftp://x", "ftp://x is no proxy"),
    ("--proxy", f"ftp://me:{SECRET}@x", "ftp://me:•••@x is no proxy"), ("--proxy", "http://[", "is no proxy"),
    ("--ca", "/nowhere/ca.pem", "cannot be read"), ("--timeout", "soon", "from 1 to 3600 seconds"),
    ("--timeout", "0", "from 1 to 3600 seconds"), ("--timeout", "connect=999", "from 1 to 120 seconds"),
    ("--timeout", "total=5", "There are connect, first-token, idle"), ("--timeout", "nan", "from 1 to 3600 seconds"),
    ("--retries", "1.5", "from 0 to 10"), ("--retries", "11", "from 0 to 10")])
def test_wrong_values_change_nothing(local: Cli, option: str, value: str, words: str) -> None:
    before = local("providers", "show", "local", "--json").json
    done = local("providers", "set", "local", option, value)
    assert done.code == 2 and words in done.err and SECRET not in done.err
    assert local("providers", "show", "local", "--json").json == before


def test_a_file_that_is_no_certificate(local: Cli, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    assert "holds no certificate" in local("providers", "set", "local", "--ca", str(tmp_path / "ca.pem")).err


def test_a_preset_is_configured_by_setting_it(cli: Cli) -> None:
    assert cli("providers", "set", "groq", "--timeout", "20").code == 0
    assert cli("providers", "show", "groq", "--json").json["base_url"] == "https://api.groq.com/openai/v1"
    assert cli("providers", "set", "builtin", "--timeout", "20").code == 2
    assert cli("providers", "set", "nobody", "--timeout", "20").code == 2
    assert cli("providers", "show", "nobody").code == 2
    assert cli("providers", "set", "groq").err.startswith("Nothing was given")


def test_lessons_are_shown_with_their_words(local: Cli, server: Server) -> None:
    refused = json_reply({"error": {"message": "Unsupported parameter: 'temperature'", "param": "temperature"}}, 400)
    server.on(*CHAT, refused, chat("Hi"))
    local("ask", "-m", "local/m", "-p", "temperature=0.5", "Hi")
    (lesson,) = local("providers", "show", "local", "--json").json["learned"]["m"]
    assert (lesson["parameter"], lesson["state"]) == ("temperature", "refused")
    assert lesson["reason"] == "local refused it: Unsupported parameter: 'temperature'"
    assert "temperature" in lesson["sent"] and lesson["when"] > 0
    shown = local("providers", "show", "local")
    assert "Learned of local/m:\n  temperature  refused  always  local refused it: Unsupported" in shown.out
    assert "The refused request held: stream, stream_options, temperature." in shown.out
    local("forget", "local/m", "temperature")
    assert local("providers", "show", "local", "--json").json["learned"] == {}


def test_lessons_for_combinations_are_shown_each(local: Cli, server: Server) -> None:
    def refusal(words: str) -> object:
        return json_reply({"error": {"message": words}}, 400)

    server.on(*CHAT, refusal("`temperature` and `top_p` cannot both be specified for this model."), chat("Hi"),
              refusal("`temperature` may only be set to 1 when thinking is enabled."), chat("Hi"))  # type: ignore[arg-type]
    local("ask", "-m", "local/m", "-p", "temperature=0.5", "-p", "top_p=0.5", "Hi")
    local("ask", "-m", "local/m", "-p", "temperature=0.5", "-p", "reasoning_effort=high", "Hi")
    lessons = local("providers", "show", "local", "--json").json["learned"]["m"]
    assert [(one["parameter"], one["beside"]) for one in lessons] == [
        ("temperature", ["top_p"]), ("temperature", ["reasoning_effort"])]
    assert "temperature  refused  beside top_p             local" in local("providers", "show", "local").out


RESPONSE = {"object": "response", "status": "completed", "output": [
    {"type": "message", "content": [{"type": "output_text", "text": "Hello"}]}]}


def test_models_are_asked_over_another_protocol(local: Cli, server: Server) -> None:
    server.on("POST", "/v1/responses", json_reply(RESPONSE), json_reply(RESPONSE))
    server.on(*CHAT, chat("Chat"))
    assert local("providers", "set", "local", "--responses", "gpt-*, o3").code == 0
    assert local("ask", "-m", "local/gpt-9", "Hi").out == "Hello\n"
    assert local("ask", "-m", "local/m", "Hi").out == "Chat\n"
    assert local("providers", "show", "local", "--json").json["responses_models"] == ["gpt-*", "o3"]
    assert local("providers", "set", "local", "--protocol", "openai-responses").code == 0
    assert local("ask", "-m", "local/m", "Hi").out == "Hello\n"


def test_secrets_of_headers_and_proxies_lie_in_the_keyring(
    cli: Cli, server: Server, isolated: Path, secret_service: Callable[[], list[tuple[str, str]]]
) -> None:
    server.on(*CHAT, chat("Hi"))
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "m"}]}))
    proxy = f"http://me:{SECRET}-p@127.0.0.1:{server.url.rpartition(':')[2]}"
    added = cli("providers", "add", "far", "--base-url", "http://models.example/v1", "--no-key", "--proxy", proxy,
                "--header", f"x-api-key={SECRET}-a", "--header", "x-tag=blue")
    cli("providers", "set", "far", "--header", "x-other-token=-", stdin=f"{SECRET}-b\n")
    assert added.code == 0 and "settings file" not in added.err
    assert SECRET not in (isolated / "settings.toml").read_text()
    assert len(secret_service()) == 1 and f"{SECRET}-a" in secret_service()[0][1]
    asked = cli("ask", "-m", "far/m", "--json", "Hi")
    received = server.requests[-1]
    assert (received.header("x-api-key"), received.header("x-other-token"), received.header("x-tag")) == (
        f"{SECRET}-a", f"{SECRET}-b", "blue")
    sent = received.header("proxy-authorization") or ""
    assert base64.b64decode(sent.partition(" ")[2]) == f"me:{SECRET}-p".encode()
    assert cli("models", "far", "--refresh").out.startswith("far/m")
    assert "answers in" in cli("providers", "test", "far").out
    for shown in (cli("providers", "show", "far"), cli("providers", "list", "--json"), asked):
        assert SECRET not in shown.out + shown.err
    for path in isolated.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path
    cli("providers", "remove", "far")
    assert secret_service() == []


def test_a_secret_in_an_older_file_moves_with_the_next_change(
    local: Cli, server: Server, isolated: Path, secret_service: Callable[[], list[tuple[str, str]]]
) -> None:
    server.on(*CHAT, chat("Hi"))
    file = isolated / "settings.toml"
    file.write_text(file.read_text() + f'\n[providers.local.headers]\nAuthorization = "Basic {SECRET}"\n')
    local("ask", "-m", "local/m", "Hi")
    local("providers", "set", "local", "--retries", "1")
    local("ask", "-m", "local/m", "Hi")
    assert [one.header("authorization") for one in server.requests] == [f"Basic {SECRET}"] * 2
    assert SECRET not in file.read_text()
    ((_, kept),) = secret_service()
    assert SECRET in kept


def test_without_a_keyring_secrets_are_said_to_stay_in_the_file(local: Cli, server: Server, isolated: Path) -> None:
    server.on(*CHAT, chat("Hi"))
    done = local("providers", "set", "local", "--header", f"x-api-key={SECRET}")
    assert done.code == 0 and "stay in the settings file" in done.err and SECRET not in done.err
    assert local("ask", "-m", "local/m", "Hi").code == 0 and server.requests[0].header("x-api-key") == SECRET


def test_a_secret_that_the_keyring_has_lost_is_asked_for(
    local: Cli, server: Server, secret_service: Callable[[], list[tuple[str, str]]]
) -> None:
    local("providers", "set", "local", "--header", f"x-api-key={SECRET}")
    import keyring

    origin = server.url
    keyring.delete_password("Chat Workbench/local", f"values of {origin}")
    asked = local("ask", "-m", "local/m", "Hi")
    assert asked.code == 3 and "The secret for x-api-key of local is not in the keyring any more" in asked.err
    assert not server.requests
