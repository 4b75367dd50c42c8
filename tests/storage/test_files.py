"""Files are written whole: readers see the old content or the new one, and nobody else sees either."""

from __future__ import annotations

import errno
import logging
import os
import stat
import sys
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.faults.disks import no_file_longer_than
from workbench.core.chat.chats import Chat
from workbench.core.file_replacement import partial_path, replacing
from workbench.storage import logs
from workbench.storage.files import remove_partial_files, write_whole
from workbench.storage.logs import configure_logging
from workbench.storage.paths import data_folder
from workbench.storage.store import open_store


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
    with replacing(path, mode=0o600, durable=True) as partial:
        assert partial.parent == folder and partial.name.startswith(".")
        partial.write_bytes(b"complete")
    assert path.read_bytes() == b"complete" and not partial.exists()


def test_what_the_dead_left_unfinished_goes_and_nothing_else(folder: Path) -> None:
    others = [folder / name for name in ("copy.db", ".hidden", "notes.part")]
    for path in (*others, partial_path(folder / "copy.db"), folder / ".settings.toml.4711.part"):
        path.write_bytes(b"x")
    (unpacked := partial_path(folder / "restored-files") / "templates").mkdir(parents=True)
    (unpacked / "a.md").write_bytes(b"x")
    remove_partial_files(folder, folder / "missing")
    assert sorted(folder.iterdir()) == sorted(others)


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOTSUP, errno.EBADF])
def test_a_file_system_that_syncs_no_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(code, os.strerror(code))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    write_whole(tmp_path / "x", b"written")
    assert (tmp_path / "x").read_bytes() == b"written"


@pytest.mark.skipif(sys.platform == "win32", reason="modes")
def test_a_folder_that_was_there_holds_private_files(isolated: Path, run: Run) -> None:
    isolated.mkdir(mode=0o755)
    (isolated / "settings.toml").write_text("font_size = 15\n")
    (isolated / "logs").mkdir(mode=0o755)
    (isolated / "logs" / "workbench.log").write_text("old\n")
    for name in ("settings.toml", "logs/workbench.log"):
        (isolated / name).chmod(0o644)
    modes: dict[str, int] = {}

    async def scene() -> None:
        folder = data_folder(isolated)
        configure_logging(folder)
        logging.getLogger("workbench").warning("A line.")
        store = await open_store(folder)
        await store.create_chat(Chat("", "Secret"))
        modes.update({path.name: path.stat().st_mode & 0o077 for path in folder.rglob("*")})
        await store.close()

    old = os.umask(0o022)
    try:
        run(scene())
    finally:
        os.umask(old)
        logs._begin()
    assert {"workbench.db", "workbench.db-wal", "workbench.db-shm", "settings.toml", "workbench.log"} <= set(modes)
    assert not {name: oct(mode) for name, mode in modes.items() if mode and name != "x"}
