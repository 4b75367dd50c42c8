"""The commands backup and restore."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Cli


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
