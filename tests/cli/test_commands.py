"""The other commands of the contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.formats import EACH_FORMAT
from tests.support.server import Server, json_reply
from workbench.cli.parser import parse


def test_providers_are_added_listed_tested_and_removed(cli: Cli, server: Server) -> None:
    server.on("GET", "/v1/models", json_reply({"data": [{"id": "m1"}, {"id": "m2"}]}))
    assert cli("providers", "add", "local", "--base-url", f"{server.url}/v1", "--no-key").code == 0
    assert "local" in cli("providers", "list").out
    assert "2 models" in cli("providers", "test", "local").out
    assert [model["model"] for model in cli("models", "local", "--refresh", "--json").json] == ["local/m1", "local/m2"]
    assert cli("providers", "add", "local", "--base-url", "http://x").code == 2
    assert cli("providers", "remove", "local").code == 0
    assert "local/m1" not in cli("models").out
    assert cli("providers", "add", "nobody-knows").code == 2
    assert "must begin with https://" in cli("providers", "add", "typo", "--base-url", "localhost/v1").err
    assert cli("providers", "test", "typo").code == 2, "it was not added"
    assert cli("providers", "remove", "builtin").code == 2


def test_models_of_the_built_in_provider(cli: Cli) -> None:
    models = cli("models", "builtin", "--json").json
    assert [model["model"] for model in models] == ["builtin/guide", "builtin/ngram"]
    assert cli("models", "nowhere").code == 2


def test_a_provider_without_a_readable_key_does_not_hide_the_models_of_others(cli: Cli) -> None:
    cli("providers", "add", "lmstudio", "--base-url", "http://127.0.0.1:9/v1")
    cli("providers", "add", "openai", "--base-url", "http://127.0.0.1:9/v1")
    listed = cli("models", "--refresh")
    assert listed.code != 0 and "openai: " in listed.err
    assert "builtin/guide" in listed.out


def test_a_key_goes_into_the_keyring_and_nowhere_else(
    cli: Cli, isolated: Path, secret_service: Callable[[], list[tuple[str, str]]]
) -> None:
    key = "sk-canary-0123456789abcdef9f2c"
    cli("providers", "add", "openrouter")
    assert cli("keys", "status", "openrouter").out.startswith("openrouter: none")
    done = cli("keys", "set", "openrouter", stdin=f"  {key}\n")
    assert done.code == 0 and key not in done.out + done.err
    assert [secret for _, secret in secret_service()] == [key]
    assert cli("keys", "status", "openrouter").out == "openrouter: keyring (ends in 9f2c)\n"
    for path in isolated.rglob("*"):
        assert not path.is_file() or key.encode() not in path.read_bytes(), path
    cli("keys", "remove", "openrouter")
    assert secret_service() == []


def test_keys_without_a_keyring(cli: Cli) -> None:
    cli("providers", "add", "openrouter")
    done = cli("keys", "set", "openrouter", stdin="sk-abc\n")
    assert done.code == 1 and "keyring" in done.err and "sk-abc" not in done.err
    assert cli("keys", "set", "nobody", stdin="x").code == 2


def test_a_server_that_needs_no_key(cli: Cli) -> None:
    cli("providers", "add", "mine", "--base-url", "http://127.0.0.1:9/v1", "--no-key")
    assert cli("keys", "status", "mine").out == "mine: needs no key\n"
    assert cli("keys", "status", "builtin").out == "builtin: needs no key\n"
    assert cli("keys", "set", "mine", stdin="sk-x\n").code == 2
    cli("providers", "add", "other", "--base-url", "http://127.0.0.1:9/v1")
    asked = cli("ask", "-m", "other/m", "Hi")
    assert asked.code != 0 and "keyring" in asked.err  # it wants a key, and nothing is sent without one


def test_keys_move_from_the_environment(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, secret_service: Callable[[], list[tuple[str, str]]]
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-from-the-environment")
    assert "GROQ_API_KEY is in the keyring now" in cli("providers", "import-env").out
    assert [secret for _, secret in secret_service()] == ["gsk-from-the-environment"]
    assert "groq" in cli("providers", "list").out


@pytest.mark.parametrize("format", EACH_FORMAT)
def test_export_of_one_chat(cli: Cli, tmp_path: Path, format: str) -> None:
    cli("ask", "What can you do?")
    chat_id = cli("list", "--json").json[0]["id"]
    path = tmp_path / f"out.{format}"
    assert cli("export", chat_id, "--format", format, "-o", str(path)).out == f"{path}\n"
    assert path.read_bytes().startswith(b"%PDF") if format == "pdf" else "What can you do?" in path.read_text("utf-8")
    assert [item.name for item in tmp_path.iterdir() if item.name.startswith(".out")] == []


def test_export_of_all(cli: Cli, tmp_path: Path) -> None:
    for prompt in ("What can you do?", "What is temperature?", "What is temperature?"):
        cli("ask", prompt)
    cli("export", "--all", "--format", "md", "-o", str(tmp_path / "out"))
    assert len(list((tmp_path / "out").glob("*.md"))) == 3
    cli("export", "--all", "--format", "json", "-o", str(tmp_path / "all.json"))
    assert len(json.loads((tmp_path / "all.json").read_text())["chats"]) == 3
    assert cli("export", "-o", str(tmp_path / "x")).code == 2
    assert cli("export", "no-such-id", "-o", str(tmp_path / "x")).code == 2


def test_search_finds_parts_of_words_and_chinese(cli: Cli) -> None:
    cli("ask", "Explain the thermometer 天气")
    assert len(cli("search", "ermomet", "--json").json) >= 1
    assert len(cli("search", "天气", "--json").json) >= 1


@pytest.mark.process
def test_doctor_says_what_it_finds(cli: Cli, isolated: Path) -> None:
    found = cli("doctor", "--json").json
    assert found["Data folder"] == str(isolated) and "Qt platform" in found and "SQLite" in found


def test_data_dir_beside_the_variable(cli: Cli, tmp_path: Path) -> None:
    assert cli("--data-dir", str(tmp_path / "other"), "ask", "What can you do?").code == 0
    assert cli("list", "--json").json == []
    assert len(cli("--data-dir", str(tmp_path / "other"), "list", "--json").json) == 1


def test_the_window_and_the_commands_share_one_line() -> None:
    assert parse(["--model", "builtin/guide"]).command is None
    assert parse(["photo.png", "notes.txt"]).files == [Path("photo.png"), Path("notes.txt")]
    assert parse(["--data-dir", "x", "list"]).command == "list"
    assert parse(["--data-dir=x", "list"]).command == "list"
    assert parse(["./list"]).files == [Path("list")]


def test_backup_and_restore(cli: Cli, tmp_path: Path) -> None:
    cli("ask", "What can you do?")
    path = tmp_path / "copy.db"
    assert cli("backup", str(path)).code == 0 and path.stat().st_size > 10_000
    cli("ask", "What is temperature?")
    assert cli("restore", str(path), "--replace").code == 0
    assert len(cli("list", "--json").json) == 1
    cli("ask", "What is temperature?")
    assert cli("restore", str(path)).code == 0 and len(cli("list", "--json").json) == 2
    (tmp_path / "no.db").write_text("nothing of the kind")
    assert cli("restore", str(tmp_path / "no.db")).code == 2 and len(cli("list", "--json").json) == 2
