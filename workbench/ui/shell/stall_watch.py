"""The stall watch: notes in the log when the window stood still for more than a tenth of a second, and where.

A thread asks the window's thread for an answer ten times a second, once a second while another program is in front
(a question costs about 20 µs), and looks at the stack when the answer is late.
"""

from __future__ import annotations

import faulthandler
import logging
import tempfile
import threading
import time

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication

log = logging.getLogger(__name__)
PATIENCE = 0.1
"""Seconds: longer is felt as a stall."""
_SELDOM = 1.0
MOST = 200
"""Stalls that are noted in one session."""


class StallWatch(QObject):
    """Watches the thread that makes it, until ``close``."""

    _asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.noted = 0
        self._thread_id = threading.get_ident()
        self._pause = PATIENCE
        self._answered = threading.Event()
        self._over = threading.Event()
        self._asked.connect(self._answer)  # queued: it is emitted in another thread
        self._thread = threading.Thread(target=self._watch, name="stalls", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._answered.set()
        self._thread.join(2)

    def _answer(self) -> None:
        self._pause = PATIENCE if QGuiApplication.focusWindow() is not None else _SELDOM
        self._answered.set()

    def _watch(self) -> None:
        while not self._over.wait(self._pause) and self.noted < MOST:
            self._answered.clear()
            asked = time.monotonic()
            self._asked.emit()
            if self._answered.wait(PATIENCE):
                continue
            stack = stack_of(self._thread_id)
            self._answered.wait()
            if not self._over.is_set():
                self.noted += 1
                log.warning("The window stood still for %.0f ms here:\n%s", (time.monotonic() - asked) * 1000, stack)


def stack_of(thread_id: int) -> str:
    """Returns where a thread is, the innermost call first.

    It is looked at from outside of Python: whoever holds a frame keeps what is in it alive, a painter for one, which
    must be gone when its widget is painted.
    """
    with tempfile.TemporaryFile() as file:
        faulthandler.dump_traceback(file, all_threads=True)
        file.seek(0)
        stacks = file.read().decode("utf-8", "replace").split("\n\n")
    return next((stack for stack in stacks if f"0x{thread_id:016x} " in stack.partition("\n")[0]), "")
