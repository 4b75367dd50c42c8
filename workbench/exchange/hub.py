"""Export and import behind one door: which format, which files, and that they land whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import glob
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from workbench.core.errors import BadInput
from workbench.core.ids import new_id
from workbench.core.json_types import Json
from workbench.core.parts import Audio, Blob, File, Image
from workbench.core.ports import BulkStore, ImportReport, Store, Transaction

from .document import ChatDocument, Options, file_name, load
from .formats import FORMATS, Format
from .formats.markdown import IMAGES, image_name

Progress = Callable[[int, int], None]

_ABANDONED = 3600.0
"""Seconds after which no export is still writing into its folder."""


class WholeStore(Store, BulkStore, Protocol):
    """What export and import need."""


class FileExchange:
    """Implements ``core.ports.Exchange``."""

    def __init__(self, store: WholeStore) -> None:
        self._store = store

    def formats(self) -> Sequence[str]:
        return tuple(FORMATS)

    async def export(
        self, chat_ids: Sequence[str], format: str, path: Path, *, options: Mapping[str, Json],
        progress: Progress,
    ) -> Sequence[Path]:
        """Writes into a folder beside ``path`` first and moves the files when all are there. Raises
        ``BadInput`` for an unknown format or a place that cannot be written."""
        if format not in FORMATS:
            raise BadInput(f"There is no format {format}. There are: {', '.join(FORMATS)}.")
        if not chat_ids:
            raise BadInput("There is no chat to export.")
        given = {name: bool(value) for name, value in options.items()}
        chosen = Options(**{"branches": FORMATS[format].whole, **given})
        staging = path.parent / f".{path.name}.{new_id()}.part"
        try:
            await asyncio.to_thread(_clear_leftovers, path)
            staging.mkdir(parents=True)
            await self._write(chat_ids, FORMATS[format], path, chosen, progress, staging)
            return await asyncio.to_thread(_move_in, staging, path)
        except OSError as error:
            raise BadInput(f"{path} could not be written: {error.strerror or error}. Choose another place.") from None
        finally:
            with contextlib.suppress(OSError):
                shutil.rmtree(staging, ignore_errors=True)

    async def _write(
        self, chat_ids: Sequence[str], format: Format, path: Path, options: Options, progress: Progress,
        staging: Path,
    ) -> None:
        if format.together or len(chat_ids) == 1:
            await self._one_file(chat_ids, format, staging / path.name, options, progress)
            return
        used: set[str] = set()
        folder = staging / path.name
        folder.mkdir()
        for done, chat_id in enumerate(chat_ids):
            progress(done, len(chat_ids))
            document = await load(self._store, chat_id, options)
            name = _unused(file_name(document.chat.title, chat_id), used) + format.suffix
            await asyncio.to_thread(_write_file, folder / name, format, format.render([document], options))
            await asyncio.to_thread(_write_images, folder, document, format, options)
        progress(len(chat_ids), len(chat_ids))

    async def _one_file(
        self, chat_ids: Sequence[str], format: Format, path: Path, options: Options, progress: Progress
    ) -> None:
        """The format asks for chats one by one from a worker thread; each is loaded on the event loop."""
        loop = asyncio.get_running_loop()

        def documents() -> Iterator[ChatDocument]:
            for done, chat_id in enumerate(chat_ids):
                loop.call_soon_threadsafe(progress, done, len(chat_ids))
                future = asyncio.run_coroutine_threadsafe(load(self._store, chat_id, options), loop)
                document = future.result()
                _write_images(path.parent, document, format, options)
                yield document

        await asyncio.to_thread(_write_file, path, format, format.render(documents(), options))
        progress(len(chat_ids), len(chat_ids))

    async def import_files(
        self, paths: Sequence[Path], *, dry_run: bool, progress: Progress
    ) -> ImportReport:
        """See ``core.ports``. All files land together or none; a dry run looks for what is here and writes
        nothing. ``progress`` is in bytes read."""
        from .imports.importing import Importing

        loop = asyncio.get_running_loop()
        importing = Importing(paths, lambda done, of: _tell(loop, progress, done, of))

        def work(bulk: Transaction) -> ImportReport:
            return importing.run(
                self._store, bulk, lambda asked: asyncio.run_coroutine_threadsafe(asked, loop).result(), dry=dry_run)

        async with self._store.transaction() as bulk:
            worker = asyncio.ensure_future(asyncio.to_thread(work, bulk))
            try:
                return await asyncio.shield(worker)
            except asyncio.CancelledError:
                importing.stop()
                await asyncio.wait([worker])
                worker.exception()  # that it was stopped is known
                raise


def _tell(loop: asyncio.AbstractEventLoop, progress: Progress, done: int, of: int) -> None:
    with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
        loop.call_soon_threadsafe(progress, done, of)


def _write_file(path: Path, format: Format, pieces: Iterable[str]) -> None:
    with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if format.finish is not None:
        format.finish(path)


def _write_images(folder: Path, document: ChatDocument, format: Format, options: Options) -> None:
    if format is not FORMATS["md"] or options.images_inside:
        return
    for node in document.nodes:
        for part in node.message.parts:
            blob: Blob | None = part.blob if isinstance(part, Image | File | Audio) else None
            if isinstance(part, Image) and blob is not None and blob.sha256 in document.blobs:
                (folder / IMAGES).mkdir(exist_ok=True)
                (folder / IMAGES / image_name(blob)).write_bytes(document.blobs[blob.sha256])


def _clear_leftovers(path: Path) -> None:
    """Takes away what an export to this place left behind when its process was killed."""
    for folder in path.parent.glob(f".{glob.escape(path.name)}.*.part"):
        if time.time() - folder.stat().st_mtime > _ABANDONED:
            shutil.rmtree(folder, ignore_errors=True)


def _unused(name: str, used: set[str]) -> str:
    candidate, number = name, 2
    while candidate.lower() in used:
        candidate, number = f"{name} {number}", number + 1
    used.add(candidate.lower())
    return candidate


def _move_in(staging: Path, path: Path) -> list[Path]:
    """Moves what is in ``staging`` beside ``path``: a file replaces, a folder takes up."""
    moved: list[Path] = []
    for item in sorted(staging.iterdir()):
        target = path.parent / item.name
        if item.is_file():
            item.replace(target)
            moved.append(target)
            continue
        target.mkdir(exist_ok=True)
        for file in sorted(item.rglob("*")):
            place = target / file.relative_to(item)
            if file.is_dir():
                place.mkdir(exist_ok=True)
            else:
                file.replace(place)
                if item.name != IMAGES and place.parent == target:
                    moved.append(place)
    return moved
