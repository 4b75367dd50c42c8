"""An import from its files to its report, in one worker thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from workbench.core.errors import BadInput
from workbench.core.parts import Blob
from workbench.core.ports import ImportReport, Store, Transaction

from .head import look_at
from .intake import Intake
from .landing import Ask, Landing
from .readers import READERS, Reader
from .sources import FolderSource, Source, open_source

_REPORTED = 1 << 20
"""Bytes between two reports of progress."""


class Stopped(BadInput):
    """The user stopped the import."""


class Importing:
    """One import. ``stop`` may be called from any thread; the next piece that is read then raises."""

    def __init__(self, paths: Sequence[Path], progress: Callable[[int, int], None]) -> None:
        self._paths, self._progress = paths, progress
        self._stopped = threading.Event()
        self._done = self._told = 0
        self._total = 0

    def stop(self) -> None:
        self._stopped.set()

    def run(self, store: Store, bulk: Transaction, ask: Ask[Any], *, dry: bool) -> ImportReport:
        """Raises ``BadInput`` when a file cannot be taken as it is; then nothing of all of them is."""
        def keep(blob: Blob, data: bytes) -> None:
            if not dry:
                bulk.put_blob(blob, data)

        intake = Intake(keep)
        landing = Landing(store, bulk, ask, intake, dry=dry)
        names: dict[str, None] = {}
        for path in self._paths:
            for source in _sources(path, self._read):
                with closing(source):
                    reader = detect(source)
                    if reader is None:
                        if path.is_dir():
                            intake.skip(f"{source.name} is in no format that can be imported.")
                            continue
                        raise _unknown(source.name)
                    self._total += sum(source.size(member) for member in source.members
                                       if member.endswith((".json", ".jsonl")) or len(source.members) == 1)
                    names[reader.name] = None
                    for chat in reader.read(source, intake):
                        self._check()
                        landing.land(reader.app, chat)
        landing.finish()
        return ImportReport(
            ", ".join(names), landing.chats, landing.updated, landing.messages, landing.branches, landing.images,
            intake.skipped, intake.notes(), landing.unchanged,
        )

    def _read(self, count: int) -> None:
        self._check()
        self._done += count
        if self._done - self._told >= _REPORTED:
            self._told = self._done
            self._progress(min(self._done, self._total), self._total)

    def _check(self) -> None:
        if self._stopped.is_set():
            raise Stopped("The import was stopped: nothing was taken.")


def _sources(path: Path, read: Callable[[int], None]) -> Iterator[Source]:
    """A folder that no format knows as a whole is the files in it."""
    source = open_source(path, read)
    if not isinstance(source, FolderSource):
        yield source
        return
    reader = detect(source)
    if reader is not None and reader.folders:
        yield source
        return
    files = [path / member for member in source.members if member.endswith((".json", ".jsonl", ".zip"))]
    if not files:
        raise BadInput(f"The folder {path.name} holds no file that could be imported.")
    for file in files:
        yield open_source(file, read)


def detect(source: Source) -> Reader | None:
    """The format of a source, by what is in it."""
    head = look_at(source)
    return next((reader for reader in READERS if reader.claims(head)), None)


def _unknown(name: str) -> BadInput:
    known = ", ".join(dict.fromkeys(reader.name for reader in READERS))
    return BadInput(f"{name} is in no format that can be imported. Known are: {known}.")
