"""Exports and imports that run in the background, one at a time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QObject, Signal, SignalInstance

from workbench.core.chat.chat_batches import gather, tally
from workbench.core.chat.messages import MessageNode
from workbench.core.errors import WorkbenchError
from workbench.core.json_types import Json
from workbench.core.services import Services
from workbench.ui.shell.lazy import Lazy

if TYPE_CHECKING:
    from workbench.ui.import_export.message_image import MessageImages
    from workbench.ui.import_export.scopes import ExportChoice, Scope

_TASK = "export or import"
_CHOICES = "export"
"""The store keeps under this name what was chosen for the last export."""
Export: TypeAlias = "Callable[[], Awaitable[Sequence[Path]]]"


class ImportExportController(QObject):
    """Runs one export or import at a time; both can be stopped and leave nothing half done."""

    progressed = Signal(str, int, int)  # "export", "plan" or "import"; how far; of how much (0: not known)
    exported = Signal(list)  # the Paths written
    export_failed = Signal(str)  # a sentence
    export_noted = Signal(str)  # a sentence on what the files lack, after ``exported``
    planned = Signal(list, object)  # Paths, the ImportReport of what would come
    imported = Signal(object)  # the ImportReport of what came
    import_failed = Signal(str)  # a sentence
    ended = Signal()

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._store, self._import_export, self._tasks = services.store, services.import_export, services.tasks
        self._choices: dict[str, Json] | None = None
        self._notes: list[str] = []  # of the last export
        self.images = Lazy(self._make_images)

    def _make_images(self) -> MessageImages:
        from workbench.ui.import_export.message_image import MessageImages

        return MessageImages(self._services)

    # --- what was chosen the last time ---

    async def last_choices(self) -> Mapping[str, Json]:
        """Returns what was last chosen: ``format``, ``archived``, ``folder``, and ``options`` by format."""
        if self._choices is None:
            kept = await self._store.value(_CHOICES)
            self._choices = kept if isinstance(kept, dict) else {}
        return self._choices

    async def last_options(self, format: str) -> Mapping[str, Json]:
        """Returns the options last used with a format, ``{}`` when there are none."""
        options = (await self.last_choices()).get("options")
        kept = options.get(format) if isinstance(options, dict) else None
        return kept if isinstance(kept, dict) else {}

    def save_choices(self, choices: Mapping[str, Json]) -> None:
        """Keeps some of the choices for the next time."""
        self._choices = {**(self._choices or {}), **choices}
        self._tasks.start("keep the export choices", self._store.set_value(_CHOICES, self._choices))

    # --- export ---

    async def counted(self, scope: Scope) -> Scope:
        """Returns the scope with the number of its chats."""
        if scope.chat_ids:
            return replace(scope, count=len(scope.chat_ids))
        shown, archived = await tally(self._store, scope.folder_ids)
        return replace(scope, count=shown, archived=archived)

    def export(
        self, chat_ids: Sequence[str], format: str, path: Path, options: Mapping[str, Json] | None = None
    ) -> None:
        """Exports one chat to the file ``path``, several into the new folder ``path``, or all into one file where
        the format puts them together."""
        self._start_export(lambda: self._export_chats(chat_ids, format, path, options or {}))

    def export_choice(self, choice: ExportChoice, path: Path) -> None:
        """Exports what was chosen in the dialog, as ``export`` does."""

        async def work() -> Sequence[Path]:
            scope = choice.scope
            ids = scope.chat_ids or await gather(self._store, scope.folder_ids, archived=choice.archived)
            return await self._export_chats(ids, choice.format, path, choice.options)

        self._start_export(work)

    def export_message(self, node: MessageNode, path: Path, options: Mapping[str, Json]) -> None:
        """Exports one message as a picture, or as several if it is long."""
        self._start_export(lambda: self.images().export_message(node, path, options=options))

    async def _export_chats(
        self, chat_ids: Sequence[str], format: str, path: Path, options: Mapping[str, Json]
    ) -> Sequence[Path]:
        progress = self._progress("export")
        if format == "png":
            return await self.images().export(chat_ids, path, options=options, progress=progress)
        return await self._import_export.export(chat_ids, format, path, options=options, progress=progress,
                                                note=self._notes.append)

    def _start_export(self, work: Export) -> None:
        self._start(lambda: self._export(work), self.export_failed)

    async def _export(self, work: Export) -> None:
        self.progressed.emit("export", 0, 0)
        self._notes.clear()
        try:
            self.exported.emit(list(await work()))
            if self._notes:
                self.export_noted.emit(" ".join(self._notes))
        except (WorkbenchError, OSError) as error:
            self.export_failed.emit(f"The export did not work: {error}")

    # --- import ---

    def plan_import(self, paths: Sequence[Path]) -> None:
        """Reads files without changing anything, and tells what they would bring."""
        self._start(lambda: self._import(list(paths), dry_run=True), self.import_failed)

    def import_files(self, paths: Sequence[Path]) -> None:
        """Imports the chats of files."""
        self._start(lambda: self._import(list(paths), dry_run=False), self.import_failed)

    async def _import(self, paths: list[Path], *, dry_run: bool) -> None:
        try:
            progress = self._progress("plan" if dry_run else "import")
            report = await self._import_export.import_files(paths, dry_run=dry_run, progress=progress)
            if dry_run:
                self.planned.emit(paths, report)
            else:
                self.imported.emit(report)
        except (WorkbenchError, OSError) as error:
            self.import_failed.emit(f"Nothing was imported: {error}")

    # --- both ---

    def _start(self, work: Callable[[], Coroutine[object, None, None]], failed: SignalInstance) -> None:
        if self._tasks.running(_TASK):
            failed.emit("An export or import is still running. Wait until it has ended, or stop it.")
        else:
            # Not in a finally of the coroutine: one that is cancelled before its first step never runs that.
            self._tasks.start(_TASK, work()).add_done_callback(lambda _: self.ended.emit())

    def stop(self) -> None:
        """Stops what is running; nothing of it stays."""
        self._tasks.cancel(_TASK)

    def _progress(self, activity: str) -> Callable[[int, int], None]:
        return lambda done, of: self.progressed.emit(activity, done, of)
