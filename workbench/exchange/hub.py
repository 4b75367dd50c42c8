"""Export and import behind one door: which format, which files, and that they land whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

from workbench.core.errors import BadInput
from workbench.core.exports import ExportFormat, ExportOptions
from workbench.core.json_types import Json
from workbench.core.ports import BulkStore, ImportReport, Store, Transaction

from .staging import Staging

T = TypeVar("T")
Progress = Callable[[int, int], None]


class WholeStore(Store, BulkStore, Protocol):
    """What export and import need."""


class FileExchange:
    """Implements ``core.ports.Exchange``."""

    def __init__(self, store: WholeStore) -> None:
        self._store = store

    def formats(self) -> Sequence[ExportFormat]:
        from .formats import FORMATS  # not needed to start

        return [format.about for format in FORMATS.values()]

    def staged(self, path: Path) -> Staging:
        return Staging(path)

    async def export(
        self, chat_ids: Sequence[str], format: str, path: Path, *, options: Mapping[str, Json],
        progress: Progress,
    ) -> Sequence[Path]:
        """Writes into a folder beside ``path`` first and moves the files when all are there. Raises
        ``BadInput`` for an unknown format or a place that cannot be written."""
        from .exporting import Exporting
        from .formats import FORMATS

        if format not in FORMATS:
            raise BadInput(f"There is no format {format}. There are: {', '.join(FORMATS)}.")
        if not chat_ids:
            raise BadInput("There is no chat to export.")
        given = {name: bool(value) for name, value in options.items()}
        chosen = ExportOptions(**{"branches": FORMATS[format].about.whole, **given})
        exporting = Exporting(self._store, chat_ids, FORMATS[format], chosen, progress)
        staging = Staging(path)
        async with staging as folder:
            await _worked(asyncio.to_thread(exporting.run, folder, path.name), exporting.stop)
        return staging.moved

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
            return await _worked(asyncio.to_thread(work, bulk), importing.stop)


async def _worked(work: Coroutine[Any, Any, T], stop: Callable[[], None]) -> T:
    """What a worker thread comes to. When this is cancelled the worker is told to stop, and waited for: nothing
    of its files or its transaction may be taken away under it."""
    worker = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(worker)
    except asyncio.CancelledError:
        stop()
        await asyncio.wait([worker])
        if not worker.cancelled():
            worker.exception()  # that it was stopped is known
        raise


def _tell(loop: asyncio.AbstractEventLoop, progress: Progress, done: int, of: int) -> None:
    with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
        loop.call_soon_threadsafe(progress, done, of)
