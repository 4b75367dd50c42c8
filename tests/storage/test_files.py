"""Files are written whole: readers see the old content or the new one, and nobody else sees either."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.full_disk import no_file_longer_than
from workbench.storage.files import partial_path, put_in_place, remove_partial_files, write_whole


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "files").mkdir()
    return tmp_path / "files"


def test_a_file_is_replaced_and_belongs_to_its_owner(folder: Path) -> None:
    path = folder / "settings.toml"
    for content in (b"old", b"new and longer"):
        write_whole(path, content)
        assert path.read_bytes() == content
    assert list(folder.iterdir()) == [path]
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600


def test_the_old_file_stands_when_the_disk_is_full(folder: Path) -> None:
    path = folder / "settings.toml"
    write_whole(path, b"old")
    with no_file_longer_than(1000), pytest.raises(OSError):
        write_whole(path, b"x" * 100_000)
    assert path.read_bytes() == b"old" and list(folder.iterdir()) == [path]


def test_what_was_written_beside_a_file_takes_its_place(folder: Path) -> None:
    path = folder / "copy.db"
    partial = partial_path(path)
    assert partial.parent == folder and partial.name.startswith(".")
    partial.write_bytes(b"complete")
    put_in_place(partial, path)
    assert path.read_bytes() == b"complete" and not partial.exists()


def test_what_the_dead_left_unfinished_goes_and_nothing_else(folder: Path) -> None:
    others = [folder / name for name in ("copy.db", ".hidden", "notes.part")]
    for path in (*others, partial_path(folder / "copy.db"), folder / ".settings.toml.4711.part"):
        path.write_bytes(b"x")
    remove_partial_files(folder, folder / "missing")
    assert sorted(folder.iterdir()) == sorted(others)
