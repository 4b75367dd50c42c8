"""Chats on their way out into files, and in from files of other programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import WorkbenchError
from workbench.core.services import Services


class Moving(QObject):
    """One export or import at a time; both can be stopped and leave nothing half done."""

    progressed = Signal(str, int, int)  # what is done, how far, of how much (0: not known)
    exported = Signal(list)  # the Paths written
    planned = Signal(list, object)  # Paths, the ImportReport of what would come
    imported = Signal(object)  # the ImportReport of what came
    failed = Signal(str)  # a sentence
    ended = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._exchange, self._tasks = services.exchange, services.tasks

    def formats(self) -> Sequence[str]:
        return self._exchange.formats()

    def export(self, chat_ids: Sequence[str], format: str, path: Path) -> None:
        self._tasks.start("move chats", self._export(list(chat_ids), format, path))

    def plan_import(self, paths: Sequence[Path]) -> None:
        """Reads files without changing anything."""
        self._tasks.start("move chats", self._import(list(paths), dry_run=True))

    def import_files(self, paths: Sequence[Path]) -> None:
        self._tasks.start("move chats", self._import(list(paths), dry_run=False))

    def stop(self) -> None:
        self._tasks.cancel("move chats")

    async def _export(self, chat_ids: list[str], format: str, path: Path) -> None:
        try:
            written = await self._exchange.export(
                chat_ids, format, path, options={}, progress=self._progress("Exporting")
            )
            self.exported.emit(list(written))
        except (WorkbenchError, OSError) as error:
            self.failed.emit(f"The export did not work: {error}")
        finally:
            self.ended.emit()

    async def _import(self, paths: list[Path], *, dry_run: bool) -> None:
        try:
            progress = self._progress("Reading" if dry_run else "Importing")
            report = await self._exchange.import_files(paths, dry_run=dry_run, progress=progress)
            if dry_run:
                self.planned.emit(paths, report)
            else:
                self.imported.emit(report)
        except (WorkbenchError, OSError) as error:
            self.failed.emit(f"Nothing was imported: {error}")
        finally:
            self.ended.emit()

    def _progress(self, what: str):
        return lambda done, of: self.progressed.emit(what, done, of)
