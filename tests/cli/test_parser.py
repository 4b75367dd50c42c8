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


@pytest.mark.parametrize("arguments", [
    ("list", "--\x1b]0;PWN\x07"), ("--\x1b]52;c;QQ==\x07",), ("export", "\x9b31m", "x"), ("keys", "\x1b[2J"),
])
def test_a_refusal_acts_in_no_terminal(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(arguments)
    said = capsys.readouterr().err
    assert "error" in said and not {"\x1b", "\x07", "\x9b"} & set(said)
