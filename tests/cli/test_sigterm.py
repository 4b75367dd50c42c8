"""SIGTERM: a command that is told to end leaves nothing half done."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.files.imports.repeated import started, write
from workbench.core.chat.chats import ChatQuery
from workbench.storage.store import open_store


@pytest.mark.process
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")
def test_an_import_that_is_told_to_end_leaves_nothing(run: Run, tmp_path: Path) -> None:
    files = write(tmp_path, 20_000)
    process: subprocess.Popen[bytes] = started(tmp_path / "data", files)
    while not (tmp_path / "data/import.lock").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate()
    assert (process.returncode, errors.decode()) == (143, "The import was stopped: nothing was taken.\n")

    async def left() -> tuple[int, int]:
        store = await open_store(tmp_path / "data")
        try:
            rows = await store._database.read(
                lambda connection: connection.execute("SELECT count(*) FROM nodes").fetchone()[0])
            return await store.count_chats(ChatQuery()), rows
        finally:
            await store.close()

    assert run(left()) == (0, 0)
