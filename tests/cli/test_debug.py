"""The option ``--debug``: before a command, before files of the window, and what it writes."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.server import Server, chat
from workbench.cli.parser import parse
from workbench.storage import logs


@pytest.fixture
def quiet_again() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("", "httpx", "httpcore", *logs.TALKATIVE)]
    levels = [logger.level for logger in loggers]
    yield
    while logs._open:
        loggers[0].removeHandler(logs._open.pop())
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize(("arguments", "command"), [
    (["--debug", "list"], "list"), (["--debug", "--data-dir", "d", "doctor"], "doctor"), (["--debug", "a.txt"], None),
    (["list"], "list"),
])
def test_it_stands_before_a_command_or_files(arguments: list[str], command: str | None) -> None:
    args = parse(arguments)
    assert (args.command, args.debug) == (command, "--debug" in arguments)


def test_debug_messages_go_to_stderr_without_keys_and_libraries_stay_quiet(
    capsys: pytest.CaptureFixture[str], quiet_again: None
) -> None:
    logs.log_to_stderr()
    logging.getLogger("workbench.test").debug("sent with Authorization: Bearer abcdef1234567890")
    logging.getLogger("httpcore.http11").debug("send_request_headers")
    logging.getLogger("PIL.PngImagePlugin").debug("STREAM")
    told = capsys.readouterr().err
    assert "DEBUG workbench.test: sent with" in told and "abcdef1234567890" not in told
    assert "send_request_headers" not in told and "STREAM" not in told


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
