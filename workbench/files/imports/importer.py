"""The importer: reads files and makes the report, in one worker thread."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.core.chat.parts import Blob
from workbench.core.errors import BadInput
from workbench.core.ports.bulk_store import Transaction
from workbench.core.ports.import_export import ImportReport
from workbench.core.ports.store import Store

from .format_sniffer import sniff
from .import_context import ImportContext
from .import_writer import ImportWriter, RunOnLoop
from .readers import READERS, Reader
from .sources import FolderSource, Source, open_source

_REPORTED = 1 << 20
"""Bytes between two reports of progress."""


class Stopped(BadInput):
    """The user stopped the import."""


class Importer:
    """One import. ``stop`` may be called from any thread; the next read then raises."""

    def __init__(self, paths: Sequence[Path], progress: Callable[[int, int], None]) -> None:
        self._paths, self._progress = paths, progress
        self._stopped = threading.Event()
        self._done = self._reported = 0
        self._total = 0

    def stop(self) -> None:
        self._stopped.set()

    def run(self, store: Store, bulk: Transaction, on_loop: RunOnLoop[Any], *, dry: bool) -> ImportReport:
        """Imports the files. Raises ``BadInput`` when one cannot be imported as it is; then none is."""
        def keep(blob: Blob, data: bytes) -> None:
            if not dry:
                bulk.put_blob(blob, data)

        context = ImportContext(keep)
        writer = ImportWriter(store, bulk, on_loop, context, dry=dry)
        files: list[ImportReport] = []
        for path in self._paths:
            for source in _sources(path, self._read):
                with closing(source):
                    files.append(self._import_source(source, context, writer, strict=not path.is_dir()))
        writer.finish()
        formats = ", ".join(dict.fromkeys(file.format for file in files if file.format))
        return _report(formats, writer.counts(), context.notes(), files=tuple(files))

    def _import_source(
        self, source: Source, context: ImportContext, writer: ImportWriter, *, strict: bool
    ) -> ImportReport:
        """Imports all chats of one source. One of no known format is an error, or skipped."""
        before, noted = writer.counts(), context.noted()
        reader = detect(source)
        if reader is not None:
            self._total += sum(source.size(member) for member in source.members
                               if member.endswith((".json", ".jsonl")) or len(source.members) == 1)
            for chat in reader.read(source, context):
                self._check()
                writer.write(reader.app, chat)
        elif strict:
            raise _unknown(source.name)
        else:
            context.skip(f"{source.name} is in no format that can be imported.")
        came = writer.counts()
        came.subtract(before)
        return _report(reader.name if reader else "", came, context.notes(noted), source.name)

    def _read(self, count: int) -> None:
        self._check()
        self._done += count
        if self._done - self._reported >= _REPORTED:
            self._reported = self._done
            self._progress(min(self._done, self._total), self._total)

    def _check(self) -> None:
        if self._stopped.is_set():
            raise Stopped("The import was stopped: nothing was taken.")


def _sources(path: Path, read: Callable[[int], None]) -> Iterator[Source]:
    """Yields the sources of a path: a folder that no format knows as a whole is the files in it."""
    source = open_source(path, read)
    if not isinstance(source, FolderSource):
        yield source
        return
    reader = detect(source)
    names = {PurePosixPath(member).name for member in source.members}
    if reader is not None and (reader.folders or reader.unpacked in names):
        yield source
        return
    files = [path / member for member in source.members if member.endswith((".json", ".jsonl", ".zip"))]
    if not files:
        raise BadInput(f"The folder {path.name} holds no file that could be imported.")
    for file in files:
        yield open_source(file, read)


def detect(source: Source) -> Reader | None:
    """Returns the format of a source, by its content."""
    source_head = sniff(source)
    return next((reader for reader in READERS if reader.claims(source_head)), None)


def _unknown(name: str) -> BadInput:
    known = ", ".join(dict.fromkeys(reader.name for reader in READERS))
    return BadInput(f"{name} is in no format that can be imported. Known are: {known}.")


def _report(
    formats: str, came: Counter[str], notes: tuple[str, ...], name: str = "", files: tuple[ImportReport, ...] = ()
) -> ImportReport:
    return ImportReport(
        formats, came["chats"], came["updated"], came["messages"], came["branches"], came["images"], came["skipped"],
        notes, came["unchanged"], name, files)
