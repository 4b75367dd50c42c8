"""One window per data folder, over a real local socket."""

from __future__ import annotations

import asyncio
from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.conftest import Run
from tests.support.waiting import until
from workbench.ui.shell import single_instance as single
from workbench.ui.shell.single_instance import FirstWindow, send_to_first


def test_a_second_start(run: Run, qapp: QApplication, tmp_path: Path) -> None:
    async def work() -> None:
        first = FirstWindow(tmp_path)
        heard: list[object] = []
        first.start_requested.connect(heard.append)
        request = {"chat": "abc", "files": ["ä.png"]}
        assert send_to_first(tmp_path, request)
        await until(lambda: heard == [request])
        first.close()
        await asyncio.sleep(0)

    run(work())


def test_nobody_there(qapp: QApplication, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(single, "PATIENCE_MS", 50)
    assert not send_to_first(tmp_path, {})
