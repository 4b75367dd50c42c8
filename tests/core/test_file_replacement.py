"""Replacement of files: also of those that another program holds for a moment, as scanners of Windows do, and never
through what somebody else put in their place."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import pytest

from workbench.core.file_replacement import partial_path, replace_file, replacing, write_named, write_whole


class Held(PermissionError):
    def __init__(self, code: int) -> None:
        super().__init__(13, "Access is denied")
        self.winerror = code


@pytest.mark.parametrize("code", [5, 32, 33])
def test_a_file_that_is_held_for_a_moment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    (new := tmp_path / "new").write_text("new")
    (old := tmp_path / "old").write_text("old")
    real, tries = Path.replace, [0]

    def held(self: Path, target: Path) -> Path:
        tries[0] += 1
        if tries[0] < 3:
            raise Held(code)
        return real(self, target)

    monkeypatch.setattr(Path, "replace", held)
    replace_file(new, old)
    assert old.read_text() == "new" and tries[0] == 3


def test_other_failures_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        replace_file(tmp_path / "none", tmp_path / "target")


def test_a_link_gives_way_and_what_it_leads_to_stays(tmp_path: Path) -> None:
    (precious := tmp_path / "precious").write_text("mine")
    (link := tmp_path / "out.txt").symlink_to(precious)
    write_whole(link, b"new")
    assert precious.read_text() == "mine" and link.read_bytes() == b"new" and not link.is_symlink()


def test_nobody_can_know_where_it_is_written_before(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    assert len({partial_path(path) for _ in range(100)}) == 100
    with replacing(path, mode=0o600) as partial:
        assert partial.exists(), "it is ours from the first byte"
        assert sys.platform == "win32" or stat.S_IMODE(partial.stat().st_mode) == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="pipes in the file system")
def test_a_pipe_is_written_to_and_never_replaced(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_named(pipe, b"said")
        assert os.read(reader, 100) == b"said"
        with pytest.raises(OSError, match="a device or a pipe"):
            write_whole(pipe, b"new")
        assert stat.S_ISFIFO(pipe.stat().st_mode) and not list(tmp_path.glob(".*"))
    finally:
        os.close(reader)


def test_what_a_killed_writer_left_goes_with_the_next_one(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    old, young, other = partial_path(path), partial_path(path), tmp_path / ".mine.txt.part"
    for left in (old, young, other):
        left.write_bytes(b"half")
    for left in (old, other):
        os.utime(left, (1e9, 1e9))
    write_whole(path, b"whole")
    assert path.read_bytes() == b"whole" and sorted(tmp_path.glob(".*")) == sorted([young, other])
