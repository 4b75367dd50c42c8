"""A damaged database on a real screen: the program asks, restores the newest good backup, and goes on."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from tests.support.accessible import Desktop
from workbench.app import open_services
from workbench.core.chat.chats import Chat

_SCRIPT = """
import asyncio, json, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from workbench import window_app
from workbench.ui.shell import recovery
from workbench.cli.parser import parse
from workbench.core.chat.chats import ChatQuery

found = {}

def answer():
    box = QApplication.activeModalWidget()
    if isinstance(box, QMessageBox):
        found["asked"] = [button.text().split(" of ")[0] for button in box.buttons()]
        box.buttons()[0].click()

def ask(*words):
    QTimer.singleShot(500, answer)
    return real(*words)

def ready(window):
    window.services.tasks.spawn("look", look(window))

async def look(window):
    found["titles"] = [chat.title for chat in await window.services.store.chats(ChatQuery())]
    window.close()

real, recovery.ask_remedy = recovery.ask_remedy, ask
found["code"] = window_app.run_window(parse(["--data-dir", sys.argv[1]]), ready)
print(json.dumps(found))
"""


def test_the_newest_good_backup_is_offered_and_the_damaged_file_kept(desktop: Desktop, tmp_path: Path) -> None:
    folder = tmp_path / "data"

    async def fill() -> None:
        async with open_services(folder) as services:
            await services.store.create_chat(Chat("", "Backed up"))
            await services.store.maintain(backups=True, now=datetime.now())
            await services.store.create_chat(Chat("", "Since then"))

    asyncio.run(fill())
    database = folder / "workbench.db"
    content = bytearray(database.read_bytes())
    content[4096:] = b"\xaa" * (len(content) - 4096)
    database.write_bytes(content)
    done = subprocess.run([sys.executable, "-c", _SCRIPT, str(folder)], env=desktop.environment, text=True,
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "asked": ["Restore the backup", "Begin with an empty one", "Close"], "titles": ["Backed up"], "code": 0}
    (aside,) = folder.glob("workbench-damaged-*.db")
    assert aside.read_bytes() == bytes(content)


def test_damage_that_is_found_later_leads_to_the_same_question(desktop: Desktop, tmp_path: Path) -> None:
    """The beginning of the file is whole, so that it opens; what the list reads is not."""
    folder = tmp_path / "data"

    async def fill() -> None:
        async with open_services(folder) as services:
            for number in range(300):
                await services.store.create_chat(Chat("", f"Backed up {number}", system="words " * 50))
            await services.store.maintain(backups=True, now=datetime.now())

    asyncio.run(fill())
    database = folder / "workbench.db"
    content = bytearray(database.read_bytes())
    with contextlib.closing(sqlite3.connect(database)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        roots = connection.execute("SELECT rootpage FROM sqlite_schema WHERE tbl_name = 'chats' AND rootpage")
        for (page,) in roots.fetchall():
            content[(page - 1) * size : page * size] = b"\xaa" * size
    database.write_bytes(content)
    script = _SCRIPT.replace('window.services.tasks.spawn("look", look(window))',
                             'found["ready"] = found.get("ready", 0) + 1\n'
                             '    if found.get("asked"): window.services.tasks.spawn("look", look(window))')
    done = subprocess.run([sys.executable, "-c", script, str(folder)], env=desktop.environment, text=True,
                          capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["asked"] == ["Restore the backup", "Begin with an empty one", "Close"] and found["ready"] == 2
    assert len(found["titles"]) > 50 and found["code"] == 0
    assert [*folder.glob("workbench-damaged-*.db")]
