"""A store in the data folder of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.storage.store import SqliteStore, open_store


@pytest.fixture
def folder(isolated: Path) -> Path:
    isolated.mkdir(mode=0o700)
    return isolated


@pytest.fixture
def store(run: Run, folder: Path) -> Iterator[SqliteStore]:
    opened = run(open_store(folder))
    yield opened
    run(opened.close())
