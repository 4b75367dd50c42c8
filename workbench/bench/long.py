"""``workbench bench long``: a window in use for thousands of turns, and what grows meanwhile.

Turns on the built-in model: replies, some of them stopped or asked for again, edits, attachments, searches, formulas,
and a new chat every 25 turns after a look at an earlier one. Memory, handles, tasks, widgets and Python's objects are
counted at ten points; they must level off.
"""

from __future__ import annotations

import asyncio
import gc
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.bench.measure import memory_mb
from workbench.bench.start import child

if TYPE_CHECKING:
    from workbench.ui.chat.message_actions import MessageActionId
    from workbench.ui.window import MainWindow

TURNS = 5000
_CODE = """
import sys
from PySide6.QtCore import QTimer
from workbench.window_app import run_window
from workbench.bench import long
from workbench.cli.parser import parse
def ready(window):
    QTimer.singleShot(0, lambda: window.services.tasks.start("bench", long.use(window, int(sys.argv[2]))))
sys.exit(run_window(parse(["--data-dir", sys.argv[1]]), ready))
"""
_POINTS = 10


def run(name: str, size: int | None) -> dict[str, Any]:
    """Returns the figures at ten points of the use. ``size`` is the number of turns."""
    with tempfile.TemporaryDirectory(prefix="workbench-bench-") as folder:
        turns = size or TURNS
        points = child(_CODE, folder, str(turns), lines=_POINTS, timeout=max(600.0, turns * 2.0))
    last, fifth = points[-1], points[_POINTS // 5 - 1]
    return {
        "turns": turns, "growth_mb_over_last_four_fifths": round(last["pss_mb"] - fifth["pss_mb"], 1),
        **{f"growth_of_{what}": last[what] - fifth[what] for what in ("handles", "tasks", "widgets", "objects")},
        "points": points,
    }


async def use(window: MainWindow, turns: int) -> None:
    """Uses the window in the measured process; prints the figures of each point as a line of JSON, and closes it."""
    try:
        await asyncio.sleep(1)
        user = _User(window, window.services.data_folder)
        for turn in range(1, turns + 1):
            await user.take_turn(turn)
            if turn % (turns // _POINTS) == 0:
                print(json.dumps(await _figures(window, turn)), flush=True)  # noqa: T201
    finally:
        window.close()


class _User:
    """Somebody who chats: sends, attaches, stops, asks again, edits, searches, and goes from chat to chat."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        self._window, self._folder = window, folder
        self._chats: list[str] = []
        self._last = ""  # the reply that was the last one before the one that is waited for

    async def take_turn(self, turn: int) -> None:
        from workbench.ui.chat.message_actions import MessageActionId as ids

        if turn % 25 == 1:
            await self._change_chat(turn)
        if turn % 10 == 0:
            await self._search(turn)
        if turn % 25 == 0:
            await self._attach(self._picture(turn))  # which the model refuses: the last turn of a chat
        elif turn % 13 == 0:
            await self._attach(self._notes(turn))
        await self._send(f"Turn {turn}: say something about temperature and seeds.", stop=turn % 7 == 0,
                         beginning=f"$$e^{{-{turn}}}$$ is " if turn % 17 == 1 else "")
        if turn % 9 == 0:
            self._act("assistant", ids.REGENERATE)
            await self._reply_ended()
        if turn % 11 == 0:
            self._act("user", ids.EDIT)
            await _until(lambda: self._window.composer.outbox.editing is not None)
            await self._send(f"Turn {turn}, put otherwise: what does `top_p` cut off?")

    async def _change_chat(self, turn: int) -> None:
        """Looks at an earlier chat, and begins the next one."""
        conversation = self._window.chat.conversation
        if conversation.chat.id:
            self._chats.append(conversation.chat.id)
            await conversation.open(self._chats[turn // 3 % len(self._chats)])
        await conversation.open_new(model="builtin/ngram", params={"max_tokens": 60, "seed": turn})

    async def _search(self, turn: int) -> None:
        """Searches all chats in the sidebar and the open one by its find bar."""
        window, field = self._window, self._window.sidebar.view.search
        field.setText(f"turn {turn - 5}")
        await asyncio.sleep(0.15)  # what is typed is searched for after a rest
        field.clear()
        window.chat.transcript.find_bar.open()
        window.chat.transcript.find_bar.dismiss()

    def _picture(self, turn: int) -> Path:
        from PySide6.QtGui import QColor, QImage

        picture, path = QImage(640, 480, QImage.Format.Format_RGB32), self._folder / "picture.png"
        picture.fill(QColor.fromHsv(turn % 360, 200, 200))
        picture.save(str(path))
        return path

    def _notes(self, turn: int) -> Path:
        path = self._folder / "notes.txt"
        path.write_text(f"Notes of turn {turn}.\n" * 50, "utf-8")
        return path

    async def _attach(self, path: Path) -> None:
        composer = self._window.composer
        composer.attach_files([path])
        await _until(lambda: composer.draft().parts and not composer.view.attachments.busy)

    async def _send(self, text: str, *, stop: bool = False, beginning: str = "") -> None:
        """Sends a message and waits for the end of its reply, which begins with ``beginning``."""
        composer = self._window.composer
        composer.view.set_text(text)
        draft, self._last = composer.draft(), self._window.chat.conversation.last("assistant")
        if beginning:
            composer.outbox.send_prefilled(draft, beginning)
        else:
            composer.send(draft, checked=True)
        await self._reply_ended(stop=stop)

    def _act(self, role: str, action: MessageActionId) -> None:
        """Does something with the last message of a role."""
        chat = self._window.chat
        self._last = chat.conversation.last("assistant")
        chat.message_actions.run(chat.conversation.last(role), action)

    async def _reply_ended(self, *, stop: bool = False) -> None:
        """Waits for another reply than the last one, and for its end."""
        conversation, replies = self._window.chat.conversation, self._window.chat.replies
        await _until(lambda: conversation.last("assistant") not in ("", self._last))
        if stop:
            replies.stop(conversation.chat.id)
        await _until(lambda: not replies.running(conversation.chat.id))


async def _until(condition: Callable[[], object]) -> None:
    while not condition():  # noqa: ASYNC110 - nothing else tells all of it
        await asyncio.sleep(0.005)


async def _figures(window: MainWindow, turn: int) -> dict[str, Any]:
    from PySide6.QtWidgets import QApplication

    await asyncio.sleep(0.5)
    gc.collect()
    return {"turn": turn, "pss_mb": round(memory_mb() or 0, 1), "handles": _handles(),
            "tasks": len(asyncio.all_tasks()), "widgets": len(QApplication.allWidgets()),
            "objects": len(gc.get_objects())}


def _handles() -> int:
    """Returns the number of open files and sockets; 0 where the system does not tell."""
    folder = Path("/proc/self/fd")
    return len(list(folder.iterdir())) if folder.exists() else 0
