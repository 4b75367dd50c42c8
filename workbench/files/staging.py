"""Staging of files: they are written into a folder beside their place, and moved when all are there."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from workbench.core.errors import BadInput
from workbench.core.file_replacement import clear_leftovers, partial_path, replace_file

IMAGES = "images"
"""The folder beside a file that its images are in: written along, but not one of the files asked for."""


class Staging:
    """``async with Staging(path) as folder``: files written into ``folder`` are beside ``path`` afterwards, or deleted
    when the block ends with an error or is cancelled. ``moved`` are the files then. Raises ``BadInput`` for a place
    that cannot be written."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = partial_path(path)
        self.moved: Sequence[Path] = ()

    async def __aenter__(self) -> Path:
        try:
            await asyncio.to_thread(clear_leftovers, self._path)
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
