"""Locks that processes hold on files."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from tests.faults.disks import no_file_longer_than
from workbench.storage.lock import FileLock, Turns, living_holders, window_lock


def test_one_window_holds_the_folder_until_it_ends(folder: Path) -> None:
    first, second = window_lock(folder), FileLock(window_lock(folder).path)
    assert second.holder() is None
    assert first.acquire() and first.acquire()
    assert not second.acquire() and second.holder() == os.getpid()
    first.release()
    assert second.holder() is None and second.acquire()
    second.release(remove=True)
    assert not second.path.exists()


def test_a_full_disk_keeps_nobody_from_a_lock(folder: Path) -> None:
    lock, other = FileLock(folder / "a.lock"), FileLock(folder / "a.lock")
    with no_file_longer_than(0):
        assert lock.acquire() and not other.acquire()
    assert other.holder() is None
    lock.release()
    assert other.acquire()
    other.release()


def test_locks_of_the_dead_are_taken_away(folder: Path) -> None:
    living = FileLock(folder / "living.lock")
    assert living.acquire()
    (folder / "dead.lock").write_text("1", "ascii")
    assert living_holders(folder) == {"living"}
    assert not (folder / "dead.lock").exists()
    living.release()
    assert living_holders(folder) == set() and not (folder / "living.lock").exists()


@pytest.mark.parametrize("content", [b"", b"not a number", b"\xff\xfe"])
def test_a_holder_that_cannot_be_read_is_not_known(folder: Path, content: bytes) -> None:
    lock = FileLock(folder / "a.lock")
    assert lock.acquire()
    lock.path.write_bytes(content)
    other = FileLock(lock.path)
    assert other.held_by_other() and other.holder() is None
    lock.release()


def test_a_turn_waits_for_the_one_before_it(folder: Path) -> None:
    first, second = Turns(folder / "turns.lock", 30), Turns(folder / "turns.lock", 30)
    seen: list[str] = []

    def wait() -> None:
        with second.turn():
            seen.append("second")

    with first.turn():
        waiting = threading.Thread(target=wait)
        waiting.start()
        seen.append("first")
    waiting.join()
    assert seen == ["first", "second"]
    first.close()
    second.close()


def test_a_turn_that_does_not_come_is_given_up(folder: Path) -> None:
    first, second = Turns(folder / "turns.lock", 30), Turns(folder / "turns.lock", 0)
    with first.turn(), pytest.raises(TimeoutError), second.turn():
        pytest.fail("two turns at once")
    with second.turn():
        pass
    first.close()
    second.close()


def test_files_that_others_look_at_stay_for_the_next(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows refuses to delete what another process has open, and to open what is being deleted."""
    (folder / "dead.lock").touch()
    (folder / "going.lock").touch()

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    opened = os.open

    def open_but_one(path: Path, *flags: int) -> int:
        return refuse() or -1 if Path(path).name == "going.lock" else opened(path, *flags)

    monkeypatch.setattr(Path, "unlink", refuse)
    monkeypatch.setattr(os, "open", open_but_one)
    assert living_holders(folder) == {"going"} and (folder / "dead.lock").exists()
    monkeypatch.undo()
    assert living_holders(folder) == set() and not (folder / "dead.lock").exists()
