"""Chats on their way out into files, and in from files of other programs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QObject, Signal, SignalInstance

from workbench.core.chat.chat_batches import gather, tally
from workbench.core.chat.messages import MessageNode
from workbench.core.errors import WorkbenchError
from workbench.core.json_types import Json
from workbench.core.ports.exports import ExportFormat
from workbench.core.services import Services

if TYPE_CHECKING:
    from workbench.ui.import_export.message_image import MessageImages
    from workbench.ui.import_export.scopes import ExportChoice, Scope

_TASK = "move chats"
Export: TypeAlias = "Callable[[], Awaitable[Sequence[Path]]]"


class ImportExportController(QObject):
    """One export or import at a time; both can be stopped and leave nothing half done."""

    progressed = Signal(str, int, int)  # what is done, how far, of how much (0: not known)
    exported = Signal(list)  # the Paths written
    planned = Signal(list, object)  # Paths, the ImportReport of what would come
    imported = Signal(object)  # the ImportReport of what came
    import_failed = Signal(str)  # a sentence
    failed = Signal(str)  # a sentence
    ended = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._store, self._import_export, self._tasks = services.store, services.import_export, services.tasks
        self._made: MessageImages | None = None

    @property
    def picturing(self) -> MessageImages:
        """Loaded when the first picture is wanted."""
        if self._made is None:
            from workbench.ui.import_export.message_image import MessageImages

            self._made = MessageImages(self._services)
        return self._made

    def formats(self) -> Sequence[ExportFormat]:
        return self._import_export.formats()

    def export(
        self, chat_ids: Sequence[str], format: str, path: Path, options: Mapping[str, Json] | None = None
    ) -> None:
        self._begin_export(lambda: self._export_chats(chat_ids, format, path, options or {}))

    def export_choice(self, choice: ExportChoice, path: Path) -> None:
        async def work() -> Sequence[Path]:
            scope = choice.scope
            ids = scope.chat_ids or await gather(self._store, scope.folder_ids, archived=choice.archived)
            return await self._export_chats(ids, choice.format, path, choice.options)

        self._begin_export(work)

    def export_picture(self, node: MessageNode, path: Path, options: Mapping[str, Json]) -> None:
        """One message as a picture."""
        self._begin_export(lambda: self.picturing.export_message(node, path, options=options))

    def plan_import(self, paths: Sequence[Path]) -> None:
        """Reads files without changing anything."""
        self._begin(lambda: self._import(list(paths), dry_run=True), self.import_failed)

    def import_files(self, paths: Sequence[Path]) -> None:
        self._begin(lambda: self._import(list(paths), dry_run=False), self.import_failed)

    def _begin_export(self, work: Export) -> None:
        self._begin(lambda: self._export(work), self.failed)

    def _begin(self, work: Callable[[], Coroutine[Any, Any, None]], failed: SignalInstance) -> None:
        if self._tasks.running(_TASK):
            failed.emit("An export or import is still running. Wait until it has ended, or stop it.")
        else:
            self._tasks.start(_TASK, work())

    def stop(self) -> None:
        self._tasks.cancel(_TASK)

    async def counted(self, scope: Scope) -> Scope:
        """The scope with how many chats it has."""
        if scope.chat_ids:
            return replace(scope, count=len(scope.chat_ids))
        shown, archived = await tally(self._store, scope.folder_ids)
        return replace(scope, count=shown, archived=archived)

    async def _export_chats(
        self, chat_ids: Sequence[str], format: str, path: Path, options: Mapping[str, Json]
    ) -> Sequence[Path]:
        progress = self._progress("Exporting")
        if format == "png":
            return await self.picturing.export(chat_ids, path, options=options, progress=progress)
        return await self._import_export.export(chat_ids, format, path, options=options, progress=progress)

    async def _export(self, work: Export) -> None:
        self.progressed.emit("Exporting", 0, 0)
        try:
            self.exported.emit(list(await work()))
        except (WorkbenchError, OSError) as error:
            self.failed.emit(f"The export did not work: {error}")
        finally:
            self.ended.emit()

    async def _import(self, paths: list[Path], *, dry_run: bool) -> None:
        try:
            progress = self._progress("Reading" if dry_run else "Importing")
            report = await self._import_export.import_files(paths, dry_run=dry_run, progress=progress)
            if dry_run:
                self.planned.emit(paths, report)
            else:
                self.imported.emit(report)
        except (WorkbenchError, OSError) as error:
            self.import_failed.emit(f"Nothing was imported: {error}")
        finally:
            self.ended.emit()

    def _progress(self, what: str) -> Callable[[int, int], None]:
        return lambda done, of: self.progressed.emit(what, done, of)
