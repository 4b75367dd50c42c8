"""The command line: commands, and files of the window."""

from __future__ import annotations

from pathlib import Path

import pytest

from workbench.cli.parser import parse


def test_the_window_and_the_commands_share_one_line() -> None:
    assert parse(["--model", "builtin/guide"]).command is None
    assert parse(["photo.png", "notes.txt"]).files == [Path("photo.png"), Path("notes.txt")]
    assert parse(["--data-dir", "x", "list"]).command == "list"
    assert parse(["--data-dir=x", "list"]).command == "list"
    assert parse(["./list"]).files == [Path("list")]


@pytest.mark.parametrize(("arguments", "command"), [
    (["--debug", "list"], "list"), (["--debug", "--data-dir", "d", "doctor"], "doctor"), (["--debug", "a.txt"], None),
    (["list"], "list"),
])
def test_it_stands_before_a_command_or_files(arguments: list[str], command: str | None) -> None:
    args = parse(arguments)
    assert (args.command, args.debug) == (command, "--debug" in arguments)
