"""Moving the data folder from the window: it closes, and opens again on the new place."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import asyncio, json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from workbench.window_app import run_window
from workbench.cli.parser import parse
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.ui.window import MainWindow

target, found = Path(sys.argv[1]), {}

def ready(window):
    window.services.tasks.spawn("test", begin(window))

async def begin(window):
    chat = await window.services.store.create_chat(Chat("", "Taken along"))
    await window.chat.conversation.open(chat.id)
    timer.start(50)
    window.move_data(target)

def look():
    for window in QApplication.topLevelWidgets():
        if isinstance(window, MainWindow) and window.isVisible() and window.services.data_folder == target:
            timer.stop()
            window.services.tasks.spawn("test", end(window))

async def end(window):
    while not window.chat.conversation.chat.id:
        await asyncio.sleep(0.05)
    found["open"] = window.chat.conversation.chat.title
    found["titles"] = [chat.title for chat in await window.services.store.chats(ChatQuery())]
    found["log"] = (target / "logs" / "workbench.log").exists()
    window.close()

timer = QTimer()
timer.timeout.connect(look)
code = run_window(parse([]), ready)
print(json.dumps({**found, "code": code}))
"""


@pytest.mark.process
def test_the_window_closes_moves_and_opens_again(isolated: Path, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "WORKBENCH_DATA_DIR"}
    target = tmp_path / "elsewhere"
    done = subprocess.run([sys.executable, "-c", _SCRIPT, str(target)], capture_output=True, text=True, timeout=60,
                          env={**environment, "QT_QPA_PLATFORM": "offscreen"}, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "open": "Taken along", "titles": ["Taken along"], "log": True, "code": 0}
    found = subprocess.run([sys.executable, "-m", "workbench", "list"], capture_output=True, text=True, timeout=60,
                           env=environment, check=False)
    assert "Taken along" in found.stdout
