"""Files that the user names: read within a limit, also what never ends."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from workbench.core.errors import BadInput
from workbench.core.named_file import read_named


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_bytes(b"x" * 1000)
    assert read_named(path, 1000) == b"x" * 1000
    with pytest.raises(BadInput, match="larger than"):
        read_named(path, 999)


@pytest.mark.skipif(sys.platform == "win32", reason="a device that never ends")
def test_a_device_that_never_ends_is_refused() -> None:
    with pytest.raises(BadInput, match="larger than 1 MB"):
        read_named(Path("/dev/zero"), 1_000_000)


@pytest.mark.skipif(sys.platform == "win32", reason="a pipe with a name")
def test_a_pipe_is_read(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=(b"name = 1",))
    writer.start()
    assert read_named(pipe, 100) == b"name = 1"
    writer.join()


@pytest.mark.parametrize("name", ["nothing", "."])
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="could not be read"):
        read_named(tmp_path / name, 100)
