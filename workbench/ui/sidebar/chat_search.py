"""Full-text search as the user types; a newer search cancels the one that runs."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from workbench.core.errors import BadInput
from workbench.core.services import Services

HITS = 50
"""Hits that are shown; one more is asked for, to know whether there are others."""


class ChatSearch(QObject):
    found = Signal(str, list)  # the text searched for, Hits
    refused = Signal(str, str)  # the text searched for, what is wrong with it

    def __init__(self, services: Services, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store, self._tasks = services.store, services.tasks

    def search(self, text: str) -> None:
        """Searches titles and messages; an empty text finds nothing."""
        self._tasks.start("search", self._search(text.strip()))

    async def _search(self, text: str) -> None:
        if not text:
            self.found.emit("", [])
            return
        try:
            self.found.emit(text, list(await self._store.search(text, HITS + 1)))
        except BadInput as error:
            self.refused.emit(text, str(error))
