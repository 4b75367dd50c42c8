"""Staging: files are in their place whole, or not at all."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.conftest import Run
from workbench.core.errors import BadInput
from workbench.files.staging import IMAGES, Staging


def staged(run: Run, path: Path, files: dict[str, str], error: BaseException | None = None) -> Staging:
    """Writes files into the folder of a staging, and ends its block with an error if there is one."""
    staging = Staging(path)

    async def work() -> None:
        async with staging as folder:
            for name, text in files.items():
                await asyncio.to_thread(_write, folder / name, text)
            if error is not None:
                raise error

    run(work())
    return staging


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_file_and_its_images_are_moved_into_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out.md").write_text("old")
    staging = staged(run, tmp_path / "out.md", {"out.md": "new", f"{IMAGES}/a.png": "a"})
    assert (tmp_path / "out.md").read_text() == "new" and names(tmp_path) == ["images/a.png", "out.md"]
    assert list(staging.moved) == [tmp_path / "out.md"], "images come along, and nobody asked for them"


def test_a_folder_takes_up_the_new_files_and_keeps_its_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    staging = staged(run, tmp_path / "out", {"out/a.md": "a", "out/images/x.png": "x"})
    assert names(tmp_path) == ["out/a.md", "out/images/x.png", "out/mine.txt"]
    assert list(staging.moved) == [tmp_path / "out/a.md"]


@pytest.mark.parametrize("error", [ValueError("broken"), asyncio.CancelledError()])
def test_after_an_error_everything_is_as_before(run: Run, tmp_path: Path, error: BaseException) -> None:
    (tmp_path / "out.md").write_text("old")
    with pytest.raises(type(error)):
        staged(run, tmp_path / "out.md", {"out.md": "half"}, error)
    assert (tmp_path / "out.md").read_text() == "old" and names(tmp_path) == ["out.md"]


def test_a_full_disk_is_a_sentence(run: Run, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="could not be written: No space left"):
        staged(run, tmp_path / "out.md", {}, OSError(28, "No space left on device"))


def test_a_place_that_cannot_be_written(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BadInput, match="Choose another place"):
        staged(run, tmp_path / "file" / "out.md", {})


def test_leftovers_of_a_killed_process_go_and_those_of_a_running_one_stay(run: Run, tmp_path: Path) -> None:
    dead, running, other = (tmp_path / f".{name}.part" for name in ("out.md.dead", "out.md.running", "else.md.dead"))
    for folder in (dead, running, other):
        folder.mkdir()
    for folder in (dead, other):
        os.utime(folder, (1, 1))
    staged(run, tmp_path / "out.md", {"out.md": "new"})
    assert not dead.exists() and running.exists() and other.exists()


def test_long_and_odd_names_leave_room_for_the_mark(run: Run, tmp_path: Path) -> None:
    name = "天" * 80 + ".md"
    staged(run, tmp_path / name, {name: "x"})
    staged(run, tmp_path / "[a]*?.md", {"[a]*?.md": "y"})
    assert (tmp_path / name).read_text() == "x" and (tmp_path / "[a]*?.md").read_text() == "y"
