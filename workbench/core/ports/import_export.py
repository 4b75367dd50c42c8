"""The port for exports and imports of chats, with the report of an import."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from workbench.core.json_types import Json
from workbench.core.ports.exports import ExportFormat


class StagedFiles(Protocol):
    """``async with`` gives the folder. ``moved`` are the files in their final place afterwards."""

    moved: Sequence[Path]

    async def __aenter__(self) -> Path: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class ImportExport(Protocol):
    """Export and import."""

    def formats(self) -> Sequence[ExportFormat]:
        """Returns all formats; those that are ``window_only`` are not made by ``export``."""
        ...

    def staged(self, path: Path) -> StagedFiles:
        """Returns a folder whose files are moved beside ``path`` when its block ends well, and deleted otherwise."""
        ...

    async def export(
        self, chat_ids: Sequence[str], format: str, path: Path, *, options: Mapping[str, Json],
        progress: Callable[[int, int], None], note: Callable[[str], None] = lambda sentence: None,
    ) -> Sequence[Path]:
        """Writes files atomically and returns them; cancelling leaves nothing behind. ``options`` are fields of
        ``ExportOptions``. ``note`` is called in the end with each sentence on what the files lack."""
        ...

    def sources(self) -> Sequence[ImportSource]: ...

    async def import_files(
        self, paths: Sequence[Path], *, dry_run: bool, progress: Callable[[int, int], None]
    ) -> ImportReport: ...


@dataclass(frozen=True, slots=True)
class ImportSource:
    """A program that chats can come from, and a sentence on what it ``gives``."""

    name: str
    gives: str


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The counts of an import, done or planned. ``notes`` are sentences on what was not understood; ``unchanged``
    counts chats that an earlier import brought in full, ``skipped`` items that are no chats. ``files`` has a report for
    each file, by its ``name``."""

    format: str
    chats: int = 0
    updated: int = 0
    messages: int = 0
    branches: int = 0
    images: int = 0
    skipped: int = 0
    notes: tuple[str, ...] = ()
    unchanged: int = 0
    name: str = ""
    files: tuple[ImportReport, ...] = ()
