"""A slow disk. Full and read-only ones are tried where they matter: ``tests/storage/test_database.py`` and
``tests/end_to_end/test_unwritable.py``."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from tests.cli.conftest import Cli, cli
from tests.faults.disks import SLOW

__all__ = ["cli"]


@pytest.mark.process
@pytest.mark.skipif(not shutil.which(SLOW[0]), reason="needs strace, which makes the disk slow")
def test_a_reply_is_whole_on_a_slow_disk(cli: Cli) -> None:
    command = [*SLOW, sys.executable, "-m", "workbench", "ask", "What is temperature?"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    if "ptrace" in done.stderr:
        pytest.skip("this system lets nobody trace a process")
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    (chat,) = cli("list", "--json").json
    asked, reply = cli("show", chat["id"], "--json").json["messages"]
    assert asked["parts"][0]["text"] == "What is temperature?" and reply["status"] == "complete"
    assert reply["parts"][0]["text"].split() == done.stdout.split()
