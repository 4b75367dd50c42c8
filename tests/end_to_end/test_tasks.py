"""Whole tasks of a user, each by mouse and by keyboard alone, in the program's window under an X server.

``tasks.py`` has the list. What fails there: a control that another covers, that lies outside of its window, that Tab
does not come to or does not leave, that has no name, or a task that does not come to its end.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.accessible import Desktop
from tests.support.sources import ROOT


@pytest.mark.parametrize("hands", ["mouse", "keyboard"])
def test_whole_tasks_in_the_window(desktop: Desktop, tmp_path: Path, hands: str) -> None:
    done = walk(desktop, hands, tmp_path)
    assert not done["failures"], "\n".join(f"{task}: {why}" for task, why in done["failures"].items())
    assert not done["complaints"], "\n".join(done["complaints"])
    assert done["done"] >= 20
    assert ["sk-of-this-walk" in secret for _, secret in desktop.stored()] == [True], "the key is in the keyring"
    again = walk(desktop, hands, tmp_path, "again")
    assert not again["failures"] and again["done"] == 1, again["failures"]


def walk(desktop: Desktop, hands: str, folder: Path, *again: str) -> Any:
    """Runs the tasks in a process of their own, on the display of the tests; returns what came of them."""
    walked = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.tasks", hands, str(folder), *again], cwd=ROOT,
        env={**desktop.environment, "QT_QPA_PLATFORM": "xcb"}, capture_output=True, text=True, timeout=400)
    assert "Traceback" not in walked.stderr, walked.stderr
    assert walked.returncode == 0, walked.stderr
    return json.loads(walked.stdout)
