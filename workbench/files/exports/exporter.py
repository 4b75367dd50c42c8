"""The exporter: writes chats to files, in one worker thread."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Self

from workbench.core.chat.messages import MessageNode
from workbench.core.errors import BadInput
from workbench.core.ports.exports import ExportOptions
from workbench.core.ports.store import Store
from workbench.core.text.file_names import file_name, unused
from workbench.core.text.sinks import for_file

from .document import ChatDocument, load
from .formats import Format

Progress = Callable[[int, int], None]
_REPORTED = 20
"""Messages between two reports of progress."""


class Stopped(BadInput):
    """The user stopped the export."""


class ReportingNodes(tuple[MessageNode, ...]):
    """Messages that report now and then how many of them have been read."""

    def __new__(cls, nodes: Sequence[MessageNode], report: Callable[[int], None]) -> Self:
        made = super().__new__(cls, nodes)
        made.report = report
        return made

    report: Callable[[int], None]

    def __iter__(self) -> Iterator[MessageNode]:
        for number, node in enumerate(super().__iter__()):
            if number % _REPORTED == 0:
                self.report(number)
            yield node


class Exporter:
    """One export. ``stop`` may be called from any thread; the next request for a chat then raises. ``notes`` are
    sentences on what the files lack."""

    def __init__(
        self, store: Store, chat_ids: Sequence[str], format: Format, options: ExportOptions, progress: Progress
    ) -> None:
        self._store, self._chat_ids, self._format, self._options = store, chat_ids, format, options
        self._writer = format.load()
        self._progress = progress
        self._loop = asyncio.get_running_loop()
        self._stopped = threading.Event()
        self.notes: list[str] = []

    def stop(self) -> None:
        self._stopped.set()

    def run(self, staging: Path, name: str) -> None:
        """Writes the file ``name``, or the folder of files, into ``staging``."""
        documents = self._documents()
        if self._format.about.together or len(self._chat_ids) == 1:
            self._write(staging / name, self._with_images(staging, documents))
        else:
            folder = staging / name
            folder.mkdir()
            used: set[str] = set()
            for document in self._with_images(folder, documents):
                title = unused(file_name(document.chat.title, file_name(document.chat.id, "chat")), used)
                self._write(folder / f"{title}.{self._format.about.ending}", [document])
        self._report(len(self._chat_ids))

    def _documents(self) -> Iterator[ChatDocument]:
        """Yields the chats one by one: each is loaded on the event loop and released before the next."""
        for done, chat_id in enumerate(self._chat_ids):
            self._check()
            self._report(done)
            loading = asyncio.run_coroutine_threadsafe(load(self._store, chat_id, self._options), self._loop)
            document = loading.result()
            yield replace(document, nodes=self._reporting(document)) if len(self._chat_ids) == 1 else document

    def _reporting(self, document: ChatDocument) -> ReportingNodes:
        """Returns the messages of a single chat so that they report how many of them are written."""
        return ReportingNodes(document.nodes, lambda done: self._report(done, len(document.nodes)))

    def _with_images(self, folder: Path, documents: Iterable[ChatDocument]) -> Iterator[ChatDocument]:
        for document in documents:
            if self._writer.write_images is not None and not self._options.images_inside:
                self._writer.write_images(folder, document)
            yield document

    def _write(self, path: Path, documents: Iterable[ChatDocument]) -> None:
        with path.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
            for piece in self._writer.render(documents, self._options):
                file.write(for_file(piece) if self._writer.for_reading else piece)
                self._check()
            file.flush()
            os.fsync(file.fileno())
        if self._writer.finish is not None:
            self.notes += (note for note in self._writer.finish(path, self._check) if note not in self.notes)

    def _check(self) -> None:
        if self._stopped.is_set():
            raise Stopped("The export was stopped: nothing was written.")

    def _report(self, done: int, of: int | None = None) -> None:
        """Reports progress; ``of`` counts chats unless given."""
        with contextlib.suppress(RuntimeError):  # the loop ended meanwhile
            self._loop.call_soon_threadsafe(self._progress, done, len(self._chat_ids) if of is None else of)

