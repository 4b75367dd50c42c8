"""``workbench import`` and ``export`` as they are typed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from tests.cli.conftest import Cli
from tests.support.formats import EACH_FORMAT
from tests.support.server import Server, chat, json_reply
from workbench.files.exports.formats import ALL_FORMATS, FORMATS

CLAUDE = [{"uuid": "u", "name": "From Claude", "project_uuid": "p", "chat_messages": [
    {"uuid": "m1", "sender": "human", "text": "Hello there"},
    {"uuid": "m2", "sender": "assistant", "content": [{"type": "text", "text": "**Hi**"}, {"type": "odd"}]}]}]


def write(path: Path, value: object) -> str:
    path.write_text(json.dumps(value), "utf-8")
    return str(path)


def test_import_says_what_comes_and_what_came(cli: Cli, tmp_path: Path) -> None:
    path = write(tmp_path / "conversations.json", CLAUDE)
    dry = cli("import", path, "--dry-run")
    assert dry.code == 0 and dry.out == "Claude: 1 chat would come. 2 messages would come.\n"
    assert cli("list", "--json").json == []
    done = cli("import", path)
    assert done.out == "Claude: 1 chat came. 2 messages came.\n" and "odd" in done.err
    again = cli("import", path, "--json").json
    assert {name: again[name] for name in ("format", "chats", "updated", "messages", "skipped", "unchanged")} == {
        "format": "Claude", "chats": 0, "updated": 0, "messages": 0, "skipped": 0, "unchanged": 1}
    assert [(file["name"], file["unchanged"]) for file in again["files"]] == [("conversations.json", 1)]
    assert "Hello there" in cli("search", "Hello").out


def test_a_file_of_no_known_format_is_wrong_usage(cli: Cli, tmp_path: Path) -> None:
    outcome = cli("import", write(tmp_path / "x.json", {"a": 1}))
    assert outcome.code == 2 and "in no format that can be imported" in outcome.err and "ChatGPT" in outcome.err
    assert cli("import", str(tmp_path / "missing.zip")).code == 2


@pytest.mark.process
def test_a_folder_and_a_pdf(cli: Cli, tmp_path: Path) -> None:
    own = {"format": "chat-workbench", "version": 1, "chats": [
        {"id": "c1", "title": "Inner", "folder": ["Work", "Deep"], "tip": "m", "messages": [
            {"id": "m", "parent": None, "role": "user", "status": "complete",
             "parts": [{"kind": "text", "text": "Q"}]}]},
        {"id": "c2", "title": "Outside", "messages": []}]}
    cli("import", write(tmp_path / "own.json", own))
    assert cli("export", "--folder", "Work", "--format", "json", "-o", str(tmp_path / "w.json")).code == 0
    assert [chat["title"] for chat in json.loads((tmp_path / "w.json").read_text("utf-8"))["chats"]] == ["Inner"]
    missing = cli("export", "--folder", "Nowhere", "-o", str(tmp_path / "n"))
    assert missing.code == 2 and "There are: Deep, Work." in missing.err
    assert cli("export", "c1", "--format", "pdf", "-o", str(tmp_path / "c.pdf")).out == f"{tmp_path / 'c.pdf'}\n"
    assert "Inner" in PdfReader(tmp_path / "c.pdf").pages[0].extract_text()
    assert cli("export", "--all", "--format", "pdf", "-o", str(tmp_path / "all")).code == 0
    assert sorted(path.name for path in (tmp_path / "all").iterdir()) == ["Inner.pdf", "Outside.pdf"]


def test_branches_are_told_where_a_chat_has_some(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"prompt": "Which?", "chosen": "This.", "rejected": "That."}\n', encoding="utf-8")
    assert cli("import", str(path)).out.endswith("1 chat came. 3 messages came. There are 2 branches.\n")


def test_every_format_of_the_window_is_offered_but_pictures(cli: Cli, tmp_path: Path) -> None:
    offered = cli("export", "--help").out.partition("--format {")[2].partition("}")[0]
    assert offered.split(",") == [format.id for format in ALL_FORMATS if not format.window_only] == list(FORMATS)
    for picture in (format.id for format in ALL_FORMATS if format.window_only):
        outcome = cli("export", "--all", "--format", picture, "-o", str(tmp_path / "x"))
        assert outcome.code == 2 and "Pictures are made in the window only" in outcome.err
    outcome = cli("export", "--all", "--format", "doc", "-o", str(tmp_path / "x"))
    assert outcome.code == 2 and "There is no format doc" in outcome.err and "jsonl" in outcome.err


@pytest.mark.process
def test_reading_the_arguments_loads_no_format() -> None:
    code = """
import sys
from workbench.cli.parser import parse
parse(["export", "--all", "-o", "x"])
print(*[name for name in sys.modules if name.startswith(("workbench.rendering", "workbench.files.exports."))])
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.split() == ["workbench.files.exports.formats"]


def test_no_export_holds_the_key_that_was_sent_not_even_when_a_server_repeats_it(
    cli: Cli, server: Server, tmp_path: Path, secret_service: Callable[[], list[tuple[str, str]]]
) -> None:
    key = "sk-canary-0123456789abcdef9f2c"
    cli("providers", "add", "mine", "--base-url", f"{server.url}/v1")
    cli("keys", "set", "mine", stdin=f"{key}\n")
    server.on("POST", "/v1/chat/completions", chat("Hello."))
    assert cli("ask", "-m", "mine/m", "Well?").code == 0
    assert key in str(server.requests[0].headers)
    server.on("POST", "/v1/chat/completions", json_reply(
        {"error": {"message": f"Incorrect API key provided: {key}.", "code": "invalid_api_key"}}, status=401))
    assert cli("ask", "-m", "mine/m", "Badly?").code == 3
    for format in FORMATS:
        assert cli("export", "--all", "--format", format, "--branches", "-o", str(tmp_path / format)).code == 0
    files = [path for format in FORMATS
             for path in ((tmp_path / format).rglob("*") if (tmp_path / format).is_dir() else [tmp_path / format])]
    together = sum(format.about.together for format in FORMATS.values())
    assert len(files) == 2 * (len(FORMATS) - together) + together
    assert any(b"Badly?" in path.read_bytes() for path in files)
    for path in files:
        text = path.read_bytes()
        if path.suffix == ".pdf":
            text = " ".join(page.extract_text() for page in PdfReader(path).pages).encode()
        assert key.encode() not in text, path


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


def test_nothing_to_export_is_said(cli: Cli, tmp_path: Path) -> None:
    answer = cli("export", "--all", "--format", "md", "-o", str(tmp_path / "out"))
    assert (answer.code, answer.err) == (2, "There are no chats yet, so there is nothing to export.\n")


@pytest.mark.skipif(sys.platform == "win32", reason="devices and pipes have names")
def test_what_is_no_file_is_not_imported(cli: Cli, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    for place in ("/dev/zero", "/dev/null", str(tmp_path / "pipe.json")):
        refused = cli("import", place)
        assert refused.code == 2 and refused.err.count("\n") == 1 and refused.err.rstrip().endswith("."), refused
    assert cli("list", "--json").json == []
