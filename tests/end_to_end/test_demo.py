"""What a machine without a display shows of the program."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.process
def test_the_demo_prints_a_conversation_and_saves_a_picture(tmp_path: Path) -> None:
    picture = tmp_path / "window.png"
    command = [sys.executable, "-m", "workbench.demo", str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, env=dict(os.environ))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("You: What can you do?")
    assert "builtin/guide: " in done.stdout
    assert done.stderr == ""
    assert picture.read_bytes().startswith(b"\x89PNG")
