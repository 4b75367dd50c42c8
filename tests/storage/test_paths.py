"""The data folder, and moving it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.chat.chats import Chat, ChatQuery
from workbench.core.errors import BadInput
from workbench.storage import paths
from workbench.storage.paths import data_folder, unsafe_place
from workbench.storage.relocate_data import move_data
from workbench.storage.settings_file import open_settings
from workbench.storage.store import open_store


def test_the_first_place_that_is_named_counts(isolated: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_folder(tmp_path / "mine") == tmp_path / "mine"
    assert data_folder() == isolated
    assert isolated.stat().st_mode & 0o777 == 0o700
    monkeypatch.delenv("WORKBENCH_DATA_DIR")
    assert data_folder().is_relative_to(tmp_path / "home") and data_folder().name == "chat-workbench"


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(BadInput, match="--data-dir"):
        data_folder(tmp_path / "file" / "below")


def test_a_moved_folder_is_followed_and_missed(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORKBENCH_DATA_DIR")
    old, target = data_folder(), tmp_path / "disk" / "chats"

    async def fill() -> None:
        store = await open_store(old)
        await store.create_chat(Chat("", "Moved"))
        await store.backup(old / "backups" / "daily-2026-01-01.db")
        await store.close()
        open_settings(old).change(theme="dark")

    async def look() -> None:
        store = await open_store(data_folder())
        assert [chat.title for chat in await store.chats(ChatQuery())] == ["Moved"]
        await store.close()

    run(fill())
    with pytest.raises(BadInput, match="empty"):
        move_data(old, old / "below")
    with pytest.raises(BadInput, match="empty"):
        move_data(old, tmp_path)
    move_data(old, target)
    assert data_folder() == target and (old / "workbench.db").exists()
    assert open_settings(target).value.theme == "dark" and (target / "backups/daily-2026-01-01.db").exists()
    run(look())
    target.rename(tmp_path / "unplugged")
    with pytest.raises(BadInput, match="connect its disk"):
        data_folder()
    (old / "moved-to.txt").unlink()
    run(look())


@pytest.mark.parametrize("place", [
    "/home/me/Dropbox/chats", "/Users/me/Library/Mobile Documents/x", "/home/me/OneDrive - Firm/x", "/x/Nextcloud",
    "//server/share/x", "\\\\server\\share\\x",
])
def test_a_place_where_a_database_is_not_safe(place: str) -> None:
    assert unsafe_place(Path(place)).startswith(place) and "choose a" in unsafe_place(Path(place))


@pytest.mark.parametrize("place", ["/home/me/chats", "/home/me/my dropbox notes", "/srv/data"])
def test_other_places_are_safe(place: str) -> None:
    assert unsafe_place(Path(place)) == ""


@pytest.mark.skipif(not Path("/proc/self/mounts").exists(), reason="Linux tells what is mounted")
def test_the_file_system_of_a_folder_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = Path("/proc/self")
    assert unsafe_place(folder) == ""
    monkeypatch.setattr(paths, "_NETWORK", ("proc",))  # no test can mount a share
    assert "lies in the network" in unsafe_place(folder)
