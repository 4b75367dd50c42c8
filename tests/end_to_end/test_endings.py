"""Ends of the program as systems bring them about: everything typed is kept, and nothing is left behind."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.support.accessible import Desktop
from workbench.app import open_services
from workbench.ui.chat.pending_writes import NEW_CHAT

pytestmark = pytest.mark.process
_SCRIPT = """
import os, sys
from PySide6.QtCore import QCoreApplication, QEvent, QTimer
from PySide6.QtWidgets import QApplication
from workbench import window_app
from workbench.cli.parser import parse
from workbench.ui.shell.session_end import SessionEnd

def end(how):
    app = QApplication.instance()
    if how == "quit":
        app.quit()
    elif how == "event":
        QCoreApplication.sendEvent(app, QEvent(QEvent.Type.Quit))
    elif how == "term":
        os.kill(os.getpid(), 15)
    elif how == "session":  # what Windows does: it asks, and then the process is gone
        app.findChild(SessionEnd)._commit(None)
        os._exit(0)

def ready(window):
    def act():
        window.composer.view.editor.setPlainText("a draft typed last")
        end(sys.argv[2])
    QTimer.singleShot(600, act)

sys.exit(window_app.run_window(parse(["--data-dir", sys.argv[1]]), ready))
"""


@pytest.mark.parametrize("how", ["quit", "event", "term", "session"])
def test_nothing_is_lost_however_the_system_ends_the_program(isolated: Path, how: str) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", _SCRIPT, str(isolated), how], env=environment, text=True,
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 0 and "Traceback" not in done.stderr and "already deleted" not in done.stderr, done.stderr
    assert "pending" not in done.stderr
    assert "geometry" in tomllib.loads((isolated / "settings.toml").read_text("utf-8"))["window"]
    if how != "session":
        assert not (isolated / "workbench.db-wal").exists() and not [*(isolated / "locks").iterdir()]

    async def read() -> object:
        async with open_services(isolated) as services:
            return await services.store.value(NEW_CHAT)

    assert "a draft typed last" in json.dumps(asyncio.run(read()))
    copies = [path.read_bytes() for path in (isolated / "backups").glob("daily-*.db")]
    if how in ("quit", "event"):  # the others are in a hurry
        assert len(copies) == 1 and b"a draft typed last" in copies[0], "today's backup has what was done last"


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("place", ["file", "newer"])
def test_a_start_that_fails_says_so_where_nobody_sees_a_terminal(
    desktop: Desktop, tmp_path: Path, closed: bool, place: str
) -> None:
    """Without a console the streams of the program are None: the reason is shown in a box all the same."""
    import sqlite3

    folder = tmp_path / "data"
    if place == "file":
        folder.write_text("no folder")
    else:
        folder.mkdir()
        with sqlite3.connect(folder / "workbench.db") as database:
            database.execute("PRAGMA user_version = 999")
        database.close()
    code = """
import sys
if sys.argv[2] == "True":
    sys.stdout = sys.stderr = None
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from workbench import window_app
from workbench.cli.parser import parse
from workbench.ui.shell import recovery
real = recovery._box
def box(*words):
    made = real(*words)
    open(sys.argv[1] + ".said", "w").write(made.text())
    QTimer.singleShot(300, made.accept)
    return made
recovery._box = box
sys.exit(window_app.run_window(parse(["--data-dir", sys.argv[1]])))
"""
    done = subprocess.run([sys.executable, "-c", code, str(folder), str(closed)], env=desktop.environment, text=True,
                          capture_output=True, timeout=60, check=False)
    said = (tmp_path / "data.said").read_text()
    assert done.returncode == 1 and ("cannot be made" in said or "newer version" in said), (said, done.stderr)
    assert "Traceback" not in done.stderr
