"""The import and export service: chooses the format, and moves files and chats into place whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from workbench.core.errors import BadInput
from workbench.core.json_types import Json
from workbench.core.threads import in_thread

if TYPE_CHECKING:
    from workbench.core.ports.bulk_store import BulkStore, Transaction
    from workbench.core.ports.exports import ExportFormat
    from workbench.core.ports.import_export import ImportReport, ImportSource
    from workbench.core.ports.store import Store

    from .staging import Staging

    class WholeStore(Store, BulkStore, Protocol):
        """The store as exports and imports need it."""


Progress = Callable[[int, int], None]
Note = Callable[[str], None]


class ImportExportService:
    """The port ``core.ports.import_export``."""

    def __init__(self, store: WholeStore) -> None:
        self._store = store

    def formats(self) -> Sequence[ExportFormat]:
        from .exports.formats import ALL_FORMATS  # not needed to start

        return ALL_FORMATS

    def staged(self, path: Path) -> Staging:
        from .staging import Staging  # nor is this

        return Staging(path)

    async def export(
        self, chat_ids: Sequence[str], format: str, path: Path, *, options: Mapping[str, Json],
        progress: Progress, note: Note = lambda sentence: None,
    ) -> Sequence[Path]:
        """Writes into a folder beside ``path`` first and moves the files when all are there. Raises ``BadInput`` for an
        unknown format or a place that cannot be written."""
        from workbench.core.ports.exports import ExportOptions
        from workbench.files.exports.exporter import Exporter

        from .exports.formats import format_of

        form = format_of(format)
        if not chat_ids:
            raise BadInput("There is no chat to export.")
        given = {name: bool(value) for name, value in options.items()}
        chosen = ExportOptions(**{"branches": form.about.whole, **given})
        exporting = Exporter(self._store, chat_ids, form, chosen, progress)
        staging = self.staged(path)
        async with staging as folder:
            await in_thread(lambda: exporting.run(folder, path.name), exporting.stop)
        for sentence in exporting.notes:
            note(sentence)
        return staging.moved

    def sources(self) -> Sequence[ImportSource]:
        from workbench.core.ports.import_export import ImportSource
        from workbench.files.imports.readers import READERS

        return [ImportSource(reader.name, reader.gives) for reader in READERS if reader.gives]

    async def import_files(
        self, paths: Sequence[Path], *, dry_run: bool, progress: Progress
    ) -> ImportReport:
        """Imports all files or none; a dry run only looks for what is here. ``progress`` is in bytes read. Raises
        ``BadInput``."""
        from workbench.files.imports.importer import Importer

        loop = asyncio.get_running_loop()
        importing = Importer(paths, lambda done, of: _report(loop, progress, done, of))

        def work(bulk: Transaction) -> ImportReport:
            return importing.run(
                self._store, bulk, lambda asked: asyncio.run_coroutine_threadsafe(asked, loop).result(), dry=dry_run)

        async with self._store.transaction() as bulk:
            return await in_thread(lambda: work(bulk), importing.stop)


def _report(loop: asyncio.AbstractEventLoop, progress: Progress, done: int, of: int) -> None:
    with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
        loop.call_soon_threadsafe(progress, done, of)
