"""The commands backup and restore."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli
from workbench.storage.settings_file import open_settings


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


def test_a_restore_says_what_has_to_be_entered_again(cli: Cli, isolated: Path, tmp_path: Path) -> None:
    cli("providers", "add", "lab", "--base-url", "http://127.0.0.1:9/v1")
    cli("providers", "set", "lab", "--header", "X-Signature=canary-1")
    assert open_settings(isolated).value.providers["lab"].headers == {"X-Signature": "canary-1"}
    assert cli("backup", str(tmp_path / "copy")).code == 0
    assert b"canary-1" not in (tmp_path / "copy").read_bytes()
    restored = cli("--data-dir", str(tmp_path / "new"), "restore", "--replace", str(tmp_path / "copy"))
    assert restored.code == 0 and "lab" in restored.err and "lab: X-Signature" in restored.err
    listed = cli("--data-dir", str(tmp_path / "new"), "providers", "list", "--json").json
    assert "lab" in [one["id"] for one in listed["providers"]]
