"""The window with ``--debug``: what Qt says and what holds up the loop is in the log; a signal shows all stacks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

_SCRIPT = """
import os, signal, sys, threading
from PySide6.QtCore import QTimer, qWarning
from workbench.cli.parser import parse
from workbench.window_app import run_window

def ready(window):
    QTimer.singleShot(0, lambda: window.services.tasks.spawn("hold up the loop", hold_up(window)))

async def hold_up(window):
    threading.Event().wait(0.15)
    qWarning("odd")
    if hasattr(signal, "SIGUSR1"):
        os.kill(os.getpid(), signal.SIGUSR1)
    window.close()

sys.exit(run_window(parse(["--debug", "--safe-mode"]), ready))
"""


@pytest.mark.process
def test_the_window_tells_what_goes_on(isolated: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], capture_output=True, text=True, timeout=60,
                          env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, check=False)
    assert done.returncode == 0, done.stderr
    log = (isolated / "logs" / "workbench.log").read_text("utf-8")
    for told in (done.stderr, log):
        assert f"The window is open on {isolated}." in told
        assert "The task hold up the loop #" in told
        assert "WARNING qt.default: odd" in told
        assert "WARNING asyncio: Executing <Handle" in told
    if hasattr(signal, "SIGUSR1"):
        assert "in hold_up" in done.stderr
