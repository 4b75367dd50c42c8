"""What other processes of the same user see of one that hides."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

SCRIPT = """
import ctypes, os, sys
from workbench.core.processes import private
def look():
    sys.stdout.flush()
    if not (child := os.fork()):
        try:
            print("read" if b"sk-not-for-you" in open(f"/proc/{os.getppid()}/environ", "rb").read() else "other")
        except OSError as error:
            print(type(error).__name__)
        sys.stdout.flush()
        os._exit(0)
    os.waitpid(child, 0)
if os.geteuid() == 0:
    os.setuid(65534)  # nothing is hidden from the administrator
private.hide()
private.show()
look()
private.hide()
private.hide()
look()
private.show()
look()
private.show()
look()
"""


@pytest.mark.process
@pytest.mark.skipif(sys.platform != "linux", reason="other systems show no environment")
def test_the_environment_of_a_process_that_hides_is_not_read() -> None:
    environment = {"SECRET": "sk-not-for-you", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-P", "-c", SCRIPT], env=environment, capture_output=True, text=True,
                          timeout=60)
    assert done.stdout.split() == ["read", "PermissionError", "PermissionError", "read"], done.stderr
