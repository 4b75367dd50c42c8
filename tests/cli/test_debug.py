"""The option ``--debug``: before a command, before files of the window, and what it writes."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from workbench.cli.parser import parse
from workbench.storage import logs


@pytest.fixture
def quiet_again() -> Iterator[None]:
    root, level = logging.getLogger(), logging.getLogger().level
    yield
    while logs._open:
        root.removeHandler(logs._open.pop())
    root.setLevel(level)


@pytest.mark.parametrize(("arguments", "command"), [
    (["--debug", "list"], "list"), (["--debug", "--data-dir", "d", "doctor"], "doctor"), (["--debug", "a.txt"], None),
    (["list"], "list"),
])
def test_it_stands_before_a_command_or_files(arguments: list[str], command: str | None) -> None:
    args = parse(arguments)
    assert (args.command, args.debug) == (command, "--debug" in arguments)


def test_debug_messages_go_to_stderr_without_keys(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], quiet_again: None
) -> None:
    monkeypatch.delenv("PYTHONASYNCIODEBUG", raising=False)
    logs.debug_to_stderr()
    logging.getLogger("workbench.test").debug("sent with Authorization: Bearer abcdef1234567890")
    told = capsys.readouterr().err
    assert "DEBUG workbench.test: sent with" in told and "abcdef1234567890" not in told
