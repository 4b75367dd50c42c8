"""Drafts behind the page of experiments: plans in the making, kept as they are written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import WorkbenchError
from workbench.core.experiments.experiment_store import ExperimentStore, StoredDraft
from workbench.core.json_types import JsonObject
from workbench.core.services import Services


class DraftsController(QObject):
    """Drafts are written and read in the order in which it is asked for."""

    listed = Signal(list)  # StoredDrafts, latest first
    opened = Signal(object)  # StoredDraft
    failed = Signal(str)

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store: ExperimentStore = services.experiments()
        self._tasks = services.tasks
        self._turn = asyncio.Lock()
        self._work: set[asyncio.Task[None]] = set()

    def load(self) -> None:
        """Reads the list of drafts."""
        self._start("list drafts", lambda: None)

    def save(self, draft_id: str, form: JsonObject | None) -> None:
        """Keeps a draft; None forgets it."""
        self._start("keep a draft", lambda: self._store.save_draft(draft_id, form))

    def open(self, draft_id: str) -> None:
        """Tells the draft of this id, if there is one."""

        def show(drafts: list[StoredDraft]) -> None:
            for draft in drafts:
                if draft.id == draft_id:
                    self.opened.emit(draft)

        self._start("open a draft", lambda: None, show)

    def _start(
        self, name: str, work: Callable[[], None], then: Callable[[list[StoredDraft]], None] = lambda drafts: None
    ) -> None:
        task = self._tasks.spawn(name, self._do(work, then))
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _do(self, work: Callable[[], None], then: Callable[[list[StoredDraft]], None]) -> None:
        try:
            async with self._turn:
                await asyncio.to_thread(work)
                drafts = list(await asyncio.to_thread(self._store.drafts))
        except (WorkbenchError, OSError) as error:
            self.failed.emit(str(error))
            return
        self.listed.emit(drafts)
        then(drafts)

    async def settle(self) -> None:
        """Waits until everything is written."""
        while self._work:
            await asyncio.wait(self._work)
