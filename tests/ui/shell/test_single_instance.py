"""One window per data folder, over a real local socket."""

from __future__ import annotations

import asyncio
import stat
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtNetwork import QLocalSocket
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


@pytest.mark.skipif(sys.platform == "win32", reason="sockets in folders")
def test_nobody_else_can_listen_in_its_place(
    qapp: QApplication, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In the folder for temporary files, another user of the machine could be there first."""
    place = tmp_path_factory.mktemp("data")
    first = FirstWindow(place)
    assert stat.S_ISSOCK((place / single.SOCKET).stat().st_mode)
    first.close()
    assert not (place / single.SOCKET).exists()
    deep = tmp_path / ("x" * 100)
    deep.mkdir()
    first, heard = FirstWindow(deep), []
    first.start_requested.connect(heard.append)
    assert send_to_first(deep, {"chat": "a"}), "a path that is too long for a socket"
    first.close()


def test_nobody_there(qapp: QApplication, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(single, "PATIENCE_MS", 50)
    assert not send_to_first(tmp_path, {})


@pytest.mark.parametrize("request_", [
    b"[" * 200_000, b'{"files": 5}', b'{"files": [5, null], "chat": {}}', b"\xff", b"7"])
def test_what_no_start_sends_opens_nothing(qapp: QApplication, tmp_path: Path, request_: bytes) -> None:
    first = FirstWindow(tmp_path)
    asked: list[dict[str, object]] = []
    first.start_requested.connect(asked.append)
    first._on_disconnected(_Sent(request_))
    first.close()
    assert all(request["files"] == [] and "chat" not in request for request in asked)


class _Sent(QLocalSocket):
    """A connection that has ended, with what came over it."""

    def __init__(self, data: bytes) -> None:
        super().__init__()
        self._data = data

    def read(self, most: int) -> QByteArray:
        return QByteArray(self._data[:most])
