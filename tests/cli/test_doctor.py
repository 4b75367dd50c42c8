"""The command doctor."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli


@pytest.mark.process
def test_doctor_says_what_it_finds(cli: Cli, isolated: Path) -> None:
    found = cli("doctor", "--json").json
    assert found["Data folder"] == str(isolated) and "Qt platform" in found and "SQLite" in found
