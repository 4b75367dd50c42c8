"""The importer: reads files and makes the report, in one worker thread."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from workbench.core.chat.parts import Blob
from workbench.core.errors import BadInput
from workbench.core.ports.bulk_store import BulkStore, Transaction
from workbench.core.ports.import_export import ImportReport
from workbench.core.ports.store import Store

from .entries import entries
from .format_sniffer import SourceHead, sniff
from .formats import EntryFormat
from .import_context import ImportContext
from .import_writer import ImportWriter, RunOnLoop
from .mends import note_damaged_items, note_litter, note_marks
from .readers import READERS, Reader
from .refusals import refusal, side_file
from .sources import FolderSource, Selection, Source, open_source
from .values import ForeignChat

_REPORTED = 1 << 20
"""Bytes between two reports of progress."""
_DOCUMENTS = ("", ".json", ".jsonl", ".ndjson", ".md", ".csv", ".html", ".zip", ".db", ".sqlite", ".sqlite3")
"""Endings of the files in a folder or an archive that are looked at."""


class ImportStore(Store, BulkStore, Protocol):
    """The store as imports need it."""


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

    def run(self, store: ImportStore, bulk: Transaction, on_loop: RunOnLoop[Any], *, dry: bool) -> ImportReport:
        """Imports the files. Raises ``BadInput`` when one cannot be imported as it is, or when nothing comes of them;
        then none is."""
        def keep(blob: Blob, data: bytes) -> None:
            if not dry:
                bulk.put_blob(blob, data)

        context = ImportContext(keep, store.stored_chats)
        writer = ImportWriter(store, bulk, on_loop, context, dry=dry)
        files: list[ImportReport] = []
        for path in self._paths:
            with closing(open_source(path, self._read)) as source:
                found = list(self._import_source(source, context, writer))
            if not found:
                raise BadInput(f"The folder {path.name} holds no file that could be imported.")
            files += found
        writer.finish()
        formats = ", ".join(dict.fromkeys(file.format for file in files if file.format))
        report = _report(formats, writer.counts(), context.notes(), files=tuple(files))
        if not (report.chats or report.updated or report.unchanged):
            raise _nothing(report)
        return report

    def _import_source(self, source: Source, context: ImportContext, writer: ImportWriter) -> Iterator[ImportReport]:
        """Imports all chats of a source, format by format. A file of no known format is an error; one of many is
        skipped."""
        note_litter(source, context)
        if len(source.members) == 1 and not isinstance(source, FolderSource):
            head = sniff(source)
            reader = reader_of(head)
            if reader is None:
                raise refusal(head, source.name, READERS)
            yield self._read_all(reader, source, context, writer)
            return
        head = sniff(source)
        reader = reader_of(head)
        if reader is not None and reader.whole:
            yield self._read_all(reader, source, context, writer)
            return
        noted, skipped = context.noted(), context.skipped
        found = self._documents(source, context)
        for reader, members in found.items():
            yield self._read_all(reader, Selection(source, members), context, writer)
        if context.skipped > skipped and not found:
            yield _report("", Counter(skipped=context.skipped - skipped), context.notes(noted), source.name)
        if isinstance(source, FolderSource):
            for member in source.members:
                if PurePosixPath(member).suffix in (".zip", ".db", ".sqlite", ".sqlite3"):
                    with closing(open_source(source.path / member, self._read)) as inner:
                        yield from self._import_source(inner, context, writer)

    def _documents(self, source: Source, context: ImportContext) -> dict[Reader, list[str]]:
        """Returns the members of a folder or an archive by their formats, with a note on those of none."""
        found: dict[Reader, list[str]] = {}
        for member in source.members:
            path = PurePosixPath(member)
            if path.suffix.lower() not in _DOCUMENTS or side_file(path) or not source.size(member):
                continue
            if path.suffix in (".zip", ".db", ".sqlite", ".sqlite3"):
                if not isinstance(source, FolderSource):
                    context.skip(f"{path.name} lies in an archive. Unpack it, and import it by itself.")
                continue
            head = sniff(source, member)
            reader = reader_of(head)
            if reader is not None:
                found.setdefault(reader, []).append(member)
            elif path.suffix in (".json", ".jsonl", ".ndjson"):
                context.skip(str(refusal(head, path.name, ())))
        return found

    def _read_all(self, reader: Reader, source: Source, context: ImportContext, writer: ImportWriter) -> ImportReport:
        before, noted = writer.counts(), context.noted()
        self._total += sum(source.size(member) for member in source.chosen)
        writer.begin(reader.name, source.path)
        note_marks(source, context)
        for app, chat in _chats(reader, source, context):
            self._check()
            writer.write(app, chat)
        writer.end()
        came = writer.counts()
        came.subtract(before)
        return _report(reader.name, came, context.notes(noted), source.name)

    def _read(self, count: int) -> None:
        self._check()
        self._done += count
        if self._done - self._reported >= _REPORTED:
            self._reported = self._done
            self._progress(min(self._done, self._total), self._total)

    def _check(self) -> None:
        if self._stopped.is_set():
            raise Stopped("The import was stopped: nothing was taken.")


def reader_of(head: SourceHead) -> Reader | None:
    """Returns the format of a document, by its content."""
    return next((reader for reader in READERS if reader.format.claims(head)), None)


def _chats(reader: Reader, source: Source, context: ImportContext) -> Iterator[tuple[str, ForeignChat]]:
    """Yields the chats of a source with the names of their programs: an entry that is not of the format may be of
    another."""
    if not isinstance(reader.format, EntryFormat):
        for chat in reader.format.read(source, context):
            yield reader.app, chat
        return
    others = [(other.app, other.format) for other in READERS if isinstance(other.format, EntryFormat)]
    for entry in entries(source, *reader.format.within):
        for app, format in ((reader.app, reader.format), *others):
            if format.fits(entry.data):
                note_damaged_items(entry.data, context)
                yield app, format.chat(entry, context)
                break
        else:
            context.skip("An entry without messages was not imported.")
    if reader.format.beside is not None and len(source.members) > 1:
        for chat in reader.format.beside(source, context):
            yield reader.app, chat


def _nothing(report: ImportReport) -> BadInput:
    """Returns the error for files of known formats of which no chat comes."""
    names = ", ".join(dict.fromkeys(file.name for file in report.files))
    looks = f"{names} looks like {report.format}, but no chat could be taken from it" if report.format else (
        f"{names} holds no chat in a format that can be imported")
    found = " ".join(report.notes[:5])
    return BadInput(f"{looks}: nothing was imported. {found}".strip())


def _report(
    formats: str, came: Counter[str], notes: tuple[str, ...], name: str = "", files: tuple[ImportReport, ...] = ()
) -> ImportReport:
    return ImportReport(
        formats, came["chats"], came["updated"], came["messages"], came["branches"], came["images"], came["skipped"],
        notes, came["unchanged"], name, files)
