"""Staging of files: they are written into a folder beside their place, and moved when all are there."""

from __future__ import annotations

import asyncio
import contextlib
import glob
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from workbench.core.errors import BadInput
from workbench.core.file_replacement import replace_file
from workbench.core.ids import new_id
from workbench.core.text.file_names import shortened

IMAGES = "images"
"""The folder beside a file that its images are in: written along, but not one of the files asked for."""

_ABANDONED = 3600.0
"""Seconds after which no export is still writing into its folder."""


class Staging:
    """``async with Staging(path) as folder``: files written into ``folder`` are beside ``path`` afterwards, or deleted
    when the block ends with an error or is cancelled. ``moved`` are the files then. Raises ``BadInput`` for a place
    that cannot be written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = path.parent / f".{_mark(path)}.{new_id()}.part"
        self.moved: Sequence[Path] = ()

    async def __aenter__(self) -> Path:
        try:
            await asyncio.to_thread(_clear_leftovers, self._path)
            self._folder.mkdir(parents=True)
        except OSError as error:
            raise self._unwritable(error) from None
        return self._folder

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                self.moved = await asyncio.to_thread(_move_in, self._folder, self._path)
        except OSError as problem:
            raise self._unwritable(problem) from None
        finally:
            with contextlib.suppress(OSError):
                shutil.rmtree(self._folder, ignore_errors=True)
        if isinstance(error, OSError):
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> BadInput:
        return BadInput(f"{self._path} could not be written: {error.strerror or error}. Choose another place.")


def _mark(path: Path) -> str:
    """Returns the name, cut to leave room for more."""
    return shortened(path.name, 120)


def _clear_leftovers(path: Path) -> None:
    """Deletes what an export to this place left behind when its process was killed."""
    for folder in path.parent.glob(f".{glob.escape(_mark(path))}.*.part"):
        if time.time() - folder.stat().st_mtime > _ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


def _move_in(staging: Path, path: Path) -> list[Path]:
    """Moves everything in ``staging`` beside ``path``: a file replaces one, a folder is merged into one."""
    moved: list[Path] = []
    for item in sorted(staging.iterdir()):
        target = path.parent / item.name
        if item.is_file():
            replace_file(item, target)
            moved.append(target)
            continue
        target.mkdir(exist_ok=True)
        for file in sorted(item.rglob("*")):
            place = target / file.relative_to(item)
            if file.is_dir():
                place.mkdir(exist_ok=True)
            else:
                replace_file(file, place)
                if item.name != IMAGES and place.parent == target:
                    moved.append(place)
    return moved
