"""The program that tests use from outside: this checkout's, or a built one that is being tried."""

from __future__ import annotations

import os
import sys


def program(*arguments: str) -> list[str]:
    """The command line that runs `workbench` with these arguments. WORKBENCH_TEST_PROGRAM names another one,
    for example that of a folder which PyInstaller made."""
    built = os.environ.get("WORKBENCH_TEST_PROGRAM")
    return [built, *arguments] if built else [sys.executable, "-m", "workbench", *arguments]
