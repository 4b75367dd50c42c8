"""A few kills in each test run; tests/storage/kills.py makes as many as asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.storage import kills


@pytest.mark.process
def test_a_kill_loses_nothing(tmp_path: Path) -> None:
    kills.run(14, tmp_path, seed=7)
