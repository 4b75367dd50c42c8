"""Standard streams: replies survive any encoding of the output, and a terminal is never acted upon."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Server, sse
from workbench.cli.streams import decoded
from workbench.core.errors import BadInput

CHAT = ("POST", "/v1/chat/completions")
ANSWER = "Answer: 量子力学非常有趣 🎉. End."
HOSTILE = "\x1b]0;PWN\x07\x1b]52;c;QQ==\x07\x1b[2J\x9b31m\u202eRED\U000e0041 end"


@pytest.fixture
def local(cli: Cli, server: Server) -> Cli:
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    return cli


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "workbench", *arguments], capture_output=True, timeout=60,
                          env={**os.environ, **variables}, check=False)


def says(*pieces: str) -> object:
    return sse(*({"choices": [{"index": 0, "delta": {"content": piece}}]} for piece in pieces),
               {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})


@pytest.mark.process
@pytest.mark.parametrize("encoding", ["cp1252", "cp936", "cp437", "ascii"])
def test_no_encoding_cuts_a_reply(local: Cli, server: Server, encoding: str) -> None:
    server.on(*CHAT, says("Answer: 量子力学", "非常有趣 🎉", ". End."))
    done = run("ask", "-m", "local/m", "Hi", PYTHONIOENCODING=encoding)
    assert done.returncode == 0 and b"Traceback" not in done.stderr and b". End." in done.stdout
    chat_id = local("list", "--json").json[0]["id"]
    assert local("show", chat_id, "--json").json["messages"][1]["parts"][0]["text"] == ANSWER
    for command in (("list",), ("show", chat_id), ("search", "量子力学"), ("--help",), ("ask", "--help"), ("doctor",)):
        done = run(*command, PYTHONIOENCODING=encoding)
        assert b"Traceback" not in done.stderr and done.stdout, command
    shown = run("show", chat_id, "--json", PYTHONIOENCODING=encoding)
    assert json.loads(shown.stdout.decode(encoding))["messages"][1]["parts"][0]["text"] == ANSWER


@pytest.mark.process
def test_pipes_get_utf_8_in_every_locale(local: Cli, server: Server) -> None:
    server.on(*CHAT, says(ANSWER))
    assert run("ask", "-m", "local/m", "Hi", LC_ALL="POSIX", PYTHONUTF8="0").stdout.decode() == ANSWER + "\n"


@pytest.mark.process
def test_a_reader_that_goes_away_does_not_cut_what_is_stored(local: Cli, server: Server) -> None:
    server.on(*CHAT, says(*["many words "] * 20_000, "the end"))
    command = f"{sys.executable} -m workbench ask -m local/m Hi | head -c 5"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=60, check=True)
    assert b"Traceback" not in done.stderr
    kept = local("show", local("list", "--json").json[0]["id"], "--json").json["messages"][1]
    assert kept["status"] == "complete" and kept["parts"][0]["text"].endswith("the end")


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="a pseudo terminal")
def test_a_terminal_is_not_acted_upon(local: Cli, server: Server, tmp_path: Path) -> None:
    server.on(*CHAT, says(*HOSTILE, " ", HOSTILE))
    export = tmp_path / "chats.jsonl"
    export.write_text(json.dumps({"messages": [{"role": "user", "content": HOSTILE}]}), "utf-8")
    local("import", str(export))
    hostile = local("list", "--json").json[0]["id"]
    for command in (("ask", "-m", "local/m", "Hi"), ("list",), ("search", "end"), ("show", hostile)):
        leader, follower = pty.openpty()
        done = subprocess.run([sys.executable, "-m", "workbench", *command], stdout=follower, stderr=follower,
                              env=dict(os.environ), timeout=60, check=False)
        os.close(follower)
        told = b""
        try:
            while piece := os.read(leader, 65536):
                told += piece
        except OSError:  # how Linux says that the other side is closed
            pass
        os.close(leader)
        text = told.decode()
        assert not done.returncode and not [letter for letter in text if letter in "\x1b\x07\x9b\u202e\U000e0041"], text


@pytest.mark.process
def test_a_pipe_gets_a_reply_as_it_came(local: Cli, server: Server) -> None:
    server.on(*CHAT, says(HOSTILE))
    assert run("ask", "-m", "local/m", "Hi").stdout.decode() == HOSTILE + "\n"
    assert b"\x1b" not in run("list").stdout, "columns are lines in a pipe too"


@pytest.mark.parametrize(("data", "text"), [
    ("你好 é".encode(), "你好 é"), (b"\xef\xbb\xbfhi\r\n", "hi\n"), ("你好".encode("utf-16"), "你好"), (b"", ""),
])
def test_input_is_decoded_by_what_it_is(data: bytes, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda _: "cp1252")  # would take UTF-8 for other letters
    assert decoded(data) == text


def test_input_in_the_page_of_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda _: "cp936")
    assert decoded("天气".encode("gbk")) == "天气"


@pytest.mark.parametrize("data", ["天气".encode("gbk"), "hi".encode("utf-16-le"), b"\xff\xfe\x00", bytes(range(256))])
def test_what_is_no_text_is_refused(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("locale.getpreferredencoding", lambda _: "utf-8")
    with pytest.raises(BadInput, match="UTF-8"):
        decoded(data)


PLAN = """
models = ["builtin/guide"]
prompt = "Hello"
[[checks]]
kind = "contains"
text = "天气"
"""


@pytest.mark.parametrize("command", [
    ("ask", "-"), ("sweep", "plan.toml", "--try", "-"), ("providers", "set", "local", "--header", "x-tag=-"),
])
def test_input_that_is_no_text_is_a_sentence(
    local: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plan.toml").write_text(PLAN, "utf-8")
    monkeypatch.setattr("tests.cli.conftest.io.StringIO", lambda _: io.TextIOWrapper(io.BytesIO(b"a\0b")))
    answer = local(*command)
    assert answer.code == 2 and "UTF-8" in answer.err


@pytest.mark.process
def test_an_answer_and_a_header_in_another_encoding(local: Cli, server: Server, tmp_path: Path) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, "utf-8")
    wide = {**os.environ, "LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    for text in ("今天天气很好".encode("utf-16"), "\ufeff今天天气很好".encode()):
        tried = subprocess.run([sys.executable, "-m", "workbench", "sweep", str(plan), "--try", "-"], input=text,
                               capture_output=True, timeout=60, env=wide, check=False)
        assert tried.returncode == 0 and b"passes" in tried.stdout, tried
    server.on(*CHAT, says("Hi"))
    done = subprocess.run([sys.executable, "-m", "workbench", "providers", "set", "local", "--header", "x-tag=-"],
                          input="value\r\n".encode("utf-8-sig"), capture_output=True, timeout=60, env=wide, check=False)
    assert done.returncode == 0 and run("ask", "-m", "local/m", "Hi").stdout == b"Hi\n"
    assert server.requests[-1].header("x-tag") == "value", "without the mark that Windows puts before it"
