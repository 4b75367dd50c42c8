"""The command runner: where data lies, what ``--debug`` adds, and errors as exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import workbench
from tests.cli.conftest import Cli
from tests.support.server import Server, chat

ODD = b"caf\xe9".decode("utf-8", "surrogateescape")
"""An argument that is not in UTF-8, as Python has it."""


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


@pytest.mark.parametrize(("code", "arguments"), [
    (0, ("search", ODD)), (2, ("show", ODD)), (3, ("ask", "-m", f"builtin/{ODD}", "x")), (2, ("models", ODD)),
    (0, ("ask", "--no-save", "-m", "builtin/ngram", "-p", "max_tokens=2", "-s", ODD, ODD)),
    (2, ("keys", "status", ODD)), (2, ("export", ODD, "--format", "md", "-o", "x")), (0, ("forget", f"builtin/{ODD}")),
])
def test_arguments_in_any_bytes_are_read(code: int, arguments: tuple[str, ...], cli: Cli) -> None:
    outcome = cli(*arguments)
    assert outcome.code == code, outcome.err
    assert ODD not in outcome.out + outcome.err


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are text elsewhere")
def test_a_backup_may_have_a_name_in_any_bytes(cli: Cli, tmp_path: Path) -> None:
    target = tmp_path / ODD / f"{ODD}.db"
    assert cli("ask", "-m", "builtin/ngram", "-p", "max_tokens=2", "Hello").code == 0
    assert cli("backup", str(target)).code == 0 and target.stat().st_size > 1000
    assert cli("import", str(target), "--dry-run").code == 0


HOME = str(Path(workbench.__file__).parents[1])
STARTS = {
    "by its module": (["-m", "workbench"], HOME),
    "by its module, with an empty entry": (["-m", "workbench"], f"{os.pathsep}{HOME}"),
    "by its script, with a relative entry": (["-c", "from workbench.__main__ import main; raise SystemExit(main())"],
                                             f"{HOME}{os.pathsep}."),
}


@pytest.mark.process
@pytest.mark.parametrize(("command", "path"), STARTS.values(), ids=STARTS)
def test_modules_of_the_folder_are_not_imported(
    tmp_path: Path, isolated: Path, command: list[str], path: str
) -> None:
    """Those that are imported while it works: before, Python itself looks where it was told."""
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    for name in ("tomlkit", "httpx", "resource", "truststore", "zoneinfo"):
        (stranger / f"{name}.py").write_text("raise SystemExit('stranger')")
    safe = ["-P"] if command[0] == "-c" else []
    for arguments in (("providers", "add", "lab", "--base-url", "http://127.0.0.1:9/v1", "--no-key"),
                      ("ask", "-m", "lab/x", "Hi"), ("doctor",)):
        done = subprocess.run([sys.executable, *safe, *command, *arguments], cwd=stranger, check=False, timeout=60,
                              capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
        assert "stranger" not in done.stderr + done.stdout and "Traceback" not in done.stderr
