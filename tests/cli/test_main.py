"""The command runner: where data lies, what ``--debug`` adds, and errors as exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Server, chat


def test_data_dir_beside_the_variable(cli: Cli, tmp_path: Path) -> None:
    assert cli("--data-dir", str(tmp_path / "other"), "ask", "What can you do?").code == 0
    assert cli("list", "--json").json == []
    assert len(cli("--data-dir", str(tmp_path / "other"), "list", "--json").json) == 1


@pytest.mark.process
def test_a_command_tells_its_requests_and_keeps_its_output_clean(cli: Cli, server: Server, isolated: Path) -> None:
    server.on("POST", "/v1/chat/completions", chat("Hello ", "there."))
    cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key")
    command = [sys.executable, "-m", "workbench", "--debug", "ask", "-m", "local/m", "Hi"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "Hello there.\n"
    for told in (done.stderr, (isolated / "logs" / "workbench.log").read_text("utf-8")):
        assert f"POST {server.url}/v1/chat/completions: status 200 after" in told
        assert "workbench.db is open, format " in told


@pytest.mark.parametrize(("arguments", "code"), [
    (("list",), 0), (("show", "nothing"), 2), (("ask", "-m", "local/m", "Hi"), 4), (("nothing", "--limit", "x"), 2),
])
def test_every_end_has_its_code(cli: Cli, isolated: Path, arguments: tuple[str, ...], code: int) -> None:
    isolated.mkdir()
    (isolated / "settings.toml").write_text("retries = 0\n")
    cli("providers", "add", "local", "--base-url", "http://127.0.0.1:9/v1", "--no-key")
    done = cli(*arguments)
    assert done.code == code and "Traceback" not in done.err
    assert bool(done.err) == bool(code)


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="a shell with pipes")
def test_a_reader_that_goes_away_is_no_failure(cli: Cli) -> None:
    cli("ask", "What can you do?")
    command = f"{sys.executable} -m workbench providers list --json | head -c 1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "{", "")
