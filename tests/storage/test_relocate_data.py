"""The data folder to another place, on, and back home."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.errors import BadInput, StoreError
from workbench.storage.lock import FileLock
from workbench.storage.paths import data_folder, platform_base
from workbench.storage.relocate_data import check_movable, check_move, move_data
from workbench.storage.store import open_store


@pytest.fixture
def home(run: Run, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The platform's data folder, with one chat in it."""
    monkeypatch.delenv("WORKBENCH_DATA_DIR")
    add(run, data_folder(), "First")
    return data_folder()


def add(run: Run, folder: Path, title: str) -> None:
    async def work() -> None:
        store = await open_store(folder)
        await store.create_chat(Chat("", title))
        await store.close()

    run(work())


def titles(run: Run, folder: Path) -> list[str]:
    async def work() -> list[str]:
        store = await open_store(folder)
        found = [chat.title for chat in await store.chats(ChatQuery())]
        await store.close()
        return sorted(found)

    return run(work())


def test_it_moves_on_and_comes_home_with_what_was_written_since(run: Run, home: Path, tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    move_data(home, one)
    add(run, data_folder(), "Second")
    move_data(one, two)
    assert data_folder() == two and titles(run, two) == ["First", "Second"]
    move_data(two, home)
    assert data_folder() == home == platform_base() and titles(run, home) == ["First", "Second"]
    (aside,) = home.glob("before-moving-back-*")
    assert titles(run, aside) == ["First"]


def test_a_folder_in_use_stays_where_it_is(run: Run, home: Path, tmp_path: Path) -> None:
    lock = FileLock(home / "locks" / "other.lock")
    lock.acquire()
    with pytest.raises(BadInput, match="Another window or command"):
        move_data(home, tmp_path / "new")
    lock.release(remove=True)
    assert not (tmp_path / "new").exists() and data_folder() == home


def test_a_failed_move_leaves_nothing_and_changes_nothing(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "notes.txt").write_text("Mine")

    def fail(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.storage.relocate_data.copy_database", fail)
    with pytest.raises(StoreError, match="disk is full"):
        move_data(home, tmp_path / "new")
    assert list((tmp_path / "new").iterdir()) == []
    assert data_folder() == home and titles(run, home) == ["First"]


def test_a_failed_way_back_leaves_home_as_it_was(
    run: Run, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    move_data(home, tmp_path / "new")
    before = sorted(path.name for path in home.iterdir())

    def fail(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workbench.storage.relocate_data.copy_database", fail)
    with pytest.raises(StoreError):
        move_data(tmp_path / "new", home)
    assert sorted(path.name for path in home.iterdir()) == before
    assert data_folder() == tmp_path / "new"


def test_too_little_room_is_noticed_before(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 10})())
    with pytest.raises(StoreError, match="too little room"):
        move_data(home, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_was_named_is_not_moved(run: Run, home: Path, tmp_path: Path,
                                              monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInput, match="--data-dir"):
        check_movable(tmp_path / "named")
    monkeypatch.setenv("WORKBENCH_DATA_DIR", str(tmp_path / "named"))
    with pytest.raises(BadInput, match="WORKBENCH_DATA_DIR"):
        check_movable(tmp_path / "named")
    check_movable_at_home(home, monkeypatch)


def check_movable_at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_DATA_DIR")
    check_movable(home)


def test_the_data_move_into_no_cloud(home: Path, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="lies in Dropbox"):
        check_move(home, tmp_path / "Dropbox" / "chats")
    assert not (tmp_path / "Dropbox").exists()
